package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.hebb.tensor.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Cuts and damages valid files in many places: a reader may refuse them, and in one way only. */
class MalformedFilesTest {
  private static final int DAMAGED = 400;

  @Test
  void idx() throws IOException {
    var plain = ByteBuffer.allocate(16 + 5 * 4 * 3).putInt(0x0803).putInt(5).putInt(4).putInt(3);
    Consumer<byte[]> reader = bytes -> Idx.read(new Input("t.idx", bytes)).toInts();
    everyCutIsRefused(plain.array(), reader);
    onlyDataExceptions(plain.array(), reader);
    everyCutIsRefused(IdxTest.gzip(plain.array()), reader);
    onlyDataExceptions(IdxTest.gzip(plain.array()), reader);
  }

  @Test
  void csv() {
    String text = "age;\"home, or so\";y\n20;own;yes\n30.5;\"re\"\"nt\";no\n?;own;yes\n4e1;;no\n";
    onlyDataExceptions(
        text.getBytes(StandardCharsets.UTF_8),
        bytes -> Table.of(Csv.read(new Input("t.csv", bytes))).split(0.5, Seed.of(1)));
  }

  @Test
  void arff() {
    String text =
        "% c\n@relation r\n@attribute 'a b' numeric\n@attribute s {x, 'y, z'}\n"
            + "@attribute y {u,v}\n@data\n1,x,u\n2,'y, z',v\n?,x,u\n4e1,?,v\n";
    onlyDataExceptions(
        text.getBytes(StandardCharsets.UTF_8),
        bytes -> Table.of(Arff.read(new Input("t.arff", bytes))).split(0.5, Seed.of(1)));
  }

  @Test
  @DisplayName("png, jpg, bmp, gif")
  void pictures() {
    var prep = ImagePrep.of(28, 28, 1, ImagePrep.Style.DIGIT);
    for (String format : new String[] {"png", "png-grey", "jpg", "bmp", "gif"}) {
      byte[] valid = ImageFolderTest.encoded(9, 11, 0x2060C0, format);
      onlyDataExceptions(valid, bytes -> prep.encode(Images.read(bytes, "t." + format)));
    }
  }

  @Test
  void purelyRandomBytes() {
    var random = new Random(7);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = new byte[random.nextInt(1, 200)];
      random.nextBytes(bytes);
      refuses(bytes, b -> Idx.read(new Input("x", b)));
      refuses(bytes, b -> Table.of(Csv.read(new Input("x", b))).split(0.5, Seed.of(1)));
      refuses(bytes, b -> Table.of(Arff.read(new Input("x", b))).split(0.5, Seed.of(1)));
      refuses(bytes, b -> Images.read(b, "x"));
    }
  }

  private static void everyCutIsRefused(byte[] valid, Consumer<byte[]> reader) {
    reader.accept(valid);
    for (int length = 0; length < valid.length; length++) {
      assertThat(refuses(Arrays.copyOf(valid, length), reader)).as("cut at %d", length).isTrue();
    }
  }

  private static void onlyDataExceptions(byte[] valid, Consumer<byte[]> reader) {
    reader.accept(valid);
    for (int length = 0; length < valid.length; length++) {
      refuses(Arrays.copyOf(valid, length), reader);
    }
    var random = new Random(42);
    int refused = 0;
    for (int i = 0; i < DAMAGED; i++) {
      byte[] damaged = valid.clone();
      for (int hits = random.nextInt(1, 6); hits > 0; hits--) {
        int at =
            random.nextInt(random.nextBoolean() ? damaged.length : Math.min(40, damaged.length));
        damaged[at] =
            switch (random.nextInt(4)) {
              case 0 -> 0;
              case 1 -> (byte) 255;
              case 2 -> (byte) (damaged[at] ^ 1 << random.nextInt(8));
              default -> (byte) random.nextInt(256);
            };
      }
      refused += refuses(damaged, reader) ? 1 : 0;
    }
    assertThat(refused).as("damage is noticed at all").isGreaterThan(DAMAGED / 20);
  }

  private static boolean refuses(byte[] bytes, Consumer<byte[]> reader) {
    try {
      reader.accept(bytes);
      return false;
    } catch (DataException e) {
      assertThat(e.getMessage()).isNotBlank();
      return true;
    } catch (Throwable e) {
      return fail("another exception than DataException for " + Arrays.toString(bytes), e);
    }
  }
}
