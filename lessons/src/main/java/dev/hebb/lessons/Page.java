package dev.hebb.lessons;

import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a lesson writes, with the numbers that it checked on the way. */
public final class Page {
  private static final int WIDTH = 88;

  private final Language language;
  private final StringBuilder text = new StringBuilder();
  private final Map<String, Double> numbers = new LinkedHashMap<>();

  Page(Language language) {
    this.language = language;
  }

  /** The text as it stands. */
  public String text() {
    return text.toString();
  }

  /** The numbers by name, in the order in which they came. */
  public Map<String, Double> numbers() {
    return Collections.unmodifiableMap(numbers);
  }

  // ---- words

  void heading(String title) {
    text.append(title).append('\n').append("═".repeat(width(title))).append('\n');
  }

  /** A part of the lesson begins. */
  void part(String en, String zh) {
    String title = pick(en, zh);
    text.append('\n').append(title).append('\n').append("─".repeat(width(title))).append('\n');
  }

  /** A paragraph, broken where the line ends. */
  void say(String en, String zh) {
    wrap(pick(en, zh), "", "");
  }

  /** What Hebb itself says, in quotation marks. */
  void quote(String text) {
    wrap("“" + text + "”", "  ", "  ");
  }

  /** A line as it is, indented. */
  void show(String line) {
    line.lines().forEach(l -> text.append(("  " + l).stripTrailing()).append('\n'));
  }

  /** An empty line. */
  void gap() {
    text.append('\n');
  }

  /** One of the two. */
  String pick(String en, String zh) {
    return new Words(en, zh).in(language);
  }

  // ---- numbers

  /** Keeps a number under a name. */
  void note(String name, double value) {
    numbers.put(name, value);
  }

  /** Shows a number that was compared with what it must be, and that too where it is rounded. */
  void check(String name, double value, double expected, double tolerance) {
    note(name, value);
    require(name, value, expected, tolerance);
    String shown = num(value);
    String wanted = num(expected);
    show(
        "✓ %s = %s".formatted(name, shown)
            + (shown.equals(wanted) ? "" : "   (%s %s)".formatted(pick("expected", "应为"), wanted)));
  }

  /** Compares a number without showing it. */
  static void require(String name, double value, double expected, double tolerance) {
    if (!(Math.abs(value - expected) <= tolerance)) {
      throw new IllegalStateException(
          "lesson: %s is %s and should be %s within %s"
              .formatted(name, value, expected, tolerance));
    }
  }

  /** Shows a statement that must be true. */
  void holds(boolean isTrue, String en, String zh) {
    if (!isTrue) {
      throw new IllegalStateException("lesson: it is not true that " + en);
    }
    wrap(pick(en, zh), "  ✓ ", "    ");
  }

  /** The values of scalars, computed together. */
  static double[] values(Tensor... scalars) {
    Tensor[] rest = new Tensor[scalars.length - 1];
    System.arraycopy(scalars, 1, rest, 0, rest.length);
    return scalars[0].stack(0, rest).toDoubles();
  }

  /** Up to nine decimals, and no more than there are. */
  static String num(double v) {
    if (!Double.isFinite(v)) {
      return Double.toString(v);
    }
    if (Math.abs(v) < 1e-12) { // what rounding leaves of 0 differs from machine to machine
      return "0";
    }
    if (Math.abs(v) < 1e-6 || Math.abs(v) >= 1e9) {
      return String.format(Locale.ROOT, "%.3e", v);
    }
    String s = String.format(Locale.ROOT, "%.9f", v).replaceAll("0+$", "");
    return s.endsWith(".") ? s.substring(0, s.length() - 1) : s;
  }

  /** With this many decimals. */
  static String num(double v, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", v + 0.0);
  }

  // ---- tables

  /** A table; numbers to the right, words to the left. */
  void table(List<String> header, List<List<String>> rows) {
    var lines = new ArrayList<>(rows);
    lines.addFirst(header);
    int[] widths = new int[header.size()];
    for (List<String> line : lines) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], width(line.get(c)));
      }
    }
    for (List<String> line : lines) {
      var row = new StringBuilder("  ");
      for (int c = 0; c < widths.length; c++) {
        String cell = line.get(c);
        String pad = " ".repeat(widths[c] - width(cell));
        boolean right = isNumber(rows.isEmpty() ? "" : rows.getFirst().get(c));
        row.append(right ? pad + cell : cell + pad).append("   ");
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
  }

  private static boolean isNumber(String cell) {
    return cell.matches("[-+−]?[0-9.,]+(e[-+]?[0-9]+)?( ?%)?");
  }

  // ---- columns

  private void wrap(String paragraph, String first, String next) {
    var line = new StringBuilder(first);
    for (String word : words(paragraph)) {
      if (width(line.toString()) + width(word.stripTrailing()) > WIDTH) {
        text.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(next);
      }
      line.append(word);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  /** Where a line may break: after spaces, and between Chinese characters but before marks. */
  private static List<String> words(String paragraph) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    int[] points = paragraph.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      word.appendCodePoint(points[i]);
      boolean last = i + 1 == points.length;
      boolean wide = isWide(points[i]);
      boolean mark = !last && "，。；：！？、）】”".indexOf(points[i + 1]) >= 0;
      boolean opening = "（【“".indexOf(points[i]) >= 0;
      boolean meets = !last && (wide || isWide(points[i + 1])) && points[i + 1] != ' ';
      if (last || points[i] == ' ' || meets && !mark && !opening) {
        words.add(word.toString());
        word.setLength(0);
      }
    }
    return words;
  }

  /** How many columns a terminal needs. */
  static int width(String s) {
    return s.codePoints().map(c -> isWide(c) ? 2 : 1).sum();
  }

  private static boolean isWide(int c) {
    return c >= 0x2E80 && c <= 0xA4CF || c >= 0xF900 && c <= 0xFAFF || c >= 0xFF00 && c <= 0xFF60;
  }
}
