package dev.hebb.train.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.DataException;
import dev.hebb.train.data.Dataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DataFileTest {
  private static final String HEADER =
      """
      {"__metadata__":{"labels":"[\\"no\\",\\"yes\\"]"},
      "inputs":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},
      "targets":{"dtype":"I32","shape":[3],"data_offsets":[24,36]}}\
      """;

  @TempDir Path folder;

  /** A file as another library might write it: a header of any length, and 3 × 2 numbers. */
  private static byte[] file(String header, float... inputs) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(8 + json.length + 4 * inputs.length + 12);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    for (float x : inputs) {
      bytes.putFloat(x);
    }
    return bytes.putInt(1).putInt(0).putInt(1).array();
  }

  private static byte[] valid() {
    return file(HEADER, 1, 2, 3, 4, 5, -6.5f);
  }

  private Path put(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("data.safetensors"), bytes);
  }

  @Test
  void readsWhatAnotherLibraryWrote() throws IOException {
    Dataset data = DataFile.open(put(valid()));
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.shape()).isEqualTo(Shape.of(2));
    assertThat(data.labels()).containsExactly("no", "yes");
    assertThat(data.input(2)).containsExactly(5, -6.5f);
    assertThat(data.label(0)).isEqualTo(1);
    assertThat(data.label(1)).isEqualTo(0);
    assertThat(data.all().x().toFloats()).containsExactly(1, 2, 3, 4, 5, -6.5f);
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    var random = new Random(5);
    float[] x = new float[7 * 12];
    float[] y = new float[7 * 3];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat();
      y[i % y.length] = random.nextFloat();
    }
    int[] labels = {0, 1, 2, 2, 1, 0, 1};
    var classes = Dataset.ofClasses(Shape.of(3, 4), x, labels, List.of("a", "\"b\"", "ü"));
    var values = Dataset.ofValues(Shape.of(12), x, y, 3);
    for (Dataset data : List.of(classes, values, classes.subset(6, 0, 3), values.skip(2))) {
      Path file = folder.resolve("copy.safetensors");
      DataFile.write(data, file);
      Dataset copy = DataFile.open(file);
      assertThat(copy.toString()).isEqualTo(data.toString());
      assertThat(copy.preprocessing()).isEqualTo(data.preprocessing());
      for (int i = 0; i < data.size(); i++) {
        assertThat(copy.input(i)).isEqualTo(data.input(i));
        if (data.isClassification()) {
          assertThat(copy.label(i)).isEqualTo(data.label(i));
        } else {
          assertThat(copy.target(i)).isEqualTo(data.target(i));
        }
      }
      assertThat(copy.fingerprint()).isEqualTo(data.fingerprint());
    }
  }

  @Test
  void theOrderOfAShuffledEpochIsThatOfTheSameDataInMemory() {
    int n = 100;
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = i;
    }
    Dataset inMemory = Dataset.ofClasses(Shape.of(1), x, new int[n], List.of("a", "b"));
    Path file = folder.resolve("order.safetensors");
    DataFile.write(inMemory, file);
    var there = inMemory.shuffle(Seed.of(3)).batch(7).batches(1, 0).iterator();
    for (Batch b : DataFile.open(file).shuffle(Seed.of(3)).batch(7).prefetch(3).batches(1, 0)) {
      assertThat(b.x().toFloats()).isEqualTo(there.next().x().toFloats());
    }
    assertThat(there.hasNext()).isFalse();
  }

  @Test
  void damagedFilesAreRefusedInOneWay() throws IOException {
    byte[] valid = valid();
    for (int length = 0; length < valid.length; length++) {
      assertThat(refuses(Arrays.copyOf(valid, length))).as("cut at %d", length).isTrue();
    }
    var random = new Random(42);
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] damaged = valid.clone();
      for (int hits = random.nextInt(1, 6); hits > 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      refused += refuses(damaged) ? 1 : 0;
      byte[] noise = new byte[random.nextInt(1, 200)];
      random.nextBytes(noise);
      assertThat(refuses(noise)).isTrue();
    }
    assertThat(refused).as("damage is noticed at all").isGreaterThan(300);
  }

  private boolean refuses(byte[] bytes) throws IOException {
    Path file = put(bytes);
    try {
      DataFile.open(file).all();
      return false;
    } catch (DataException e) {
      assertThat(e.getMessage()).isNotBlank();
      return true;
    } catch (Throwable e) {
      return fail("another exception than DataException for " + Arrays.toString(bytes), e);
    }
  }

  @Test
  void messagesSayWhatIsWrong() throws IOException {
    record Wrong(String from, String to, String message) {}
    for (Wrong w :
        List.of(
            new Wrong("[3,2]", "[3,9223372036854775807]", "takes 9223372036854775807 bytes"),
            new Wrong("[3,2]", "[2147483648,2147483648,2]", "takes 9223372036854775807 bytes"),
            new Wrong("[3,2]", "[3,-2]", "no valid dtype, shape and data_offsets"),
            new Wrong("[3,2]", "[6]", "not F32 [n, …]"),
            new Wrong("[0,24]", "[24,0]", "takes 24 bytes, not -24"),
            new Wrong("[24,36]", "[24,4000000000000]", "takes 12 bytes, not 3999999999976"),
            new Wrong("\"I32\"", "\"F32\"", "not I32 [3] or F32 [3, k]"),
            new Wrong("inputs", "pictures", "no tensor 'inputs'"))) {
      assertThat(HEADER).contains(w.from);
      Path file = put(file(HEADER.replace(w.from, w.to), 1, 2, 3, 4, 5, 6));
      assertThatThrownBy(() -> DataFile.open(file))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("data.safetensors")
          .hasMessageContaining(w.message);
    }
    assertThatThrownBy(() -> DataFile.open(folder.resolve("none")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> DataFile.open(folder)).isInstanceOf(DataException.class);
    Path nan = put(file(HEADER, 1, 2, 3, Float.NaN, 5, 6));
    assertThatThrownBy(() -> DataFile.open(nan).all())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("example 1: its input number 1 is NaN");
  }

  /** 320 MB in a JVM of 64 MB: written, read in order, read in a random order. */
  @Test
  @Timeout(120)
  void aFileMayBeLargerThanTheHeap() throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Large.class.getName(),
                folder.resolve("large.safetensors").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(100, TimeUnit.SECONDS)).isTrue();
    assertThat(said).contains("all examples are right");
    assertThat(child.exitValue()).isZero();
  }

  /** The child: number k of example i is i + k, exact in float32. */
  static final class Large {
    private static final int EXAMPLES = 20_000;
    private static final int EACH = 4_000;

    public static void main(String[] args) {
      Path file = Path.of(args[0]);
      int[] labels = new int[EXAMPLES];
      Arrays.setAll(labels, i -> i % 2);
      DataFile.write(
          Dataset.ofClasses(
              Shape.of(EACH),
              (i, into, at) -> {
                for (int k = 0; k < EACH; k++) {
                  into[at + k] = i + k;
                }
              },
              labels,
              List.of("even", "odd")),
          file);
      Dataset data = DataFile.open(file);
      check(data.batch(64).batches(0, 0), true);
      check(data.shuffle().batch(64).prefetch().batches(0, 0), false);
      System.out.println("all examples are right");
    }

    private static void check(Iterable<Batch> batches, boolean inOrder) {
      boolean[] seen = new boolean[EXAMPLES];
      int next = 0;
      for (Batch b : batches) {
        float[] x = b.x().toFloats();
        int[] y = b.y().toInts();
        for (int r = 0; r < y.length; r++) {
          int i = (int) x[r * EACH];
          if (seen[i] || y[r] != i % 2 || inOrder && i != next) {
            throw new AssertionError("example " + i);
          }
          seen[i] = true;
          next++;
          for (int k = 0; k < EACH; k++) {
            if (x[r * EACH + k] != i + k) {
              throw new AssertionError("example " + i + ", number " + k);
            }
          }
        }
      }
      if (next != EXAMPLES) {
        throw new AssertionError(next + " examples");
      }
    }
  }
}
