package dev.hebb.train.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Files that NumPy, PyTorch, safetensors and Keras wrote themselves; see formats/make.py. */
class TensorFilesTest {
  @TempDir private Path folder;

  static Path file(String name) {
    try {
      return Path.of(TensorFilesTest.class.getResource("/formats/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static JsonNode expected(String name) throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(file(name)));
  }

  /** Numbers as the formats' own libraries printed them, compared bit by bit. */
  private static void check(Tensor tensor, JsonNode expected, String name) {
    int[] dims = expected.get("shape").valueStream().mapToInt(JsonNode::intValue).toArray();
    assertThat(tensor.shape().dims()).as(name).isEqualTo(dims);
    List<String> values = expected.get("values").valueStream().map(JsonNode::stringValue).toList();
    List<String> actual = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      switch (tensor.dtype()) {
        case BOOL -> actual.add(Boolean.toString(tensor.toBooleans()[i]));
        case INT32, INT64 -> actual.add(Long.toString(tensor.toLongs()[i]));
        case FLOAT32, FLOAT64 ->
            actual.add(Long.toHexString(Double.doubleToRawLongBits(tensor.toDoubles()[i])));
      }
      wanted.add(
          tensor.dtype().isFloating()
              ? Long.toHexString(Double.doubleToRawLongBits(Double.parseDouble(values.get(i))))
              : values.get(i));
    }
    assertThat(actual).as(name).isEqualTo(wanted);
  }

  // ---- NumPy

  @TestFactory
  Stream<DynamicTest> l31EveryArrayOfNumPysIsReadBitByBit() throws IOException {
    TensorFile arrays = NumPy.open(file("numpy.npz"));
    JsonNode expected = expected("numpy.json");
    assertThat(arrays.entries()).hasSize(expected.size()).hasSizeGreaterThan(50);
    return expected.propertyNames().stream()
        .map(name ->
            DynamicTest.dynamicTest(
                name, () -> check(arrays.tensor(name), expected.get(name), name)));
  }

  @Test
  void l31ArraysAreWrittenByteForByteAsNumPyWritesThem() throws IOException {
    TensorFile arrays = NumPy.open(file("numpy.npz"));
    Map<String, byte[]> theirs = parts(file("numpy.npz"));
    Map<String, ElementType> types = new LinkedHashMap<>();
    arrays.entries().forEach(e -> types.put(e.name(), e.type()));
    Path written = folder.resolve("w.npz");
    NumPy.write(arrays.tensors(), types, written);
    Map<String, byte[]> ours = parts(written);
    assertThat(ours.keySet()).isEqualTo(theirs.keySet());
    int same = 0;
    for (String name : ours.keySet()) {
      if (name.matches("..-le-c.npy|version-1.npy|scalar.npy|empty.npy|one.npy")) {
        assertThat(ours.get(name)).as(name).isEqualTo(theirs.get(name));
        same++;
      }
    }
    assertThat(same).isEqualTo(16);
    TensorFile again = NumPy.open(written);
    JsonNode expected = expected("numpy.json");
    expected.propertyNames().forEach(name -> check(again.tensor(name), expected.get(name), name));
  }

  private static Map<String, byte[]> parts(Path file) throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    try (var zip = new ZipFile(file.toFile())) {
      for (var entry : zip.stream().toList()) {
        parts.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return parts;
  }

  @Test
  void oneArrayIsAFileAndStoredArchivesAreRead() {
    TensorFile stored = NumPy.open(file("stored.npz"));
    assertThat(stored.entries().stream().map(TensorFile.Entry::name))
        .containsExactly("weights", "bias");
    Tensor weights = stored.tensor("weights");
    assertThat(weights.shape()).isEqualTo(Shape.of(2, 3, 4));
    Path file = folder.resolve("w.npy");
    NumPy.write(weights, file);
    assertThat(NumPy.read(file).toFloats()).isEqualTo(weights.toFloats());
    assertThat(NumPy.open(file).entries().getFirst().name()).isEqualTo("w");
  }

  @Test
  void nanKeepsItsBits() {
    float odd = Float.intBitsToFloat(0x7FC12345);
    Path file = folder.resolve("nan.npy");
    NumPy.write(Tensor.of(new float[] {odd, -0f}, Shape.of(2)), file);
    assertThat(Float.floatToRawIntBits(NumPy.read(file).toFloats()[0])).isEqualTo(0x7FC12345);
  }

  @ParameterizedTest
  @CsvSource({
    "complex.npy, complex numbers",
    "object.npy, Python objects",
    "structured.npy, structured records"
  })
  void whatIsNoTensorIsRefusedByItsKind(String name, String kind) {
    assertThatThrownBy(() -> NumPy.read(file(name)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': False, }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': True, }",
        "{'descr': '<f3', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }",
        "__import__('os')",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } + 1",
        ""
      })
  void aFalseNumPyHeaderIsRefused(String header) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    var bytes = ByteBuffer.allocate(10 + text.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(magic).putShort((short) text.length).put(text);
    Path file = Files.write(folder.resolve("f.npy"), bytes.array());
    assertThatThrownBy(() -> NumPy.read(file))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("f.npy");
  }

  // ---- safetensors

  @Test
  void everyTypeOfSafetensorsIsRead() throws IOException {
    TensorFile file = SafeTensors.open(file("types.safetensors"));
    JsonNode expected = expected("types.json");
    assertThat(file.entries()).hasSize(expected.size());
    assertThat(file.metadata()).containsEntry("author", "Müller").containsEntry("format", "pt");
    for (TensorFile.Entry e : file.entries()) {
      check(file.tensor(e.name()), expected.get(e.name()), e.name());
      if (!e.name().matches("scalar|empty")) {
        assertThat(e.type().name()).isEqualTo(e.name());
      }
    }
  }

  @Test
  void everyTypeOfSafetensorsIsWritten() throws IOException {
    TensorFile file = SafeTensors.open(file("types.safetensors"));
    Map<String, ElementType> types = new LinkedHashMap<>();
    file.entries().forEach(e -> types.put(e.name(), e.type()));
    Path written = folder.resolve("w.safetensors");
    SafeTensors.write(file.tensors(), types, file.metadata(), written);
    // Names, types and places in order, then the same data: what safetensors wrote itself.
    assertThat(data(written)).isEqualTo(data(file("types.safetensors")));
    TensorFile again = SafeTensors.open(written);
    assertThat(again.entries()).isEqualTo(file.entries());
    assertThat(again.metadata()).isEqualTo(file.metadata());
  }

  private static byte[] data(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    long header = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Arrays.copyOfRange(all, (int) (8 + header), all.length);
  }

  @Test
  void roundingIsToTheNearestAndTiesToEven() {
    // Worked out by hand from the formats' definitions: the spacing at 1 is 2⁻¹⁰, 2⁻⁷, 2⁻³, 2⁻².
    rounded(ElementType.F16, 1 + 0x1p-11, 1);
    rounded(ElementType.F16, 1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-10);
    rounded(ElementType.F16, 65520, Double.POSITIVE_INFINITY);
    rounded(ElementType.F16, 65519.99, 65504);
    rounded(ElementType.F16, 0x1p-25, 0);
    rounded(ElementType.F16, 0x1.8p-25, 0x1p-24);
    rounded(ElementType.BF16, 1 + 0x1p-8, 1);
    rounded(ElementType.BF16, 1 + 3 * 0x1p-8, 1 + 0x1p-6);
    rounded(ElementType.BF16, Float.MAX_VALUE, Double.POSITIVE_INFINITY);
    rounded(ElementType.F8_E4M3, 1 + 0x1p-4, 1);
    rounded(ElementType.F8_E4M3, 1 + 3 * 0x1p-4, 1.25);
    rounded(ElementType.F8_E4M3, -448, -448);
    rounded(ElementType.F8_E4M3, 464, 448);
    rounded(ElementType.F8_E4M3, 465, Double.NaN);
    rounded(ElementType.F8_E4M3, 0x1p-9, 0x1p-9);
    rounded(ElementType.F8_E4M3, 0x1p-10, 0);
    rounded(ElementType.F8_E5M2, 1.125, 1);
    rounded(ElementType.F8_E5M2, 61440, Double.POSITIVE_INFINITY);
    rounded(ElementType.F8_E5M2, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY);
    rounded(ElementType.F8_E5M2, Double.NaN, Double.NaN);
  }

  private void rounded(ElementType type, double value, double expected) {
    Path file = folder.resolve("r.safetensors");
    Map<String, Tensor> one = Map.of("x", Tensor.of(new double[] {value}, Shape.of(1)));
    SafeTensors.write(one, Map.of("x", type), Map.of(), file);
    assertThat(SafeTensors.read(file).get("x").item())
        .as("%s of %s", type, value)
        .isEqualTo(Double.valueOf(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "I8, 128",
    "I8, -129",
    "U8, -1",
    "U8, 256",
    "I16, 32768",
    "U16, 65536",
    "U32, -1",
    "BOOL, 2",
    "I32, 2147483648",
    "U64, -1"
  })
  void integersThatDoNotFitAreNotWritten(ElementType type, long value) {
    Path file = folder.resolve("i.safetensors");
    Map<String, Tensor> one = Map.of("x", Tensor.of(new long[] {value}, Shape.of(1)));
    assertThatThrownBy(() -> SafeTensors.write(one, Map.of("x", type), Map.of(), file))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("'x'")
        .hasMessageContaining(Long.toString(value));
    assertThat(file).doesNotExist();
  }

  @Test
  void metadataThatAreNoTextsAndHeadersThatAreNotUtf8AreRefused() throws IOException {
    for (byte[] header :
        List.of(
            "{\"__metadata__\":{\"a\":1}}".getBytes(StandardCharsets.UTF_8),
            "{\"__metadata__\":[]}".getBytes(StandardCharsets.UTF_8),
            "{\"ü\":{}}".getBytes(StandardCharsets.ISO_8859_1),
            "{}".getBytes(StandardCharsets.UTF_16LE))) {
      var bytes = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(header.length).put(header);
      Path file = Files.write(folder.resolve("m.safetensors"), bytes.array());
      assertThatThrownBy(() -> SafeTensors.read(file))
          .isInstanceOf(HebbException.class)
          .hasMessageContaining("m.safetensors");
    }
  }

  // ---- PyTorch

  @Test
  void aStateDictWithEveryKindOfTensorIsRead() throws IOException {
    TensorFile file = PyTorchFile.open(file("mixed.pt"));
    JsonNode types = expected("types.json");
    types
        .propertyNames()
        .forEach(name -> check(file.tensor("types." + name), types.get(name), name));
    // 0 … 23 as 4 × 6, seen the other way round.
    Tensor transposed = file.tensor("model.transposed");
    assertThat(transposed.shape()).isEqualTo(Shape.of(6, 4));
    for (int i = 0; i < 24; i++) {
      assertThat(transposed.toFloats()[i]).isEqualTo(6 * (i % 4) + i / 4);
    }
    assertThat(file.tensor("model.part").toFloats()).containsExactly(5, 6, 7, 8);
    assertThat(file.tensor("model.stepped").toFloats()).containsExactly(1, 6, 11, 16, 21);
    assertThat(file.tensor("model.expanded").toFloats()).containsExactly(1, 1, 1, 2, 2, 2);
    assertThat(file.tensor("model.parameter").toFloats()).containsExactly(3, 4);
    assertThat(file.tensor("listed.0").toLongs()).containsExactly(1, 2);
    assertThat(file.tensor("listed.1.0").item()).isEqualTo(3);
    assertThat(file.metadata())
        .containsEntry("epoch", "3")
        .containsEntry("rate", "0.1")
        .containsEntry("name", "run")
        .containsEntry("best", "None")
        .containsEntry("done", "true")
        .containsEntry("size", "[2, 3]")
        .containsEntry("large", "1180591620717411303424");
  }

  @Test
  void otherByteOrdersAndTheFormatBefore16AreRead() {
    assertThat(PyTorchFile.open(file("bigendian.pt")).tensor("t").toFloats())
        .containsExactly(0, 1, 2, 3, 4, 5);
    TensorFile old = PyTorchFile.open(file("legacy.pt"));
    assertThat(old.tensor("a").toFloats()).containsExactly(2, 3, 4);
    assertThat(old.tensor("b").shape()).isEqualTo(Shape.of(24));
    assertThat(old.tensor("b").toFloats()[23]).isEqualTo(23);
    assertThat(old.metadata()).containsEntry("n", "7");
  }

  @ParameterizedTest
  @CsvSource({"evil.pt, system", "module.pt, torch.nn.modules.linear.Linear"})
  void nothingElseIsBuiltFromAFile(String name, String refused) {
    assertThatThrownBy(() -> PyTorchFile.open(file(name)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(refused);
  }

  // ---- Keras

  @Test
  void kerasWeightsAreReadByName() {
    for (String name : List.of("keras-cnn.keras", "keras-cnn.weights.h5")) {
      TensorFile file = TensorFile.open(file(name));
      Tensor kernel = file.tensor("layers/conv2d/vars/0");
      assertThat(kernel.shape()).isEqualTo(Shape.of(3, 3, 2, 4));
      assertThat(file.tensor("layers/dense_1/vars/1").shape()).isEqualTo(Shape.of(3));
      assertThat(file.entries()).hasSize(12);
    }
  }

  // ---- all

  @Test
  void endingsTellTheFormat() {
    assertThatThrownBy(() -> TensorFile.open(Path.of("weights.bmp")))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining(".safetensors");
    for (String ending : List.of("safetensors", "npy", "npz", "pt", "pth", "bin", "keras", "h5")) {
      assertThatThrownBy(() -> TensorFile.open(folder.resolve("none." + ending)))
          .isInstanceOf(HebbException.class)
          .hasMessageContaining("none." + ending + " does not exist");
    }
    assertThatThrownBy(() -> TensorFile.open(file("types.safetensors")).tensor("none"))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("\"none\"");
  }

  /** Cut short, and with single bytes changed: read, or refused in words, and nothing else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "types.safetensors",
        "numpy.npz",
        "complex.npy",
        "stored.npz",
        "mixed.pt",
        "legacy.pt",
        "keras-cnn.keras",
        "keras-cnn.weights.h5"
      })
  void damagedFilesAreRefusedInWords(String name) throws IOException {
    byte[] whole = Files.readAllBytes(file(name));
    Random random = new Random(name.hashCode());
    Path file = folder.resolve(name);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bytes = i < 60 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      for (int k = 0; i >= 60 && k < 1 + i % 4; k++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Files.write(file, bytes);
      try {
        TensorFile.open(file).tensors();
      } catch (HebbException e) {
        assertThat(e).hasMessageContaining(name);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(50);
  }

  @Test
  void whatIsReadHasTheSmallestTypeThatHoldsIt() {
    assertThat(ElementType.U8.dtype()).isEqualTo(DType.INT32);
    assertThat(ElementType.U32.dtype()).isEqualTo(DType.INT64);
    assertThat(ElementType.BF16.dtype()).isEqualTo(DType.FLOAT32);
  }
}
