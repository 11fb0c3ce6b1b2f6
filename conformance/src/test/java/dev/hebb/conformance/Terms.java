package dev.hebb.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What courses and other libraries call the things of the field, and where they are in Hebb: the
 * file {@code registry/terms.txt}.
 */
final class Terms {
  private static final String FILE = "conformance/src/test/resources/registry/terms.txt";

  private Terms() {}

  /**
   * One term.
   *
   * @param heading what it is listed under
   * @param name the term
   * @param code the names by which Hebb's code has it; none where it is not there
   * @param proof a test, {@code Test#method}, or why it is not there
   */
  record Term(String heading, String name, List<String> code, String proof) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All of them, in the order of the file. */
  static List<Term> all() {
    List<Term> terms = new ArrayList<>();
    String heading = "";
    for (String line : lines()) {
      String[] parts = line.split(" \\| ", -1);
      if (line.startsWith("== ")) {
        heading = line.substring(3);
      } else if (parts.length == 3) {
        terms.add(new Term(heading, parts[0], Arrays.asList(parts[1].split(", ")), parts[2]));
      } else if (parts.length == 2 && parts[1].startsWith("- ")) {
        terms.add(new Term(heading, parts[0], List.of(), parts[1].substring(2)));
      } else {
        throw new AssertionError(FILE + ": neither term nor heading: " + line);
      }
    }
    return terms;
  }

  private static List<String> lines() {
    return Sources.text(Sources.ROOT.resolve(FILE))
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  /** The page's part for readers. */
  static String markdown() {
    var page = new StringBuilder();
    String heading = "";
    for (Term term : all()) {
      if (!term.heading.equals(heading)) {
        heading = term.heading;
        page.append("\n### ")
            .append(heading)
            .append("\n\n| term | in Hebb | proof |\n|---|---|---|\n");
      }
      String code = String.join(", ", term.code.stream().map(c -> "`" + c + "`").toList());
      page.append(
          term.code.isEmpty()
              ? "| %s | – | %s |\n".formatted(term.name, term.proof)
              : "| %s | %s | `%s` |\n".formatted(term.name, code, term.proof));
    }
    return page.toString();
  }
}
