package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltInTest {
  @Test
  void digitsAreNineAndOneThousand() {
    var digits = Digits.load();
    assertThat(digits.shape()).isEqualTo(Shape.of(1, 28, 28));
    assertThat(digits.classes()).isEqualTo(10);
    assertThat(digits.labels()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(digits.train().size()).isEqualTo(9000);
    assertThat(digits.validation().size()).isZero();
    assertThat(digits.test().size()).isEqualTo(1000);
    int[] train = digits.train().classCounts();
    int[] test = digits.test().classCounts();
    for (int d = 0; d < 10; d++) {
      assertThat(test[d]).isBetween((train[d] + test[d]) / 10 - 1, (train[d] + test[d]) / 10 + 1);
    }
    var batch = digits.train().shuffle().batch(128).iterator().next();
    assertThat(batch.x().shape()).isEqualTo(Shape.of(128, 1, 28, 28));
    assertThat(batch.y().shape()).isEqualTo(Shape.of(128).as(DType.INT32));
    var first = digits.train().take(500).classCounts(); // the order is mixed, not by class
    assertThat(Arrays.stream(first).min().orElseThrow()).isGreaterThan(20);
  }

  @Test
  void digitsAreTheFirstTenThousandOfMnist() {
    var images = Idx.read(TestData.shared("mnist/train-images-idx3-ubyte.gz"));
    var labels = Idx.read(TestData.shared("mnist/train-labels-idx1-ubyte.gz")).toInts();
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      known.put(key(images, i), labels[i]);
    }
    assertThat(known).hasSize(10_000);
    var mine = Idx.read(Input.resource("digits-images-idx3-ubyte.gz"));
    var myLabels = Idx.read(Input.resource("digits-labels-idx1-ubyte.gz")).toInts();
    for (int i = 0; i < 10_000; i++) {
      assertThat(known.remove(key(mine, i))).isEqualTo(myLabels[i]);
    }
    assertThat(known).isEmpty();
  }

  private static String key(Idx images, int i) {
    var out = new StringBuilder(784);
    for (int p = 0; p < 784; p++) {
      out.append((char) images.at(i * 784 + p));
    }
    return out.toString();
  }

  @Test
  void mnistIsNormalisedByItsTrainingPart() {
    var mnist = Mnist.load(TestData.shared("mnist"));
    assertThat(mnist.train().size()).isEqualTo(60_000);
    assertThat(mnist.test().size()).isEqualTo(10_000);
    int[] first = new int[10];
    Arrays.setAll(first, i -> mnist.train().label(i));
    assertThat(first).containsExactly(5, 0, 4, 1, 9, 2, 1, 3, 1, 4); // as printed in every lecture
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 60_000; i++) {
      for (float v : mnist.train().input(i)) {
        sum += v;
        squares += (double) v * v;
      }
    }
    double n = 60_000.0 * 784;
    assertThat(sum / n).isCloseTo(0, within(0.001));
    assertThat(squares / n).isCloseTo(1, within(0.001));
  }

  /** Four small files: 3 training and 2 test images of the size. */
  private static Path idxFolder(Path folder, int side) throws IOException {
    Files.createDirectories(folder);
    for (var part : Map.of("train", 3, "t10k", 2).entrySet()) {
      int n = part.getValue();
      var images = ByteBuffer.allocate(16 + n * side * side);
      images.putInt(0x0803).putInt(n).putInt(side).putInt(side);
      while (images.hasRemaining()) {
        images.put((byte) 255);
      }
      var labels = ByteBuffer.allocate(8 + n).putInt(0x0801).putInt(n);
      labels.put((byte) 9).put((byte) 3);
      Files.write(folder.resolve(part.getKey() + "-images-idx3-ubyte"), images.array());
      Files.write(
          folder.resolve(part.getKey() + "-labels-idx1-ubyte.gz"), IdxTest.gzip(labels.array()));
    }
    return folder;
  }

  @Test
  void fashionReadsPlainAndPackedFiles(@TempDir Path folder) throws IOException {
    var parts = Fashion.load(idxFolder(folder, 28));
    assertThat(parts.train().size()).isEqualTo(3);
    assertThat(parts.test().size()).isEqualTo(2);
    assertThat(parts.labels().get(9)).isEqualTo("Ankle boot");
    assertThat(parts.train().label(0)).isEqualTo(9);
    assertThat(parts.train().input(0)).containsOnly((float) ((1 - 0.2860) / 0.3530));
  }

  @Test
  void filesThatDoNotFitTogetherAreNamed(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> Mnist.load(folder))
        .hasMessageContaining("there is no train-images-idx3-ubyte")
        .hasMessageContaining("'digits'");
    assertThatThrownBy(() -> Fashion.load(folder))
        .hasMessageContaining("install the system package dataset-fashion-mnist");
    assertThatThrownBy(() -> Mnist.load(idxFolder(folder.resolve("small"), 27)))
        .hasMessageContaining("images of 28 × 28 are expected");
    Path bad = idxFolder(folder.resolve("bad"), 28);
    Path labels = bad.resolve("t10k-labels-idx1-ubyte.gz");
    Files.write(
        labels,
        IdxTest.gzip(ByteBuffer.allocate(10).putInt(0x0801).putInt(2).put((byte) 10).array()));
    assertThatThrownBy(() -> Mnist.load(bad))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("t10k-labels-idx1-ubyte.gz: example 0: label 10 is out of range");
    Files.write(labels, IdxTest.gzip(ByteBuffer.allocate(9).putInt(0x0801).putInt(1).array()));
    assertThatThrownBy(() -> Mnist.load(bad)).hasMessageContaining("for 2 images");
  }

  @Test
  void catalogueOpensWhatItLists(@TempDir Path folder) throws IOException {
    for (var entry : Catalog.entries(null)) {
      if (entry.available() && entry.howToGet().isEmpty()) {
        var parts = Catalog.open(entry.name(), null, Seed.of(1));
        assertThat(parts.name()).isEqualTo(entry.name());
        assertThat(entry.size())
            .contains(
                parts.preprocessing() instanceof TextPrep
                    ? parts.outputs() + " different characters"
                    : parts.classes() + " classes");
      }
    }
    assertThat(names(null)).contains("digits", "iris", "credit").doesNotContain("mnist");
    idxFolder(folder.resolve("mnist"), 28);
    assertThat(names(folder)).contains("mnist");
    assertThat(Catalog.open("mnist", folder, Seed.of(1)).train().size()).isEqualTo(3);
    assertThat(names(folder.resolve("mnist"))).contains("mnist");
    Path fashion = idxFolder(folder.resolve("My-Fashion"), 28);
    assertThat(names(fashion)).contains("fashion").doesNotContain("mnist");
    assertThat(Catalog.open("fashion", fashion, Seed.of(1)).name()).isEqualTo("fashion");
    assertThat(Catalog.open(fashion.toString(), null, Seed.of(1)).name()).isEqualTo("fashion");
    assertThat(Catalog.open(folder.resolve("mnist").toString(), null, Seed.of(1)).name())
        .isEqualTo("mnist");
  }

  private static List<String> names(Path folder) {
    return Catalog.entries(folder).stream()
        .filter(Catalog.Entry::available)
        .map(Catalog.Entry::name)
        .toList();
  }

  @Test
  void catalogueOpensFilesAndHelpsWithNames(@TempDir Path folder) throws IOException {
    Path csv = Files.writeString(folder.resolve("t.CSV"), "a,y\n1,u\n2,v\n3,u\n4,v\n5,u\n6,v\n");
    assertThat(Catalog.open(csv.toString(), null, Seed.of(1)).train().size()).isEqualTo(4);
    Path arff =
        Files.writeString(
            folder.resolve("t.arff"),
            "@relation r\n@attribute a real\n@attribute y {u,v}\n@data\n1,u\n2,v\n3,u\n4,v\n");
    assertThat(Catalog.open(arff.toString(), null, Seed.of(1)).labels()).containsExactly("u", "v");
    assertThatThrownBy(() -> Catalog.open("digit", null, Seed.of(1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Did you mean 'digits'?");
    assertThatThrownBy(() -> Catalog.open("x\0y", null, Seed.of(1)))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> Catalog.open("missing.csv", null, Seed.of(1)))
        .hasMessageContaining("missing.csv does not exist");
    assertThatThrownBy(() -> Catalog.open("mnist", folder, Seed.of(1)))
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("get the four files");
  }
}
