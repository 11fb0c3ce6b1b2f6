package dev.hebb.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SheetTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("t.csv"), text);
  }

  @Test
  void readsQuotesAndOtherSeparators() throws IOException {
    Sheet sheet = Sheet.read(file("\uFEFFa;b\r\n\"x; \"\"y\"\"\"; 2 \r\n"));
    assertThat(sheet.header()).containsExactly("a", "b");
    assertThat(sheet.row(0)).isEqualTo(Map.of("a", "x; \"y\"", "b", "2"));
  }

  @Test
  void writesWhatItCanReadAgain() throws IOException {
    var sheet = new Sheet(List.of("a", "b"), List.of(List.of("x,\"y\"", ""), List.of("1", "ü")));
    var text = new StringBuilder();
    sheet.with("c", List.of("p", "q")).write(text);
    Sheet again = Sheet.read(file(text.toString()));
    assertThat(again.header()).containsExactly("a", "b", "c");
    assertThat(again.rows()).containsExactly(List.of("x,\"y\"", "", "p"), List.of("1", "ü", "q"));
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path ragged = file("a,b\n1,2\n3\n");
    assertThatThrownBy(() -> Sheet.read(ragged))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("line 3");
    Path twice = file("a,a\n1,2\n");
    assertThatThrownBy(() -> Sheet.read(twice)).hasMessageContaining("same name");
    Path empty = file("a,b\n");
    assertThatThrownBy(() -> Sheet.read(empty)).hasMessageContaining("no row");
    Path latin =
        Files.write(folder.resolve("l.csv"), "ä,b\n1,2".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Sheet.read(latin)).hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> Sheet.read(folder.resolve("none.csv")))
        .hasMessageContaining("does not exist");
  }
}
