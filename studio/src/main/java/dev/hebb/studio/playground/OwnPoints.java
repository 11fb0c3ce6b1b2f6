package dev.hebb.studio.playground;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Points that a user brings as CSV: two numbers and a class or a number in each line, separated by
 * commas, semicolons or tabs; the first line may name the columns.
 *
 * @param rows the points
 * @param names of the three columns
 */
record OwnPoints(List<Row> rows, List<String> names) {
  static final int LEAST_ROWS = 10;
  static final int MOST_CLASSES = 6;
  private static final int MOST_CHARACTERS = 200_000;
  private static final int LONGEST = 30;

  /** Narrower than what Double.parseDouble takes, such as "1f" or "NaN"; not too long for it. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})([eE][+-]?\\d{1,2})?");

  /** One line: two numbers, and the third column as it was written. */
  record Row(double a, double b, String answer) {}

  /**
   * Reads CSV.
   *
   * @throws HebbException if it is not such points; the message names the line and the fix
   */
  static OwnPoints read(String csv) {
    if (csv.length() > MOST_CHARACTERS) {
      throw new HebbException(
          "the CSV has %d characters, more than %d; take a part of it"
              .formatted(csv.length(), MOST_CHARACTERS));
    }
    List<Row> rows = new ArrayList<>();
    List<String> names = List.of("x₁", "x₂", "y");
    boolean isFirst = true;
    for (CsvRecord line : records(csv)) {
      List<String> cells = line.getFields().stream().map(String::strip).toList();
      long number = line.getStartingLineNumber();
      if (cells.size() != 3) {
        throw new HebbException(
            "line %d has %d value(s), but three are expected: two numbers and a class or a number"
                .formatted(number, cells.size()));
      }
      if (isFirst && !isNumber(cells.get(0)) && !isNumber(cells.get(1))) {
        names = cells.stream().map(OwnPoints::shortened).toList();
      } else {
        rows.add(row(number, cells));
      }
      isFirst = false;
      if (rows.size() > Settings.MOST_POINTS) {
        throw new HebbException(
            "there are more than %d lines; take a part of them".formatted(Settings.MOST_POINTS));
      }
    }
    if (rows.size() < LEAST_ROWS) {
      throw new HebbException(
          "there are %d points, but at least %d are needed".formatted(rows.size(), LEAST_ROWS));
    }
    return new OwnPoints(rows, names);
  }

  private static List<CsvRecord> records(String csv) {
    try {
      return CsvReader.builder()
          .fieldSeparator(separator(csv))
          .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // ragged lines are told by number
          .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
          .ofCsvRecord(csv)
          .stream()
          .limit(Settings.MOST_POINTS + 2L)
          .toList();
    } catch (CsvParseException | UncheckedIOException e) {
      throw new HebbException("this is no CSV: " + e.getMessage(), e);
    }
  }

  private static char separator(String csv) {
    String first = csv.lines().filter(l -> !l.isBlank()).findFirst().orElse("");
    return first.contains(";") ? ';' : first.contains("\t") ? '\t' : ',';
  }

  private static Row row(long line, List<String> cells) {
    for (int i = 0; i < 2; i++) {
      if (!isNumber(cells.get(i))) {
        throw new HebbException(
            "line %d, column %d: '%s' is not a number; write it like 12.5"
                .formatted(line, i + 1, shortened(cells.get(i))));
      }
    }
    if (cells.get(2).isEmpty()) {
      throw new HebbException("line %d, column 3: the class or number is missing".formatted(line));
    }
    return new Row(
        Double.parseDouble(cells.get(0)), Double.parseDouble(cells.get(1)), cells.get(2));
  }

  private static boolean isNumber(String cell) {
    return NUMBER.matcher(cell).matches();
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }

  /**
   * The points as the network gets them: in random order, scaled into the plane. The third column
   * is a class, unless it holds numbers of more values than there may be classes, or fractions.
   */
  Points points(double noise, double testShare, Seed seed) {
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(seed.split("own").value()));
    int n = shuffled.size();
    List<String> classes = classes();
    Axis a = axis(names.get(0), shuffled.stream().mapToDouble(Row::a).toArray());
    Axis b = axis(names.get(1), shuffled.stream().mapToDouble(Row::b).toArray());
    Axis c =
        classes.isEmpty()
            ? axis(
                names.get(2),
                shuffled.stream().mapToDouble(r -> Double.parseDouble(r.answer)).toArray())
            : Axis.of(names.get(2), 1);
    float[] x1 = new float[n];
    float[] x2 = new float[n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      Row row = shuffled.get(i);
      x1[i] = a.within(Points.SPREAD, row.a);
      x2[i] = b.within(Points.SPREAD, row.b);
      y[i] =
          classes.isEmpty()
              ? c.within(1, Double.parseDouble(row.answer))
              : classes.indexOf(shortened(row.answer));
    }
    return new Points(x1, x2, y, classes, Points.learnt(n, testShare), List.of(a, b, c))
        .moved(noise, seed);
  }

  private List<String> classes() {
    var values = new TreeSet<String>();
    rows.forEach(r -> values.add(shortened(r.answer)));
    boolean numbers = values.stream().allMatch(OwnPoints::isNumber);
    boolean whole = numbers && values.stream().allMatch(v -> isWhole(Double.parseDouble(v)));
    if (numbers && !(whole && values.size() <= MOST_CLASSES)) {
      return List.of();
    }
    if (values.size() < 2) {
      throw new HebbException(
          "all points have the class '%s'; at least two classes are needed"
              .formatted(values.first()));
    }
    if (values.size() > MOST_CLASSES) {
      throw new HebbException(
          "the third column has %d classes, but at most %d can be shown; is it the right column?"
              .formatted(values.size(), MOST_CLASSES));
    }
    return List.copyOf(values);
  }

  private static boolean isWhole(double v) {
    return v == Math.rint(v);
  }

  private static Axis axis(String name, double[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double v : values) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    return low < high ? new Axis(name, low, high) : new Axis(name, low - 1, high + 1);
  }
}
