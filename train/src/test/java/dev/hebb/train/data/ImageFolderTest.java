package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  private static final Seed SEED = Seed.of(1);

  static byte[] encoded(int h, int w, int rgb, String format) {
    int type =
        "png-grey".equals(format) ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    var image = new BufferedImage(w, h, type);
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        if (type == BufferedImage.TYPE_BYTE_GRAY) {
          image.getRaster().setSample(x, y, 0, rgb & 255);
        } else {
          image.setRGB(x, y, rgb);
        }
      }
    }
    var out = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, format.substring(0, 3), out)).isTrue();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  private static void write(Path file, int h, int w, int rgb) throws IOException {
    Files.createDirectories(file.getParent());
    String name = file.toString();
    Files.write(file, encoded(h, w, rgb, name.substring(name.lastIndexOf('.') + 1)));
  }

  @Test
  void foldersAreClasses(@TempDir Path root) throws IOException {
    for (int i = 0; i < 4; i++) {
      write(root.resolve("red/" + i + ".png"), 5, 7, 0xFF0000);
      write(root.resolve("blue/" + i + ".bmp"), 5, 7, 0x0000FF);
    }
    Files.createFile(root.resolve("red/.hidden"));
    Files.createFile(root.resolve("red/Thumbs.db"));
    Files.writeString(root.resolve("README.txt"), "not a class");
    var parts = ImageFolder.of(root).split(0.5, SEED);
    assertThat(parts.shape()).isEqualTo(Shape.of(3, 5, 7));
    assertThat(parts.labels()).containsExactly("blue", "red");
    assertThat(parts.train().classCounts()).containsExactly(2, 2);
    assertThat(parts.test().classCounts()).containsExactly(2, 2);
    var prep = (ImagePrep) parts.preprocessing();
    // Half the training pictures are red: mean ½ and deviation ½ in red and blue; no green at all.
    assertThat(prep.mean()).containsExactly(0.5, 0.0, 0.5);
    assertThat(prep.std()).containsExactly(0.5, 1.0, 0.5);
    assertThat(prep.labels()).containsExactly("blue", "red");
    for (int i = 0; i < 4; i++) {
      float red = parts.test().label(i) == 1 ? 1 : -1;
      float[] x = parts.test().input(i);
      assertThat(x[0]).isEqualTo(red);
      assertThat(x[35]).isZero();
      assertThat(x[104]).isEqualTo(-red);
    }
  }

  @Test
  void greyPicturesHaveOneChannelWithTheirOwnValues(@TempDir Path root) throws IOException {
    for (int i = 0; i < 2; i++) {
      Files.createDirectories(root.resolve("a"));
      Files.createDirectories(root.resolve("b"));
      Files.write(root.resolve("a/" + i + ".png"), encoded(4, 4, 51, "png-grey"));
      Files.write(root.resolve("b/" + i + ".png"), encoded(4, 4, 0x999999, "png"));
    }
    var parts = ImageFolder.of(root).split(0.5, SEED);
    assertThat(parts.shape()).isEqualTo(Shape.of(1, 4, 4));
    var prep = (ImagePrep) parts.preprocessing();
    // 51 and 153 of 255 are 0.2 and 0.6: not brightened by Java's linear reading of grey files.
    assertThat(prep.mean().getFirst()).isCloseTo(0.4, within(1e-6));
    assertThat(prep.std().getFirst()).isCloseTo(0.2, within(1e-6));
    assertThat(ImageFolder.of(root).colour().split(0.5, SEED).shape()).isEqualTo(Shape.of(3, 4, 4));
  }

  @Test
  void differentSizesAreBroughtToOne(@TempDir Path root) throws IOException {
    write(root.resolve("a/1.png"), 10, 30, 0xFF0000);
    write(root.resolve("a/2.jpg"), 300, 200, 0xFF0000);
    write(root.resolve("b/1.gif"), 40, 40, 0x00FF00);
    write(root.resolve("b/2.png"), 1, 1, 0x00FF00);
    assertThat(ImageFolder.of(root).split(0.5, SEED).shape()).isEqualTo(Shape.of(3, 64, 64));
    var sized = ImageFolder.of(root).size(8, 12).grey().split(0.5, SEED);
    assertThat(sized.shape()).isEqualTo(Shape.of(1, 8, 12));
    assertThat(Catalog.open(root.toString(), null, SEED).classes()).isEqualTo(2);
  }

  @Test
  void aGivenDivisionHolds(@TempDir Path root) throws IOException {
    for (String cls : new String[] {"a", "b"}) {
      int rgb = cls.equals("a") ? 0xFF0000 : 0xFF;
      write(root.resolve("train/" + cls + "/1.png"), 4, 4, rgb);
      write(root.resolve("train/" + cls + "/2.png"), 4, 4, rgb);
      write(root.resolve("val/" + cls + "/3.png"), 4, 4, rgb);
      write(root.resolve("test/" + cls + "/4.png"), 4, 4, rgb);
    }
    var parts = ImageFolder.of(root).split(0.9, SEED);
    assertThat(parts.labels()).containsExactly("a", "b");
    assertThat(parts.train().classCounts()).containsExactly(2, 2);
    assertThat(parts.validation().classCounts()).containsExactly(1, 1);
    assertThat(parts.test().classCounts()).containsExactly(1, 1);
    assertThat(parts.notes()).hasSize(1);
  }

  @Test
  void unreadableFilesAreNamed(@TempDir Path root) throws IOException {
    write(root.resolve("a/1.png"), 4, 4, 1);
    write(root.resolve("b/1.png"), 4, 4, 2);
    Files.writeString(root.resolve("b/note.txt"), "hello");
    Files.write(root.resolve("b/cut.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    assertThatThrownBy(() -> ImageFolder.of(root).split(0.5, SEED))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("b/cut.png, b/note.txt")
        .hasMessageNotContaining("1.png");
    Files.delete(root.resolve("b/note.txt"));
    Files.delete(root.resolve("b/cut.png"));
    Files.createDirectory(root.resolve("b/more"));
    assertThatThrownBy(() -> ImageFolder.of(root).split(0.5, SEED))
        .hasMessageContaining("folders inside a class")
        .hasMessageContaining("b/more");
  }

  @Test
  void foldersWithoutClassesAreRefused(@TempDir Path root) throws IOException {
    assertThatThrownBy(() -> ImageFolder.of(root).split(0.5, SEED))
        .hasMessageContaining("there is no picture");
    write(root.resolve("a/1.png"), 4, 4, 1);
    assertThatThrownBy(() -> ImageFolder.of(root).split(0.5, SEED))
        .hasMessageContaining("only one class, 'a'");
    assertThatThrownBy(() -> ImageFolder.of(root.resolve("none")).split(0.5, SEED))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> ImageFolder.of(root.resolve("a/1.png")).split(0.5, SEED))
        .isInstanceOf(DataException.class);
  }

  @Test
  void sizesAreCheckedBeforeDecoding() {
    byte[] png = encoded(4, 4, 7, "png");
    ByteBuffer.wrap(png).putInt(16, 100_000).putInt(20, 100_000);
    var crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    assertThatThrownBy(() -> Images.read(png, "huge.png"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("huge.png: 100000 × 100000 pixels");
    assertThatThrownBy(() -> Images.read(new byte[] {0, 0, 1, 1, 0}, "x.wbmp"))
        .hasMessageContaining("not a PNG, JPEG, BMP or GIF");
  }

  @Test
  void largePicturesAreReadWithFewerPixels() {
    var image = Images.read(encoded(3000, 4000, 0x336699, "png"), "large.png");
    assertThat(image.getWidth()).isEqualTo(2000);
    assertThat(image.getHeight()).isEqualTo(1500);
    assertThat(image.getRGB(1999, 1499)).isEqualTo(0xFF336699);
  }
}
