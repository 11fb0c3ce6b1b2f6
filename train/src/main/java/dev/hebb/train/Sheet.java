package dev.hebb.train;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of text with named columns, as a model is asked about them and as its answers are written: a
 * CSV file (RFC 4180, UTF-8) with a header line, separated by commas, semicolons or tabs.
 *
 * @param header the names of the columns
 * @param rows the values, one list per row, each as long as the header
 */
public record Sheet(List<String> header, List<List<String>> rows) {
  /** Takes copies. */
  public Sheet {
    header = List.copyOf(header);
    rows = List.copyOf(rows);
  }

  /**
   * Reads a file.
   *
   * @throws HebbException if it is missing, no text, or a row has another number of values
   */
  public static Sheet read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new HebbException(
          "%s does not exist (looked in %s)".formatted(file, file.toAbsolutePath().getParent()), e);
    } catch (CharacterCodingException e) {
      throw new HebbException(file + ": not UTF-8 text; save it as CSV in UTF-8", e);
    } catch (IOException e) {
      throw new HebbException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    var rows = new ArrayList<List<String>>();
    List<String> header = List.of();
    var csv =
        CsvReader.builder()
            .fieldSeparator(separator(text))
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE);
    try {
      for (CsvRecord record : csv.ofCsvRecord(text)) {
        List<String> cells = record.getFields().stream().map(String::strip).toList();
        if (header.isEmpty()) {
          header = cells;
        } else if (cells.size() == header.size()) {
          rows.add(cells);
        } else {
          throw new HebbException(
              "%s, line %d: %d values, but the header names %d columns"
                  .formatted(file, record.getStartingLineNumber(), cells.size(), header.size()));
        }
      }
    } catch (CsvParseException | UncheckedIOException e) {
      throw new HebbException(file + ": " + e.getMessage(), e);
    }
    if (rows.isEmpty()) {
      throw new HebbException(file + ": there is no row of data under the header line");
    }
    if (new HashSet<>(header).size() < header.size()) {
      throw new HebbException(file + ": two columns have the same name; rename one");
    }
    return new Sheet(header, rows);
  }

  /** One row by the names of its columns. */
  public Map<String, String> row(int i) {
    var row = new LinkedHashMap<String, String>();
    for (int c = 0; c < header.size(); c++) {
      row.put(header.get(c), rows.get(i).get(c));
    }
    return row;
  }

  /** The same with another column at the end. */
  public Sheet with(String name, List<String> values) {
    var names = new ArrayList<>(header);
    names.add(name);
    var extended = new ArrayList<List<String>>();
    for (int i = 0; i < rows.size(); i++) {
      var row = new ArrayList<>(rows.get(i));
      row.add(values.get(i));
      extended.add(row);
    }
    return new Sheet(names, extended);
  }

  /** Writes it as CSV with commas. */
  public void write(Appendable out) {
    var text = new StringWriter();
    try (var writer = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      writer.writeRecord(header);
      rows.forEach(writer::writeRecord);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      out.append(text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one of comma, semicolon and tab that the header has most of. */
  private static char separator(String text) {
    String line = text.lines().findFirst().orElse("");
    char best = ',';
    for (char c : new char[] {';', '\t'}) {
      best = count(line, c) > count(line, best) ? c : best;
    }
    return best;
  }

  private static long count(String line, char c) {
    return line.chars().filter(x -> x == c).count();
  }
}
