package dev.hebb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.conformance.Vocabulary.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing is in Hebb without a proof, or a reason why it has none. */
class VocabularyTest {
  static List<Section> sections() {
    return Vocabulary.sections();
  }

  @ParameterizedTest
  @MethodSource("sections")
  void everyNameHasItsLine(Section section) {
    assertThat(section.proofs().keySet())
        .as(
            "%s must name all that the code has: a line \"NAME ItsTest\" or \"NAME - why none\"",
            section.file())
        .containsExactlyInAnyOrderElementsOf(section.items().keySet());
  }

  @ParameterizedTest
  @MethodSource("sections")
  void everyTestIsThereAndSpeaksOfWhatItProves(Section section) {
    Map<String, String> proofs = section.proofs();
    proofs.forEach((name, proof) -> {
      if (proof.startsWith("-")) {
        assertThat(proof).as("%s: the reason for %s", section.file(), name).hasSizeGreaterThan(9);
        return;
      }
      List<Path> files = Sources.tests(proof);
      assertThat(files).as("%s: there is no test %s", section.file(), proof).isNotEmpty();
      String factory = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
      assertThat(Sources.text(files.getFirst()))
          .as("%s says that %s proves %s; it does not name it", section.file(), proof, name)
          .containsPattern("\\b(" + name + "|" + factory + ")\\b");
    });
  }

  @Test
  void thePageIsUpToDate() throws IOException {
    Path page = Sources.ROOT.resolve("docs/vocabulary.md");
    if (Boolean.getBoolean("hebb.write")) {
      Files.writeString(page, Vocabulary.markdown());
    }
    boolean isFresh = Files.exists(page) && Files.readString(page).equals(Vocabulary.markdown());
    assertThat(isFresh).as("docs/vocabulary.md is up to date; %s", Vocabulary.REFRESH).isTrue();
  }
}
