package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts as windows of tokens. */
class TextTest {
  @Test
  void charactersGoToNumbersAndBack() {
    Text text = Text.characters("t", "né 𝄞 en");
    assertThat(text.prep().tokens()).containsExactly(" ", "e", "n", "é", "𝄞");
    assertThat(text.tokens()).containsExactly(2, 3, 0, 4, 0, 1, 2);
    assertThat(text.prep().decode(text.tokens())).isEqualTo("né 𝄞 en");
    assertThatThrownBy(() -> text.prep().encode("nex"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'x' (token 2 of the text)");
    assertThatThrownBy(() -> text.prep().decode(5)).hasMessageContaining("no token 5");
    assertThatThrownBy(() -> Text.characters("t", "aaa")).hasMessageContaining("two tokens");
  }

  @Test
  void wordsAreThoseThatAreFrequent() {
    Text text = Text.words("t", "the cat, the dog; the cat", 3);
    assertThat(text.prep().tokens()).containsExactly(TextPrep.UNKNOWN, " ", "the", "cat");
    assertThat(text.tokens()).containsExactly(2, 1, 3, 0, 1, 2, 1, 0, 0, 1, 2, 1, 3);
    assertThat(text.prep().decode(2, 1, 0)).isEqualTo("the <unknown>");
    assertThatThrownBy(() -> Text.words("t", "a b", 0)).isInstanceOf(DataException.class);
  }

  @Test
  void targetsAreTheTokensThatFollow() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      s.appendCodePoint('A' + i % 26);
    }
    Text text = Text.characters("t", s.toString());
    Splits parts = text.windows(4, 3);
    assertThat(parts.shape()).isEqualTo(Shape.of(DType.INT32, 4));
    assertThat(parts.outputs()).isEqualTo(26);
    // Tokens 0 … 89: windows begin at 0, 3, …, 84, since the last needs its next token; then 90 …
    // 99.
    assertThat(parts.train().size()).isEqualTo(29);
    assertThat(parts.test().size()).isEqualTo(2);
    Batch batch = parts.train().subset(0, 28).all();
    assertThat(batch.x().dtype()).isEqualTo(DType.INT32);
    assertThat(batch.x().toFloats()).containsExactly(0, 1, 2, 3, 6, 7, 8, 9);
    assertThat(batch.y().toFloats()).containsExactly(1, 2, 3, 4, 7, 8, 9, 10);
    assertThat(parts.test().all().x().toFloats()).containsExactly(12, 13, 14, 15, 16, 17, 18, 19);
    assertThat(parts.train().fingerprint())
        .isEqualTo(text.windows(4, 3).train().fingerprint())
        .isNotEqualTo(text.windows(4, 2).train().fingerprint());
    assertThat(parts.train()).hasToString("29 windows of 4 tokens, 26 different ones");
    assertThatThrownBy(() -> text.windows(10)).hasMessageContaining("take shorter windows");
    assertThatThrownBy(() -> text.windows(0)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> parts.train().target(0)).hasMessageContaining("tokens");
    assertThatThrownBy(() -> parts.train().labels()).hasMessageContaining("tokens");
  }

  @Test
  void filesAreRead(@TempDir Path folder) throws IOException {
    String line = "All the world’s a stage, and all the men and women merely players.\n";
    Path file = Files.writeString(folder.resolve("play.TXT"), line.repeat(30));
    Splits parts = Catalog.open(file.toString(), null, Seed.of(1));
    assertThat(parts.preprocessing()).isInstanceOf(TextPrep.class);
    assertThat(parts.shape()).isEqualTo(Shape.of(DType.INT32, 64));
    assertThat(Text.words(file, 5).prep().size()).isEqualTo(6);
    assertThatThrownBy(() -> Text.characters(folder.resolve("none.txt")))
        .isInstanceOf(DataException.class);
  }

  @Test
  void namesShip() {
    List<String> names = Names.list();
    assertThat(names).hasSize(32_033).startsWith("emma", "olivia").allMatch(n -> !n.isBlank());
    assertThat(Names.load().outputs()).isEqualTo(27);
    String text = Names.text(Seed.of(3)).prep().decode(Names.text(Seed.of(3)).tokens());
    assertThat(text).startsWith("\n").endsWith("\n");
    assertThat(new HashSet<>(text.strip().lines().toList())).isEqualTo(new HashSet<>(names));
    assertThat(Names.text(Seed.of(3)).tokens()).isNotEqualTo(Names.text(Seed.of(4)).tokens());
  }
}
