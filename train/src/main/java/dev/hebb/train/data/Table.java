package dev.hebb.train.data;

import dev.hebb.tensor.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table read from a file, before it is divided and encoded. What a column holds is inferred: only
 * numbers make it numeric, anything else makes it categorical, encoded as one number per category.
 * The target may be text or a few different whole numbers (classes), or other numbers (regression;
 * they are predicted in their own unit). Missing values are empty, {@code ?} or {@code NA}.
 *
 * <pre>{@code
 * var data = Table.csv(Path.of("loans.csv")).target("class").split(0.8, Seed.of(3));
 * var net = sequential(dense(32), relu(), dense(data.classes())).build(data.shape(), Seed.of(3));
 * }</pre>
 */
public final class Table {
  /** As many different texts are an identifier or prose, not categories. */
  private static final int MAX_CATEGORIES = 1_000;

  /** As many different whole numbers in a target are classes; more are something to be measured. */
  private static final int MAX_NUMBERED_CLASSES = 20;

  private final RawTable raw;
  private final @Nullable String target;
  private final Set<String> dropped;
  private final Map<String, TablePrep.Kind> kinds;
  private final TablePrep.Missing missing;

  private Table(
      RawTable raw,
      @Nullable String target,
      Set<String> dropped,
      Map<String, TablePrep.Kind> kinds,
      TablePrep.Missing missing) {
    this.raw = raw;
    this.target = target;
    this.dropped = Set.copyOf(dropped);
    this.kinds = Map.copyOf(kinds);
    this.missing = missing;
  }

  /**
   * Reads a CSV file (RFC 4180, UTF-8) whose first line names the columns, separated by commas,
   * semicolons or tabs.
   *
   * @throws DataException if it is missing, empty, or a row has another number of values
   */
  public static Table csv(Path file) {
    return of(Csv.read(Input.of(file)));
  }

  /**
   * Reads an ARFF file, Weka's format. Its declared types and orders of categories hold.
   *
   * @throws DataException if it is missing, is not ARFF, or a row does not fit the declarations
   */
  public static Table arff(Path file) {
    return of(Arff.read(Input.of(file)));
  }

  static Table of(RawTable raw) {
    return new Table(raw, null, Set.of(), Map.of(), TablePrep.Missing.IMPUTE);
  }

  /**
   * Says which column is predicted; the last one where nothing is said.
   *
   * @throws DataException if there is no such column
   */
  public Table target(String column) {
    return new Table(raw, raw.column(column).name(), dropped, kinds, missing);
  }

  /**
   * Leaves columns out, such as identifiers.
   *
   * @throws DataException if there is no such column
   */
  public Table drop(String... columns) {
    var all = new HashSet<>(dropped);
    for (String column : columns) {
      all.add(raw.column(column).name());
    }
    return new Table(raw, target, all, kinds, missing);
  }

  /**
   * Says that columns hold numbers. A numeric target is predicted as a number, not as a class.
   *
   * @throws DataException if there is no such column
   */
  public Table numeric(String... columns) {
    return as(TablePrep.Kind.NUMERIC, columns);
  }

  /**
   * Says that columns hold categories, even where these are written as numbers.
   *
   * @throws DataException if there is no such column
   */
  public Table categorical(String... columns) {
    return as(TablePrep.Kind.CATEGORICAL, columns);
  }

  /** Says what happens where a value is missing; imputed where nothing is said. */
  public Table missing(TablePrep.Missing policy) {
    return new Table(raw, target, dropped, kinds, policy);
  }

  /** The names of all columns, in the file's order. */
  public List<String> columns() {
    return raw.names();
  }

  /** How many rows. */
  public int rows() {
    return raw.rows();
  }

  /**
   * Divides the rows at random into a training and a test part, class by class in proportion, and
   * encodes them; means and deviations are those of the training part.
   *
   * @param train the training part's share, above 0 and below 1
   * @param seed decides which rows go where
   * @throws DataException if a value does not fit its column (with its line), there are too few
   *     rows, or only one class
   */
  public Splits split(double train, Seed seed) {
    return split(train, 0, seed);
  }

