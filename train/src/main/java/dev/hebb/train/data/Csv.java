package dev.hebb.train.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV (RFC 4180) with a header line. The separator is the one of comma, semicolon and tab
 * that the header has most of. Values are stripped of blanks; empty, {@code ?} and {@code NA} are
 * missing.
 */
final class Csv {
  private Csv() {}

  static RawTable read(Input input) {
    String text = input.text();
    var csv =
        CsvReader.builder()
            .fieldSeparator(separator(text))
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // RawTable reports ragged rows
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE);
    RawTable table = null;
    try {
      for (CsvRecord row : csv.ofCsvRecord(text)) {
        int line = (int) row.getStartingLineNumber();
        List<String> cells = row.getFields().stream().map(String::strip).toList();
        if (table == null) {
          table = new RawTable(input.name(), line, header(input.name(), line, cells));
        } else {
          table.add(marked(cells), line);
        }
      }
    } catch (CsvParseException | UncheckedIOException e) {
      throw new DataException(input.name() + ": " + reason(e), e);
    }
    if (table == null || table.rows() == 0) {
      throw new DataException(input.name() + ": there is no row of data under the header line");
    }
    return table;
  }

  private static List<RawColumn> header(String source, int line, List<String> names) {
    long numbers = names.stream().filter(Numbers::isNumber).count();
    if (numbers > 0 && 2 * numbers >= names.size()) {
      throw new DataException(
          ("%s, line %d: the first line should name the columns, but it holds numbers (%s);"
                  + " add a header line, or begin the names with a letter")
              .formatted(source, line, Numbers.shortened(String.join(", ", names))));
    }
    var columns = new ArrayList<RawColumn>();
    for (String name : names) {
      String given = name.isEmpty() ? "column" + (columns.size() + 1) : name;
      columns.add(new RawColumn(given, null, List.of()));
    }
    return columns;
  }

  private static List<@Nullable String> marked(List<String> cells) {
    var marked = new ArrayList<@Nullable String>(cells.size());
    for (String cell : cells) {
      marked.add(Numbers.isMissing(cell) ? null : cell);
    }
    return marked;
  }

  private static char separator(String text) {
    int[] counts = new int[3];
    boolean quoted = false;
    for (int i = 0; i < text.length() && (quoted || text.charAt(i) != '\n'); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      int which = quoted ? -1 : ",;\t".indexOf(c);
      if (which >= 0) {
        counts[which]++;
      }
    }
    int most = counts[1] > counts[0] ? 1 : 0;
    return ",;\t".charAt(counts[2] > counts[most] ? 2 : most);
  }

  /** FastCSV's message, which has the line, and that of its cause, which says what was wrong. */
  private static String reason(RuntimeException e) {
    Throwable cause = e.getCause();
    return e.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
  }
}
