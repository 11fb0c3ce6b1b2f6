package dev.hebb.train.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
  @TempDir private Path folder;

  private Path file(String header, byte... data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return Files.write(folder.resolve("t.safetensors"), bytes(json.length, json, data));
  }

  private static byte[] bytes(long length, byte[] json, byte[] data) {
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(json)
        .put(data)
        .array();
  }

  @Test
  void everyTypeSurvivesBitByBit() {
    var tensors = new LinkedHashMap<String, Tensor>();
    float odd = Float.intBitsToFloat(0x7FC12345); // a NaN with a payload
    tensors.put("f32", Tensor.of(new float[] {1, -0f, odd, Float.MIN_VALUE}, Shape.of(2, 2)));
    tensors.put("f64", Tensor.of(new double[] {Math.PI, Double.NEGATIVE_INFINITY}, Shape.of(2, 1)));
    tensors.put("i32", Tensor.of(new int[] {Integer.MIN_VALUE}, Shape.of()));
    tensors.put("i64", Tensor.of(new long[] {Long.MAX_VALUE, (1L << 53) + 1}, Shape.of(2)));
    tensors.put("bool", Tensor.of(new boolean[] {true, false, true}, Shape.of(3)));
    tensors.put("empty", Tensor.of(new float[0], Shape.of(0, 5)));
    tensors.put("ümlaut \"q\"", Tensor.of(new float[20_001], Shape.of(20_001)));
    Path file = folder.resolve("t.safetensors");
    SafeTensors.write(tensors, file);
    Map<String, Tensor> read = SafeTensors.read(file);
    assertThat(read.keySet()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
    tensors.forEach((name, t) -> assertThat(read.get(name).shape()).isEqualTo(t.shape()));
    float[] f = read.get("f32").toFloats();
    assertThat(Float.floatToRawIntBits(f[2])).isEqualTo(0x7FC12345);
    assertThat(Float.floatToRawIntBits(f[1])).isEqualTo(0x80000000);
    assertThat(read.get("f64").toDoubles()).containsExactly(Math.PI, Double.NEGATIVE_INFINITY);
    assertThat(read.get("i32").toInts()).containsExactly(Integer.MIN_VALUE);
    assertThat(read.get("i64").toLongs()).containsExactly(Long.MAX_VALUE, (1L << 53) + 1);
    assertThat(read.get("bool").toBooleans()).containsExactly(true, false, true);
  }

  @Test
  void readsAFileWrittenByHand() throws IOException {
    Path file =
        file(
            "{\"__metadata__\":{\"by\":\"hand\"},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},\"a\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[0,4]}}"
                + "   ",
            new byte[] {2, 1, 0, 0, 0, 0, (byte) 0x80, 0x3F});
    Map<String, Tensor> read = SafeTensors.read(file);
    assertThat(read.get("a").item()).isEqualTo(258);
    assertThat(read.get("b").item()).isEqualTo(1);
    assertThat(read).hasSize(2);
  }

  @Test
  void theDataBeginAtAMultipleOfEight() throws IOException {
    Path file = folder.resolve("t.safetensors");
    for (String name : new String[] {"a", "ab", "abc", "abcd"}) {
      SafeTensors.write(Map.of(name, Tensor.of(1.5f)), file);
      byte[] bytes = Files.readAllBytes(file);
      long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertThat(header % 8).isZero();
      assertThat(bytes).hasSize((int) (8 + header + 4));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"a\":1}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1073741824],\"data_offsets\":[0,4294967296]}}",
        "{\"a\":{\"dtype\":\"F4\",\"shape\":[8],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[4],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{}"
      })
  void aFalseHeaderIsRefused(String header) throws IOException {
    Path file = file(header, new byte[] {0, 0, 2, 0});
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("t.safetensors");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 1L << 62, 1 << 20, 1_000})
  void aFalseLengthIsRefused(long length) throws IOException {
    Path file = folder.resolve("t.safetensors");
    Files.write(file, bytes(length, "{}".getBytes(StandardCharsets.UTF_8), new byte[0]));
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("header");
  }

  @Test
  void aMissingOrShortFileIsNamed() throws IOException {
    assertThatThrownBy(() -> SafeTensors.read(folder.resolve("none")))
        .hasMessageContaining("none does not exist");
    Path file = Files.write(folder.resolve("short"), new byte[3]);
    assertThatThrownBy(() -> SafeTensors.read(file)).hasMessageContaining("3 bytes");
  }
}