  /**
   * The same with a validation part.
   *
   * @param train the training part's share, above 0
   * @param validation the validation part's share; the rest is for testing
   */
  public Splits split(double train, double validation, Seed seed) {
    if (!(train > 0 && validation >= 0)) {
      throw new DataException(
          "split(%s, %s): the training share must be above 0, the validation share 0 or more"
              .formatted(train, validation));
    }
    var notes = new ArrayList<String>();
    RawColumn label = raw.column(target == null ? raw.names().getLast() : target);
    if (target == null) {
      notes.add("the target is the last column, '" + label.name() + "', since none was named");
    }
    Targets targets = targets(label, notes);
    int[] group = targets instanceof Targets.Classes c ? c.indices() : new int[raw.rows()];
    int[][] outer = Stratify.split(group, train + validation, seed);
    int[][] inner = {outer[0], {}};
    if (validation > 0) {
      int[] groups = Arrays.stream(outer[0]).map(i -> group[i]).toArray();
      inner = Stratify.split(groups, train / (train + validation), seed.split("validation"));
      for (int[] part : inner) {
        Arrays.setAll(part, i -> outer[0][part[i]]);
      }
    }
    TablePrep prep = fit(label, targets, inner[0], notes);
    Dataset all = Dataset.adopt(prep.shape(), encode(prep), targets, prep);
    String name = Path.of(raw.source()).getFileName().toString();
    return new Splits(
        name, all.subset(inner[0]), all.subset(inner[1]), all.subset(outer[1]), notes);
  }

  private Table as(TablePrep.Kind kind, String... columns) {
    var all = new HashMap<>(kinds);
    for (String column : columns) {
      all.put(raw.column(column).name(), kind);
    }
    return new Table(raw, target, dropped, all, missing);
  }

  private Targets targets(RawColumn column, List<String> notes) {
    if (dropped.contains(column.name())) {
      throw new DataException(raw.source() + ": the target '" + column.name() + "' is dropped");
    }
    if (column.missing() > 0) {
      throw new DataException(
          "%s, line %d: there is no value in the target column '%s' (%d such rows); remove them"
              .formatted(raw.source(), column.firstMissingLine(), column.name(), column.missing()));
    }
    boolean numeric = kind(column) == TablePrep.Kind.NUMERIC;
    if (numeric && kinds.get(column.name()) == null && isNumberedClasses(column)) {
      notes.add(
          "the target '%s' holds %d different whole numbers, which are taken as classes"
              .formatted(column.name(), column.texts().size()));
      numeric = false;
    }
    return numeric ? values(column) : classes(column);
  }

