package dev.hebb.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the documents compile, run, and print what the documents say. */
class TourTest {
  private static final int PROGRAMS = 9;
  private static final int README_LINES = 20;

  @TempDir private Path folder;

  /** One after the other in one folder: later programs read what earlier ones wrote. */
  @TestFactory
  Stream<DynamicTest> everyProgramOfTheTour() throws IOException {
    List<Program> programs = Program.in(root().resolve("docs/tour.md"));
    assertThat(programs).hasSize(PROGRAMS);
    return programs.stream().map(p -> DynamicTest.dynamicTest(p.title(), () -> p.check(folder)));
  }

  @Test
  void theExampleOfTheReadme() throws Exception {
    List<Program> programs = Program.in(root().resolve("README.md"));
    assertThat(programs).hasSize(1);
    Program example = programs.getFirst();
    assertThat(example.source().lines()).hasSizeLessThanOrEqualTo(README_LINES);
    example.check(folder);
  }

  @Test
  void aProgramThatPrintsSomethingElseIsNoticed() throws Exception {
    new Program("fits", hello(), "…\nHello…ld\n…\n").check(folder);
    for (String other : List.of("Hello\n", "Hello, World\n", "Hello, …\n…x\n", "")) {
      var program = new Program("differs", hello(), other);
      assertThatThrownBy(() -> program.check(folder))
          .as(other)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("what “differs” prints");
    }
  }

  @Test
  void aProgramThatDoesNotCompileOrThrowsIsNoticed() {
    assertThatThrownBy(() -> new Program("broken", "void main() { x; }", "").check(folder))
        .hasMessageContaining("“broken” compiles")
        .hasMessageContaining("not a statement");
    assertThatThrownBy(
            () -> new Program("ill", "void main() { IO.println(1 / 0); }", "…\n").check(folder))
        .hasMessageContaining("“ill” runs to its end")
        .hasMessageContaining("/ by zero");
  }

  private static String hello() {
    return "void main() { IO.println(\"Hello, world\"); }";
  }

  /** The folder of the project, from wherever the test was started. */
  private static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("docs/tour.md"))) {
        return at;
      }
    }
    throw new AssertionError("no docs/tour.md in " + start + " or above it");
  }
}
