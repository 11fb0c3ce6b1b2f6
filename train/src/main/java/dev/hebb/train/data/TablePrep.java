package dev.hebb.train.data;

import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How a table's row becomes numbers: a numeric column gives {@code (value − mean) / std}, a
 * categorical one a 1 at its category's place and 0 elsewhere. The means and deviations are those
 * of the training part.
 *
 * @param columns the columns that are read, in the order of their numbers
 * @param target what is predicted
 * @param missing what happens where a value is missing
 */
public record TablePrep(List<Column> columns, Target target, Missing missing)
    implements Preprocessing {
  /** What a column holds. */
  public enum Kind {
    /** Numbers. */
    NUMERIC,
    /** One of a list of texts. */
    CATEGORICAL
  }

  /** What happens where a value is missing (empty, {@code ?} or {@code NA}). */
  public enum Missing {
    /** A number counts as the mean, a category as none of the known: all its numbers are 0. */
    IMPUTE,
    /** It is an error. */
    REJECT
  }

  /**
   * A column that is read.
   *
   * @param name its name in the header
   * @param kind what it holds
   * @param categories the known categories; empty for a numeric column
   * @param mean of a numeric column over the training part; 0 for a categorical one
   * @param std its deviation, above 0; 1 for a categorical one
   */
  public record Column(String name, Kind kind, List<String> categories, double mean, double std) {
    /** Checks the ranges. */
    public Column {
      categories = List.copyOf(categories);
      if (!Double.isFinite(mean) || !(std > 0 && std < Double.POSITIVE_INFINITY)) {
        throw new DataException(
            "column '%s': mean %s and deviation %s must be finite and the deviation above 0"
                .formatted(name, mean, std));
      }
      if ((kind == Kind.CATEGORICAL) == categories.isEmpty()) {
        throw new DataException(
            "column '%s' is %s but has %d categories".formatted(name, kind, categories.size()));
      }
    }

    /** How many numbers the column becomes. */
    public int width() {
      return kind == Kind.NUMERIC ? 1 : categories.size();
    }

    /**
     * Writes the column's numbers for one value.
     *
     * @param out zeros from {@code at} on
     */
    void encode(String value, float[] out, int at, Missing policy) {
      boolean absent = Numbers.isMissing(value) && !categories.contains(value);
      if (absent) {
        if (policy == Missing.REJECT) {
          throw new DataException("column '" + name + "' has no value, and it must have one");
        }
      } else if (kind == Kind.NUMERIC) {
        float scaled = (float) ((Numbers.parse(value, "column '" + name + "'") - mean) / std);
        if (!Float.isFinite(scaled)) {
          throw new DataException(
              "column '%s': %s is too far from the training data's mean %s to be scaled"
                  .formatted(name, Numbers.shortened(value), mean));
        }
        out[at] = scaled;
      } else {
        int category = categories.indexOf(value);
        if (category < 0) {
          throw new DataException(
              "column '%s' knows no '%s'.%s"
                  .formatted(name, Numbers.shortened(value), Suggest.among(categories, value)));
        }
        out[at + category] = 1;
      }
    }
  }

  /**
   * What is predicted.
   *
   * @param name the column's name
   * @param labels the names of the classes, by index; empty where a number is predicted
   */
  public record Target(String name, List<String> labels) {
    /** Takes a copy. */
    public Target {
      labels = List.copyOf(labels);
    }
  }

  /** Checks that the columns' names differ. */
  public TablePrep {
    columns = List.copyOf(columns);
    var names = new HashSet<String>();
    for (Column column : columns) {
      if (!names.add(column.name()) || column.name().equals(target.name())) {
        throw new DataException("two columns are called '" + column.name() + "'");
      }
    }
  }

  /** How many numbers a row becomes. */
  public int width() {
    return columns.stream().mapToInt(Column::width).sum();
  }

  /** The shape of an encoded row, {@code [width]}. */
  public Shape shape() {
    return Shape.of(width());
  }

  /** What each number of an encoded row stands for: {@code age}, {@code housing=own}, … */
  public List<String> features() {
    var names = new ArrayList<String>();
    for (Column column : columns) {
      if (column.kind() == Kind.NUMERIC) {
        names.add(column.name());
      }
      for (String category : column.categories()) {
        names.add(column.name() + "=" + category);
      }
    }
    return List.copyOf(names);
  }

  /**
   * Turns a row into the numbers that the network reads.
   *
   * @param row values by column name; a column that is not there is missing, the target is ignored
   * @throws DataException if a name is unknown, a value is no number or category of its column, or
   *     one is missing and must not be
   */
  public float[] encode(Map<String, String> row) {
    for (String name : row.keySet()) {
      if (!name.equals(target.name()) && columns.stream().noneMatch(c -> c.name().equals(name))) {
        var known = columns.stream().map(Column::name).toList();
        throw new DataException(
            "there is no column '%s'.%s"
                .formatted(Numbers.shortened(name), Suggest.among(known, name)));
      }
    }
    float[] out = new float[width()];
    int at = 0;
    for (Column column : columns) {
      column.encode(row.getOrDefault(column.name(), "").strip(), out, at, missing);
      at += column.width();
    }
    return out;
  }

  /**
   * Turns a row into the numbers that the network reads.
   *
   * @param header the columns' names, in any order
   * @param row the values, one per name
   * @throws DataException as {@link #encode(Map)}, and if the lengths differ or a name comes twice
   */
  public float[] encode(String[] header, String[] row) {
    if (header.length != row.length) {
      throw new DataException(
          "the header names %d columns, but the row has %d values"
              .formatted(header.length, row.length));
    }
    var byName = new HashMap<String, String>();
    for (int i = 0; i < header.length; i++) {
      if (byName.put(header[i], row[i]) != null) {
        throw new DataException("two columns are called '" + header[i] + "'");
      }
    }
    return encode(byName);
  }
}
