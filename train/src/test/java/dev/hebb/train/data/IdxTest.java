package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  private static Idx read(int... bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return Idx.read(new Input("test.idx", content));
  }

  static byte[] gzip(byte[] content) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  @Test
  void readsEveryType() {
    assertThat(read(0, 0, 8, 1, 0, 0, 0, 2, 7, 255).toInts()).containsExactly(7, 255);
    assertThat(read(0, 0, 9, 1, 0, 0, 0, 2, 7, 255).toInts()).containsExactly(7, -1);
    assertThat(read(0, 0, 0xB, 1, 0, 0, 0, 1, 1, 2).toInts()).containsExactly(258);
    assertThat(read(0, 0, 0xC, 1, 0, 0, 0, 1, 255, 255, 255, 254).toInts()).containsExactly(-2);
    assertThat(read(0, 0, 0xD, 1, 0, 0, 0, 1, 0x3F, 0x80, 0, 0).toFloats()).containsExactly(1f);
    assertThat(read(0, 0, 0xE, 1, 0, 0, 0, 1, 0xC0, 0, 0, 0, 0, 0, 0, 0).toFloats())
        .containsExactly(-2f);
  }

  @Test
  void readsAnyNumberOfDimensions() {
    var idx = read(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
    assertThat(idx.dims()).containsExactly(1, 2, 3);
    assertThat(idx.size()).isEqualTo(6);
    assertThat(idx.at(5)).isEqualTo(6);
    assertThat(idx).hasToString("test.idx: UINT8 [1, 2, 3]");
  }

  @Test
  void packedAndPlainFilesAreTheSame(@TempDir Path folder) throws IOException {
    byte[] plain = {0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3};
    Path a = Files.write(folder.resolve("a"), plain);
    Path b = Files.write(folder.resolve("b"), gzip(plain));
    assertThat(Idx.read(b).toFloats()).containsExactly(Idx.read(a).toFloats());
  }

  @Test
  void saysWhatIsWrong(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> read(1, 2, 3, 4, 5))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("test.idx: not an IDX file: it begins with 01 02 03 04");
    assertThatThrownBy(() -> read(0, 0, 8)).hasMessageContaining("cut short");
    assertThatThrownBy(() -> read(0, 0, 8, 1, 0, 0, 0, 3, 1, 2)).hasMessageContaining("cut short");
    assertThatThrownBy(() -> read(0, 0, 8, 1, 0, 0, 0, 1, 1, 2))
        .hasMessageContaining("more after byte 9");
    assertThatThrownBy(() -> read(0, 0, 8, 1, 255, 255, 255, 255, 1))
        .hasMessageContaining("dimension 0 is -1");
    assertThatThrownBy(() -> read(0, 0, 8, 1, 0, 0, 0, 0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> read(0, 0, 8, 9, 0)).hasMessageContaining("not an IDX file");
    assertThatThrownBy(() -> read(0, 0, 0xD, 1, 0, 0, 0, 1, 0x3F, 0x80, 0, 0).toInts())
        .hasMessageContaining("FLOAT32");
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Idx.read(missing)).hasMessageContaining("does not exist");
    assertThatThrownBy(() -> Idx.read(folder)).hasMessageContaining("folder");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatThrownBy(() -> Idx.read(empty)).hasMessageContaining("is empty");
  }

  @Test
  void aHeaderIsNotBelievedBeforeTheFileIsSeen() {
    // 2³¹−1 by 2³¹−1 doubles, in a file of 12 bytes, plain and packed.
    byte[] huge = ByteBuffer.allocate(12).putInt(0x0E02).putInt(-1 >>> 1).putInt(-1 >>> 1).array();
    for (byte[] content : new byte[][] {huge, gzip(huge)}) {
      assertThatThrownBy(() -> Idx.read(new Input("huge", content)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("cut short");
    }
    // Two gigabytes of zeros claimed in a packed file that could hold a megabyte.
    byte[] bomb = gzip(ByteBuffer.allocate(1 << 10).putInt(0x0801).putInt(2_000_000_000).array());
    assertThatThrownBy(() -> Idx.read(new Input("bomb", bomb)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cut short");
  }

  @Test
  void damagedCompressionIsNoticed() {
    byte[] packed = gzip(new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3});
    packed[packed.length - 6] ^= 1; // the checksum
    assertThatThrownBy(() -> Idx.read(new Input("x.gz", packed)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("x.gz: the compressed data is damaged");
  }
}
