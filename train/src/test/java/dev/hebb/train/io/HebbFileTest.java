package dev.hebb.train.io;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.maxPool;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Iris;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HebbFileTest {
  @TempDir private Path folder;

  /** A layer that Hebb does not know. */
  public record Gate(int units) implements Layer {
    @Override
    public Block build(Shape in, Params p) {
      Tensor w = p.glorot("w", in.last(), units);
      Tensor v = p.glorot("v", in.last(), units);
      return Block.of(in.withLast(units), x -> x.matmul(w).mul(x.matmul(v).sigmoid()));
    }
  }

  private static Net net() {
    return sequential(
            conv2d(3, 3).same().relu(), batchNorm(), maxPool(2), flatten(), dense(4).named("head"))
        .build(Shape.of(1, 4, 4), Seed.of(7));
  }

  private static Map<String, List<Double>> values(Net net) {
    var values = new LinkedHashMap<String, List<Double>>();
    net.variables()
        .forEach(v -> values.put(v.name(), Arrays.stream(v.value().toDoubles()).boxed().toList()));
    return values;
  }

  private Path saved() {
    Path file = folder.resolve("net.hebb");
    net().save(file);
    return file;
  }

  @Test
  void aNetworkComesBackAsItWas() {
    Net net = net();
    var prep =
        new ImagePrep(
            4,
            4,
            1,
            List.of(0.1),
            List.of(0.3),
            ImagePrep.Style.DIGIT,
            List.of("a", "b", "c", "d"));
    net.note(Notes.PREPROCESSING, prep).note(Notes.LABELS, prep.labels()).note("licence", "CC0");
    Path file = folder.resolve("net.hebb");
    net.save(file);
    Net again = Net.load(file);
    assertThat(again.layer()).isEqualTo(net.layer());
    assertThat(again.in()).isEqualTo(net.in());
    assertThat(again.seed()).isEqualTo(net.seed());
    assertThat(values(again)).isEqualTo(values(net));
    assertThat(Notes.preprocessing(again)).isEqualTo(prep);
    assertThat(Notes.labels(again)).containsExactly("a", "b", "c", "d");
    assertThat(again.note("licence")).isEqualTo("CC0");
    assertThat(again.note(Notes.PROVENANCE)).isInstanceOf(Provenance.class);
    float[] x = new float[16];
    x[5] = 1;
    assertThat(again.predict(x)).containsExactly(net.predict(x));
  }

  @Test
  void aTablesPreprocessingComesBack() {
    Net net = sequential(dense(3)).build(Shape.of(4), Seed.of(1));
    net.note(Notes.PREPROCESSING, Iris.load().preprocessing());
    Path file = folder.resolve("iris.hebb");
    net.save(file);
    assertThat(Notes.preprocessing(Net.load(file))).isEqualTo(Iris.load().preprocessing());
  }

  @Test
  void aLayerOfOnesOwnMustBeNamed() {
    Net net = sequential(new Gate(3)).build(Shape.of(2), Seed.of(1));
    Path file = folder.resolve("gate.hebb");
    net.save(file);
    assertThat(values(Net.load(file, Gate.class))).isEqualTo(values(net));
    assertThatThrownBy(() -> Net.load(file))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Gate");
  }

  @Test
  void theSameNetworkGivesTheSameBytes() throws IOException {
    Net net = net();
    net.note(Notes.PROVENANCE, Provenance.now(1, "data", Map.of(), Map.of()));
    net.save(folder.resolve("a.hebb"));
    net.save(folder.resolve("b.hebb"));
    assertThat(Files.readAllBytes(folder.resolve("a.hebb")))
        .isEqualTo(Files.readAllBytes(folder.resolve("b.hebb")));
    try (var files = Files.list(folder)) {
      assertThat(files.count()).as("no temporary file is left").isEqualTo(2);
    }
  }

  @Test
  void whatADeadProcessLeftIsSweptAway() throws IOException {
    // No process has so high a number: Linux's limit is 2²².
    Path dead = Files.writeString(folder.resolve(".net.hebb.999999999-1.tmp"), "half");
    Path other = Files.writeString(folder.resolve(".other.hebb.999999999-1.tmp"), "half");
    saved();
    assertThat(dead).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void anUnwritablePlaceIsNamed() {
    assertThatThrownBy(() -> net().save(folder.resolve("no/where.hebb")))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("where.hebb")
        .hasMessageContaining("does not exist");
  }

  // ---- damage

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(saved());
    Path file = folder.resolve("cut.hebb");
    for (int length = 0; length < whole.length; length += 1 + whole.length / 150) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused(file);
    }
  }

  @Test
  void aFlippedByteIsRefusedOrWithoutEffect() throws IOException {
    Path original = saved();
    byte[] whole = Files.readAllBytes(original);
    var expected = values(Net.load(original));
    Path file = folder.resolve("flipped.hebb");
    int refused = 0;
    int tried = 0;
    for (int at = 0; at < whole.length; at += 1 + whole.length / 400) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Files.write(file, flipped);
      tried++;
      try {
        assertThat(values(Net.load(file))).as("byte %d", at).isEqualTo(expected);
      } catch (HebbException e) {
        refused++;
        assertThat(e.getMessage()).as("byte %d", at).contains("flipped.hebb");
      }
    }
    assertThat(refused).as("of %d", tried).isGreaterThan(tried / 2);
  }

  @Test
  void foreignFilesAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.hebb"), "not a zip file");
    assertRefused(text);
    assertRefused(
        zip("empty.hebb", Map.of("readme.txt", "hello".getBytes(StandardCharsets.UTF_8))));
    assertRefused(folder);
    assertRefused(folder.resolve("none.hebb"));
    assertThatThrownBy(() -> Net.load(folder.resolve("none.hebb")))
        .hasMessageContaining("does not exist");
  }

  @Test
  void falseDocumentsAreRefused() throws IOException {
    for (String model :
        List.of(
            "",
            "null",
            "[]",
            "{}",
            "{\"format\":\"other\"}",
            "{\"format\":\"hebb model\",\"version\":1}",
            valid().replace("\"version\":1", "\"version\":99"),
            valid().replace("Dense", "Denser"),
            valid().replace("\"type\":\"Chain\"", "\"type\":\"java.lang.Runtime\""),
            valid().replace("\"units\":2", "\"units\":\"2\""),
            valid().replace("\"units\":2", "\"units\":-2"),
            valid().replace("\"units\":2", "\"units\":2000000000"),
            valid().replace("\"units\":2", "\"units\":3"),
            valid().replace("[3]", "[1,2,3,4,5]"),
            valid().replace("[3]", "[null]"),
            "[".repeat(100_000))) {
      assertRefused(rewritten("model.json", model.getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(Net.load(rewritten("model.json", valid().getBytes(StandardCharsets.UTF_8))).out())
        .isEqualTo(Shape.of(2));
  }

  /** The document of a small network, on one line without blanks. */
  private String valid() throws IOException {
    Path file = small();
    try (var zip = new ZipFile(file.toFile())) {
      var text = zip.getInputStream(zip.getEntry("model.json")).readAllBytes();
      return new String(text, StandardCharsets.UTF_8)
          .replaceAll("\\s", "")
          .replace("hebbmodel", "hebb model");
    }
  }

  private Path small() {
    Path file = folder.resolve("small.hebb");
    sequential(dense(2)).build(Shape.of(3), Seed.of(1)).save(file);
    return file;
  }

  /** The small network's file with one entry replaced. */
  private Path rewritten(String name, byte[] content) throws IOException {
    var entries = new LinkedHashMap<String, byte[]>();
    try (var zip = new ZipFile(small().toFile())) {
      for (var e : zip.stream().toList()) {
        entries.put(e.getName(), zip.getInputStream(e).readAllBytes());
      }
    }
    entries.put(name, content);
    return zip("rewritten.hebb", entries);
  }

  @Test
  void aZipBombIsRefusedBeforeItGoesOff() throws IOException {
    // 512 MiB of zeros take half a megabyte; the limit is on what they become.
    for (String name : List.of("model.json", "weights.safetensors")) {
      Path file = folder.resolve("bomb.hebb");
      try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
        try (var source = new ZipFile(small().toFile())) {
          for (var e : source.stream().filter(e -> !e.getName().equals(name)).toList()) {
            zip.putNextEntry(new ZipEntry(e.getName()));
            zip.write(source.getInputStream(e).readAllBytes());
          }
        }
        zip.putNextEntry(new ZipEntry(name));
        byte[] zeros = new byte[1 << 20];
        for (int i = 0; i < 512; i++) {
          zip.write(zeros);
        }
      }
      assertThatThrownBy(() -> Net.load(file))
          .isInstanceOf(HebbException.class)
          .hasMessageContaining("proportion");
    }
  }

  @Test
  void namesInTheFileLeadNowhere() throws IOException {
    var entries = new LinkedHashMap<String, byte[]>();
    entries.put("../../evil.txt", "boo".getBytes(StandardCharsets.UTF_8));
    try (var zip = new ZipFile(small().toFile())) {
      for (var e : zip.stream().toList()) {
        entries.put(e.getName(), zip.getInputStream(e).readAllBytes());
      }
    }
    Net.load(zip("slip.hebb", entries));
    try (var found = Files.walk(folder)) {
      assertThat(found.map(p -> p.getFileName().toString())).doesNotContain("evil.txt");
    }
  }

  @Test
  void layersMayBeWrittenByHand() throws IOException {
    Path file = folder.resolve("net.json");
    Files.writeString(file, "{\"type\":\"Chain\",\"layers\":[{\"type\":\"Flatten\"}]}");
    assertThat(HebbFile.readLayer(file)).isEqualTo(sequential(flatten()));
    Files.writeString(file, "{\n\"type\": }");
    assertThatThrownBy(() -> HebbFile.readLayer(file))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("line 2");
  }

  private Path zip(String name, Map<String, byte[]> entries) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var e : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(e.getKey()));
        zip.write(e.getValue());
      }
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  private static void assertRefused(Path file) {
    assertThatThrownBy(
            () -> {
              try (HebbFile hebb = HebbFile.open(file)) {
                hebb.net(List.of());
              }
            })
        .isInstanceOf(HebbException.class)
        .hasMessageContaining(file.getFileName().toString());
  }
}
