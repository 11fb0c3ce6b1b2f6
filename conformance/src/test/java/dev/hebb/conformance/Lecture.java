package dev.hebb.conformance;

import dev.hebb.lessons.Lesson;
import dev.hebb.lessons.Lessons;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rows of the lecture and what carries their number: tests called {@code l59TheWorkedExample}
 * or {@code l36AndL37Advice}, and lessons.
 */
final class Lecture {
  /** Rows that speak of activations, losses, optimisers, layers, systems and networks. */
  static final List<Integer> VOCABULARY =
      List.of(
          5, 6, 8, 9, 10, 12, 13, 14, 18, 19, 20, 22, 36, 37, 39, 42, 44, 47, 52, 53, 58, 59, 60,
          62, 63, 64, 65);

  private static final Pattern TEST =
      Pattern.compile("\\n  (?:void|Stream<DynamicTest>) (l\\d+\\w*)\\(");
  private static final Pattern NUMBER = Pattern.compile("\\G(?:And)?[lL](\\d+)");

  private Lecture() {}

  /**
   * What there is about a row.
   *
   * @param lesson the title of its lesson, or empty
   * @param tests {@code Test#method}
   */
  record Row(String lesson, List<String> tests) {}

  /** All rows that have a test or a lesson. */
  static Map<Integer, Row> rows() {
    Map<Integer, List<String>> tests = new TreeMap<>();
    for (Path file : Sources.tests()) {
      Matcher test = TEST.matcher(Sources.text(file));
      while (test.find()) {
        Matcher number = NUMBER.matcher(test.group(1));
        while (number.find()) {
          tests
              .computeIfAbsent(Integer.parseInt(number.group(1)), _ -> new ArrayList<>())
              .add(Sources.name(file) + "#" + test.group(1));
        }
      }
    }
    Map<Integer, Row> rows = new TreeMap<>();
    tests.forEach((row, names) -> rows.put(row, new Row("", names)));
    for (Lesson lesson : Lessons.all()) {
      for (String id : lesson.rows()) {
        int row = Integer.parseInt(id.substring(1));
        rows.put(row, new Row(lesson.title().en(), tests.getOrDefault(row, List.of())));
      }
    }
    return rows;
  }

  /** The page's part for readers. */
  static String markdown() {
    var page = new StringBuilder("\n| row | lesson | tests |\n|---|---|---|\n");
    rows()
        .forEach((row, what) ->
            page.append(
                "| L%d | %s | %s |\n"
                    .formatted(
                        row,
                        what.lesson.isEmpty() ? "" : what.lesson + " (`hebb lesson L" + row + "`)",
                        what.tests.stream()
                            .map(t -> "`" + t + "`")
                            .collect(Collectors.joining("<br>")))));
    return page.toString();
  }
}
