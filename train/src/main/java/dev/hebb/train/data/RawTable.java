package dev.hebb.train.data;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table as text, filled row by row by the reader of a file format. */
final class RawTable {
  private final String source;
  private final List<RawColumn> columns;
  private int rows;

  /**
   * A table without rows.
   *
   * @param source the file, for messages
   * @param line where in it the columns are named
   */
  RawTable(String source, int line, List<RawColumn> columns) {
    this.source = source;
    this.columns = List.copyOf(columns);
    var seen = new HashSet<String>();
    for (RawColumn column : columns) {
      if (!seen.add(column.name())) {
        throw new DataException(
            "%s, line %d: two columns are called '%s'; give each its own name"
                .formatted(source, line, Numbers.shortened(column.name())));
      }
    }
    if (columns.size() < 2) {
      throw new DataException(
          "%s, line %d: there is %d column; a table needs a target and at least one other"
              .formatted(source, line, columns.size()));
    }
  }

  /** Adds a row; a missing value is null. */
  void add(List<@Nullable String> cells, int line) {
    if (cells.size() != columns.size()) {
      throw new DataException(
          "%s, line %d: %d values, but there are %d columns; is a separator missing, or a quote?"
              .formatted(source, line, cells.size(), columns.size()));
    }
    for (int c = 0; c < cells.size(); c++) {
      columns.get(c).add(cells.get(c), line);
    }
    rows++;
  }

  String source() {
    return source;
  }

  List<RawColumn> columns() {
    return columns;
  }

  List<String> names() {
    return columns.stream().map(RawColumn::name).toList();
  }

  int rows() {
    return rows;
  }

  /** The column of this name. */
  RawColumn column(String name) {
    for (RawColumn column : columns) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    throw new DataException(
        "%s: there is no column '%s'.%s".formatted(source, name, Suggest.among(names(), name)));
  }
}
