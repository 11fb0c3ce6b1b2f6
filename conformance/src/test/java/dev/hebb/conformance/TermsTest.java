package dev.hebb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.conformance.Terms.Term;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every term of the field is found in Hebb and proven, and so is every row of the lecture. */
class TermsTest {
  static List<Term> terms() {
    return Terms.all();
  }

  @ParameterizedTest
  @MethodSource("terms")
  void theCodeHasItUnderThisName(Term term) {
    for (String name : term.code()) {
      assertThat(Sources.hasName(name)).as("%s: %s is in no main source", term, name).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("terms")
  void theTestIsThere(Term term) {
    if (term.code().isEmpty()) {
      assertThat(term.proof()).as("the reason for %s", term).hasSizeGreaterThan(20);
      return;
    }
    String[] parts = term.proof().split("#");
    List<Path> files = Sources.tests(parts[0]);
    assertThat(files).as("%s: there is no test %s", term, parts[0]).isNotEmpty();
    String method = parts.length > 1 ? parts[1] : "";
    assertThat(files)
        .as("%s: %s has no test %s", term, parts[0], method)
        .anyMatch(f -> Pattern.compile("\\b" + method + "\\(").matcher(Sources.text(f)).find());
  }

  /** The rows of which the vocabulary speaks; the others belong to lessons and tools. */
  @Test
  void theLecturesRowsHaveTestsOfTheirNumber() {
    Map<Integer, Lecture.Row> rows = Lecture.rows();
    for (int row : Lecture.VOCABULARY) {
      assertThat(rows)
          .as("L%d needs a test l%d…", row, row)
          .hasEntrySatisfying(row, what -> assertThat(what.tests()).isNotEmpty());
    }
    assertThat(rows).hasEntrySatisfying(59, what -> assertThat(what.lesson()).contains("2-2-2"));
  }
}
