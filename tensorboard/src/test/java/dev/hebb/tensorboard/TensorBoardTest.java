package dev.hebb.tensorboard;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.residual;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.metric.Metrics;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.Run;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Dataset;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Event files, read back by what knows nothing of how they were written: records by the format's
 * definition with a CRC of its own, messages as fields by number, without a schema.
 */
class TensorBoardTest {
  @TempDir private Path folder;

  @BeforeAll
  static void drawWithoutAScreen() {
    System.setProperty("java.awt.headless", "true");
  }

  // ---- an independent reader

  /** CRC-32C bit by bit: the reflected polynomial 0x1EDC6F41. */
  private static int crc32c(byte[] bytes, int from, int count) {
    int crc = -1;
    for (int i = from; i < from + count; i++) {
      crc ^= bytes[i] & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82F63B78 : crc >>> 1;
      }
    }
    return ~crc;
  }

  private static int masked(byte[] bytes, int from, int count) {
    int crc = crc32c(bytes, from, count);
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  private static List<UnknownFieldSet> events(Path folder) throws IOException {
    List<UnknownFieldSet> events = new ArrayList<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
        byte[] bytes = Files.readAllBytes(file);
        var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
          int at = buffer.position();
          int length = Math.toIntExact(buffer.getLong());
          assertThat(buffer.getInt()).isEqualTo(masked(bytes, at, 8));
          byte[] record = new byte[length];
          buffer.get(record);
          assertThat(buffer.getInt()).isEqualTo(masked(bytes, at + 12, length));
          events.add(UnknownFieldSet.parseFrom(record));
        }
      }
    }
    return events;
  }

  private static UnknownFieldSet message(UnknownFieldSet in, int field) {
    return parse(in.getField(field).getLengthDelimitedList().getFirst());
  }

  private static UnknownFieldSet parse(ByteString bytes) {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String string(UnknownFieldSet in, int field) {
    return in.getField(field).getLengthDelimitedList().getFirst().toStringUtf8();
  }

  private static double number(UnknownFieldSet in, int field) {
    return Double.longBitsToDouble(in.getField(field).getFixed64List().getFirst());
  }

  private static double[] packed(UnknownFieldSet in, int field) {
    ByteBuffer bytes =
        in.getField(field).getLengthDelimitedList().getFirst().asReadOnlyByteBuffer();
    double[] values = new double[bytes.remaining() / 8];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
    return values;
  }

  /** The summaries (field 5 of an event, values in field 1) with this tag (field 1). */
  private static List<UnknownFieldSet> values(List<UnknownFieldSet> events, String tag) {
    return events.stream()
        .filter(e -> e.hasField(5))
        .map(e -> message(message(e, 5), 1))
        .filter(v -> string(v, 1).equals(tag))
        .toList();
  }

  // ---- what is written

  @Test
  void theCheckSumIsCrc32c() {
    // RFC 3720, B.4.
    assertThat(crc32c(new byte[32], 0, 32)).isEqualTo(0x8A9136AA);
    assertThat(crc32c("123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, 9))
        .isEqualTo(0xE3069283);
  }

  @Test
  void theFirstRecordIsTheVersion() throws IOException {
    EventFile.create(folder);
    List<UnknownFieldSet> events = events(folder);
    assertThat(events).hasSize(1);
    assertThat(string(events.getFirst(), 3)).isEqualTo("brain.Event:2");
    assertThat(number(events.getFirst(), 1))
        .isCloseTo(System.currentTimeMillis() / 1000.0, within(3600.0));
  }

  @Test
  void scalarsTextsAndPictures() throws IOException {
    EventFile file = EventFile.create(folder);
    file.scalar("a/b", 0.25, 7);
    file.text("note", "**ümlaut**", 3);
    var picture = new BufferedImage(5, 4, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(2, 1, 0x123456);
    file.image("look", picture, 9);
    List<UnknownFieldSet> events = events(folder);
    assertThat(events.get(1).getField(2).getVarintList()).containsExactly(7L);
    UnknownFieldSet scalar = values(events, "a/b").getFirst();
    assertThat(Float.intBitsToFloat(scalar.getField(2).getFixed32List().getFirst()))
        .isEqualTo(0.25f);
    UnknownFieldSet text = values(events, "note").getFirst();
    assertThat(string(message(message(text, 9), 1), 1)).isEqualTo("text");
    assertThat(message(text, 8).getField(1).getVarintList()).containsExactly(7L); // a string
    assertThat(string(message(text, 8), 8)).isEqualTo("**ümlaut**");
    UnknownFieldSet image = message(values(events, "look").getFirst(), 4);
    assertThat(image.getField(1).getVarintList()).containsExactly(4L);
    assertThat(image.getField(2).getVarintList()).containsExactly(5L);
    assertThat(image.getField(3).getVarintList()).containsExactly(3L);
    byte[] png = image.getField(4).getLengthDelimitedList().getFirst().toByteArray();
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getRGB(2, 1) & 0xFFFFFF)
        .isEqualTo(0x123456);
  }

  @Test
  void histogramsCountEveryFiniteNumberOnce() throws IOException {
    EventFile file = EventFile.create(folder);
    float[] numbers = {-1, 2, 2, 0.5f, Float.NaN, Float.POSITIVE_INFINITY};
    file.histogram("h", Tensor.of(numbers, Shape.of(6)), 1);
    file.histogram("same", Tensor.of(3f, 3f), 1);
    file.histogram("none", Tensor.of(Float.NaN), 1);
    List<UnknownFieldSet> events = events(folder);
    UnknownFieldSet h = message(values(events, "h").getFirst(), 5);
    assertThat(number(h, 1)).isEqualTo(-1);
    assertThat(number(h, 2)).isEqualTo(2);
    assertThat(number(h, 3)).isEqualTo(4);
    assertThat(number(h, 4)).isEqualTo(3.5);
    assertThat(number(h, 5)).isEqualTo(1 + 4 + 4 + 0.25);
    double[] limits = packed(h, 6);
    double[] counts = packed(h, 7);
    assertThat(limits).isSorted().hasSameSizeAs(counts);
    assertThat(limits[limits.length - 1]).isEqualTo(2);
    assertThat(counts[0]).isEqualTo(1);
    assertThat(counts[counts.length - 1]).isEqualTo(2);
    assertThat(java.util.Arrays.stream(counts).sum()).isEqualTo(4);
    assertThat(packed(message(values(events, "same").getFirst(), 5), 7)).containsExactly(2);
    assertThat(values(events, "none")).isEmpty();
  }

  @Test
  void theGraphHasTheNetworksBranches() throws IOException {
    Net net =
        sequential(dense(4).named("first"), residual(dense(4).relu()), dense(2).named("last"))
            .build(Shape.of(4), Seed.of(1));
    EventFile.create(folder).graph(net.graph());
    UnknownFieldSet graph =
        events(folder).stream()
            .filter(e -> e.hasField(4))
            .map(e -> message(e, 4))
            .findFirst()
            .orElseThrow();
    Map<String, List<String>> inputs = new java.util.LinkedHashMap<>();
    for (ByteString node : graph.getField(1).getLengthDelimitedList()) {
      UnknownFieldSet n = parse(node);
      inputs.put(
          string(n, 1),
          n.getField(3).getLengthDelimitedList().stream().map(ByteString::toStringUtf8).toList());
    }
    assertThat(inputs)
        .containsEntry("input", List.of())
        .containsEntry("first", List.of("input"))
        .containsKey("last");
    Set<String> reads = new LinkedHashSet<>();
    inputs.values().forEach(reads::addAll);
    assertThat(inputs.keySet()).containsAll(reads);
    // The sum reads what went around and what went through.
    assertThat(inputs.values()).anyMatch(in -> in.size() == 2 && in.contains("first"));
  }

  // ---- a run

  private static Dataset pictures(int n) {
    float[] x = new float[n * 16];
    int[] y = new int[n];
    for (int i = 0; i < n; i++) {
      y[i] = i % 2;
      for (int p = 0; p < 16; p++) {
        x[16 * i + p] = (p / 8 == y[i] ? 1 : 0) + 0.01f * (i % 7);
      }
    }
    return Dataset.ofClasses(Shape.of(1, 4, 4), x, y, List.of("up", "down"));
  }

  private static Net net() {
    return sequential(conv2d(3, 2).relu(), flatten(), dense(2))
        .build(Shape.of(1, 4, 4), Seed.of(1));
  }

  private static Run train(Net net, TensorBoard board, int epochs) {
    return Trainer.of(net, Losses.crossEntropy(), Adam.of(1e-2))
        .metrics(Metrics.accuracy())
        .with(board)
        .fit(pictures(32).batch(8), pictures(16).batch(16), epochs);
  }

  @Test
  void aRunIsWrittenAsItHappened() throws IOException {
    Net net = net();
    Run run = train(net, TensorBoard.into(folder.resolve("runs/a")), 2);
    List<UnknownFieldSet> events = events(folder.resolve("runs/a"));
    assertThat(values(events, "step/loss")).hasSize(8);
    assertThat(values(events, "step/learning rate")).hasSize(8);
    for (String value : List.of("train/loss", "train/accuracy", "val/loss", "val/accuracy")) {
      List<UnknownFieldSet> written = values(events, value);
      assertThat(written).as(value).hasSize(2);
      double last = run.last(value.replace("train/", "").replace('/', '.'));
      assertThat(Float.intBitsToFloat(written.getLast().getField(2).getFixed32List().getFirst()))
          .isEqualTo((float) last);
    }
    assertThat(values(events, "0/conv2d/w")).hasSize(2).allMatch(v -> v.hasField(5));
    assertThat(values(events, "filters/0/conv2d/w")).hasSize(2).allMatch(v -> v.hasField(4));
    UnknownFieldSet start = values(events, "_hparams_/session_start_info").getFirst();
    UnknownFieldSet plugin = message(message(start, 9), 1);
    assertThat(string(plugin, 1)).isEqualTo("hparams");
    assertThat(string(plugin, 2)).contains("optimiser").contains("seed");
    assertThat(values(events, "_hparams_/session_end_info")).hasSize(1);
    assertThat(events.stream().filter(e -> e.hasField(4))).hasSize(1);
    assertThat(string(message(values(events, "network").getFirst(), 8), 8)).contains("Conv2d");
  }

  @Test
  void aFolderThatCannotBeIsSaidAtOnceAndALostFileIsAWarning() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "no folder");
    assertThatThrownBy(() -> train(net(), TensorBoard.into(blocked), 1))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("file");
    Path gone = folder.resolve("gone");
    TensorBoard board = TensorBoard.into(gone);
    Run run =
        Trainer.of(net(), Losses.crossEntropy(), Adam.of(1e-2))
            .with(board)
            .with(event -> {
              if (event instanceof dev.hebb.train.TrainEvent.EpochStarted e && e.epoch() == 2) {
                removeAll(gone);
              }
            })
            .fit(pictures(32).batch(8), 3);
    assertThat(run.history()).hasSize(3);
    assertThat(run.warnings()).hasSize(1);
    assertThat(run.warnings().getFirst()).contains("TensorBoard");
  }

  private static void removeAll(Path folder) {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
