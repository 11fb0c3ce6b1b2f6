package dev.hebb.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One column of a table as text. Each different text is kept once, and per row only its number:
 * columns repeat themselves, and what is asked of a column is asked once per text.
 */
final class RawColumn {
  /** In {@link #code}: the row has no value here. */
  static final int MISSING = -1;

  private final String name;
  private final TablePrep.@Nullable Kind declaredKind;
  private final List<String> declaredCategories;
  private final Set<String> declared;
  private final Map<String, Integer> index = new HashMap<>();
  private final List<String> texts = new ArrayList<>();
  private final List<Integer> firstLines = new ArrayList<>();
  private int firstMissingLine = -1;
  private int[] counts = new int[8];
  private int[] codes = new int[64];
  private int rows;

  /**
   * A column without rows.
   *
   * @param declaredKind what the file says that it is; null where it says nothing
   * @param declaredCategories the values that the file allows; empty where it says nothing
   */
  RawColumn(String name, TablePrep.@Nullable Kind declaredKind, List<String> declaredCategories) {
    this.name = name;
    this.declaredKind = declaredKind;
    this.declaredCategories = declaredCategories;
    this.declared = Set.copyOf(declaredCategories);
  }

  /** Adds a row's value; null where it is missing. */
  void add(@Nullable String text, int line) {
    if (rows == codes.length) {
      codes = Arrays.copyOf(codes, rows * 2);
    }
    int code = MISSING;
    if (text != null) {
      code = index.computeIfAbsent(text, _ -> texts.size());
      if (code == texts.size()) {
        texts.add(text);
        firstLines.add(line);
        counts = code < counts.length ? counts : Arrays.copyOf(counts, code * 2);
      }
      counts[code]++;
    } else if (firstMissingLine < 0) {
      firstMissingLine = line;
    }
    codes[rows++] = code;
  }

  String name() {
    return name;
  }

  TablePrep.@Nullable Kind declaredKind() {
    return declaredKind;
  }

  List<String> declaredCategories() {
    return declaredCategories;
  }

  /** Whether the text is one of the values that the file allows by name. */
  boolean declares(String text) {
    return declared.contains(text);
  }

  /** The different texts, in the order of their first appearance. */
  List<String> texts() {
    return texts;
  }

  /** The line on which one of the texts first appears. */
  int firstLine(int code) {
    return firstLines.get(code);
  }

  /** How many rows hold one of the texts. */
  int count(int code) {
    return counts[code];
  }

  /** The number of a row's text, or {@link #MISSING}. */
  int code(int row) {
    return codes[row];
  }

  /** The line of the first row without a value, or −1. */
  int firstMissingLine() {
    return firstMissingLine;
  }

  int missing() {
    return rows - Arrays.stream(counts).sum();
  }

  /**
   * The categories in the order declared; else sorted, numbers by value, whatever their rows'
   * order.
   */
  List<String> categories() {
    if (!declaredCategories.isEmpty()) {
      return declaredCategories;
    }
    boolean numbers = texts.stream().allMatch(Numbers::isNumber);
    Comparator<String> byText = Comparator.naturalOrder();
    Comparator<String> byValue = Comparator.comparingDouble(Double::parseDouble);
    return texts.stream().sorted(numbers ? byValue.thenComparing(byText) : byText).toList();
  }
}
