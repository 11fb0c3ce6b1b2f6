package dev.hebb.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Results as text. */
final class Text {
  /** A wider confusion matrix does not fit on a terminal. */
  private static final int MAX_MATRIX = 20;

  private Text() {}

  /** A table: the first column to the left, the others to the right. */
  static String table(List<String> header, List<List<String>> rows) {
    int[] widths = new int[header.size()];
    var lines = new ArrayList<List<String>>();
    lines.add(header);
    lines.addAll(rows);
    for (List<String> line : lines) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], line.get(c).length());
      }
    }
    var text = new StringBuilder();
    for (List<String> line : lines) {
      for (int c = 0; c < widths.length; c++) {
        String pad = " ".repeat(widths[c] - line.get(c).length());
        text.append(c == 0 ? "  " + line.get(c) + pad : "  " + pad + line.get(c));
      }
      text.setLength(text.toString().stripTrailing().length());
      text.append(System.lineSeparator());
    }
    return text.toString();
  }

  /** Accuracy by class, with what each class is most often mistaken for. */
  static String classes(Findings findings) {
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < findings.labels().size(); i++) {
      int[] row = findings.confusion()[i];
      int other = -1;
      for (int j = 0; j < row.length; j++) {
        other = j != i && row[j] > 0 && (other < 0 || row[j] > row[other]) ? j : other;
      }
      rows.add(
          List.of(
              shortened(findings.labels().get(i)),
              Integer.toString(findings.examples(i)),
              findings.examples(i) == 0 ? "–" : percent(findings.accuracy(i)),
              other < 0 ? "" : shortened(findings.labels().get(other)) + " " + row[other] + "×"));
    }
    return table(List.of("class", "examples", "right", "most often mistaken for"), rows);
  }

  /** The confusion matrix; nothing where there are too many classes. */
  static String confusion(Findings findings) {
    List<String> labels = findings.labels();
    if (labels.size() > MAX_MATRIX) {
      return "";
    }
    var header = new ArrayList<String>();
    header.add("is \\ taken for");
    labels.forEach(l -> header.add(l.length() <= 8 ? l : l.substring(0, 7) + "…"));
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < labels.size(); i++) {
      var row = new ArrayList<String>();
      row.add(shortened(labels.get(i)));
      Arrays.stream(findings.confusion()[i]).mapToObj(n -> n == 0 ? "·" : "" + n).forEach(row::add);
      rows.add(row);
    }
    return table(header, rows);
  }

  /** {@code 98.70 %}. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** {@code 4.09 G}: three digits and a unit of thousands. */
  static String scaled(double value) {
    String units = " kMGT";
    int u = 0;
    double v = value;
    while (v >= 999.5 && u < units.length() - 1) {
      v /= 1000;
      u++;
    }
    String format = v < 9.995 && u > 0 ? "%.2f %c" : v < 99.95 && u > 0 ? "%.1f %c" : "%.0f %c";
    return String.format(Locale.ROOT, format, v, units.charAt(u)).strip();
  }

  /** {@code 1 epoch}, {@code 3 epochs}. */
  static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  /** {@code 42.1 s} or {@code 3 min 05 s}. */
  static String duration(double seconds) {
    return seconds < 100
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : String.format("%d min %02d s", (long) seconds / 60, (long) seconds % 60);
  }

  private static String shortened(String label) {
    return label.length() <= 24 ? label : label.substring(0, 23) + "…";
  }
}