  private Targets values(RawColumn column) {
    float[] byText = new float[column.texts().size()];
    for (int code = 0; code < byText.length; code++) {
      byText[code] = (float) number(column, code);
    }
    float[] rows = new float[raw.rows()];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = byText[column.code(row)];
    }
    return new Targets.Values(rows, 1);
  }

  private Targets classes(RawColumn column) {
    List<String> labels = categories(column);
    if (column.texts().size() < 2) {
      throw new DataException(
          ("%s: all %d rows have '%s' in the target column '%s':"
                  + " there is only one class, so there is nothing to tell apart")
              .formatted(raw.source(), raw.rows(), column.texts().getFirst(), column.name()));
    }
    int[] byText = column.texts().stream().mapToInt(labels::indexOf).toArray();
    int[] rows = IntStream.range(0, raw.rows()).map(row -> byText[column.code(row)]).toArray();
    return new Targets.Classes(rows, labels);
  }

  private TablePrep fit(RawColumn label, Targets targets, int[] train, List<String> notes) {
    var columns = new ArrayList<TablePrep.Column>();
    int missingValues = 0;
    for (RawColumn column : raw.columns()) {
      if (column == label || dropped.contains(column.name())) {
        continue;
      }
      missingValues += column.missing();
      columns.add(
          kind(column) == TablePrep.Kind.NUMERIC
              ? numeric(column, train)
              : new TablePrep.Column(
                  column.name(), TablePrep.Kind.CATEGORICAL, categories(column), 0, 1));
    }
    if (columns.isEmpty()) {
      throw new DataException(raw.source() + ": no column is left to predict from");
    }
    if (missingValues > 0) {
      notes.add(
          missingValues + " missing values: numbers count as the mean, categories as none of them");
    }
    List<String> labels = targets instanceof Targets.Classes c ? c.labels() : List.of();
    return new TablePrep(columns, new TablePrep.Target(label.name(), labels), missing);
  }

  /** The column with its mean and deviation over the training rows that have a value. */
  private TablePrep.Column numeric(RawColumn column, int[] train) {
    double[] byText = new double[column.texts().size()];
    for (int code = 0; code < byText.length; code++) {
      byText[code] = number(column, code);
    }
    double[] values =
        Arrays.stream(train)
            .map(column::code)
            .filter(code -> code != RawColumn.MISSING)
            .mapToDouble(code -> byText[code])
            .toArray();
    double mean = Arrays.stream(values).average().orElse(0);
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    double std = Math.sqrt(variance);
    // A constant column, up to rounding, says nothing: it becomes 0.
    boolean constant = std <= 1e-12 * Math.max(Math.abs(mean), Double.MIN_NORMAL);
    return new TablePrep.Column(
        column.name(), TablePrep.Kind.NUMERIC, List.of(), mean, constant ? 1 : std);
  }

  private float[] encode(TablePrep prep) {
    int width = prep.width();
    if ((long) raw.rows() * width > Integer.MAX_VALUE - 8) {
      throw new DataException(
          "%s: %d rows of %d numbers do not fit in memory; drop columns with many categories"
              .formatted(raw.source(), raw.rows(), width));
    }
    float[] out = new float[raw.rows() * width];
    int at = 0;
    for (TablePrep.Column column : prep.columns()) {
      encode(column, out, at, width);
      at += column.width();
    }
    return out;
  }

  /** Encodes each different text once, by the code that will encode a user's row. */
  private void encode(TablePrep.Column column, float[] out, int at, int width) {
    RawColumn source = raw.column(column.name());
    if (missing == TablePrep.Missing.REJECT && source.missing() > 0) {
      throw new DataException(
          "%s, line %d: there is no value in column '%s' (%d such rows)"
              .formatted(raw.source(), source.firstMissingLine(), source.name(), source.missing()));
    }
    float[][] byText = new float[source.texts().size()][column.width()];
    for (int code = 0; code < byText.length; code++) {
      try {
        column.encode(source.texts().get(code), byText[code], 0, missing);
      } catch (DataException e) {
        throw new DataException(
            "%s, line %d: %s".formatted(raw.source(), source.firstLine(code), e.getMessage()), e);
      }
    }
    for (int row = 0; row < raw.rows(); row++) {
      int code = source.code(row);
      if (code != RawColumn.MISSING) {
        System.arraycopy(byText[code], 0, out, row * width + at, column.width());
      }
    }
  }

  private double number(RawColumn column, int code) {
    return Numbers.parse(column.texts().get(code), where(column, code));
  }

  private String where(RawColumn column, int code) {
    return "%s, line %d, column '%s'"
        .formatted(raw.source(), column.firstLine(code), column.name());
  }

  /**
   * What the column holds: what the user says, else what the file says, else what it looks like.
   */
  private TablePrep.Kind kind(RawColumn column) {
    TablePrep.Kind said = kinds.get(column.name());
    if (said == null) {
      said = column.declaredKind();
    }
    if (said != null) {
      boolean nothing = column.texts().isEmpty() && column.declaredCategories().isEmpty();
      return nothing ? TablePrep.Kind.NUMERIC : said; // a column without any value is a constant
    }
    int numbers = 0;
    int others = 0;
    int other = -1;
    for (int code = 0; code < column.texts().size(); code++) {
      String text = column.texts().get(code);
      if (Numbers.isNumber(text)) {
        numbers += column.count(code);
      } else if (!Numbers.isNotFinite(text)) {
        others += column.count(code);
        other = other < 0 ? code : other;
      }
    }
    if (others == 0 && (numbers > 0 || column.texts().isEmpty())) {
      return TablePrep.Kind.NUMERIC;
    }
    if (numbers > 9 * others && column.texts().size() > MAX_NUMBERED_CLASSES) {
      throw new DataException(
          ("%s: '%s' is not a number, but %d other values of this column are;"
                  + " repair it, leave it empty (missing), or declare the column categorical")
              .formatted(
                  where(column, other), Numbers.shortened(column.texts().get(other)), numbers));
    }
    return TablePrep.Kind.CATEGORICAL;
  }

  private List<String> categories(RawColumn column) {
    List<String> categories = column.categories();
    if (categories.size() > MAX_CATEGORIES) {
      throw new DataException(
          ("%s: column '%s' holds %d different texts such as '%s' (line %d); that is no category"
                  + " but an identifier or prose: drop the column, or write its values as numbers")
              .formatted(
                  raw.source(),
                  column.name(),
                  categories.size(),
                  Numbers.shortened(column.texts().getFirst()),
                  column.firstLine(0)));
    }
    return categories;
  }

  private static boolean isNumberedClasses(RawColumn column) {
    return column.declaredKind() == null
        && column.texts().size() <= MAX_NUMBERED_CLASSES
        && column.texts().stream().allMatch(text -> text.matches("[+-]?\\d{1,9}"));
  }
}
