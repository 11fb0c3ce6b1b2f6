package dev.hebb.train.io;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes named tensors in the safetensors format: eight bytes with the length of a JSON
 * header (little-endian), the header, and the elements of all tensors one after the other,
 * little-endian and row-major. The header says of each tensor its type, shape and place.
 *
 * <p>Types are {@code BOOL}, {@code I32}, {@code I64}, {@code F32} and {@code F64}, Hebb's own. A
 * reader trusts nothing: the header must be well-formed, the tensors must fill the data exactly,
 * without holes or overlaps, and nothing is allocated before that is known.
 *
 * @see <a href="https://github.com/huggingface/safetensors">The format</a>
 */
public final class SafeTensors {
  /** The format's own limit is 100 MB; no network of ours names that many tensors. */
  private static final long MAX_HEADER = 16 << 20;

  private static final int CHUNK = 1 << 16;
  private static final String METADATA = "__metadata__";

  private SafeTensors() {}

  /** One tensor of a header. */
  private record Entry(String name, Shape shape, long from, long to) {}

  /** Decides, from the names and shapes alone, whether the data is to be read; throws where not. */
  @FunctionalInterface
  interface Admission {
    /** Admits everything. */
    Admission ANY = shapes -> {};

    void check(Map<String, Shape> shapes);
  }

  /**
   * Writes tensors to a file, in one step: a reader sees the old file or the new one.
   *
   * @throws HebbException if the file cannot be written
   */
  public static void write(Map<String, Tensor> tensors, Path file) {
    AtomicFile.write(file, out -> write(tensors, out));
  }

  /**
   * Reads all tensors of a file, in the order of their data.
   *
   * @throws HebbException if the file is missing, damaged, or has types that Hebb has not
   */
  public static Map<String, Tensor> read(Path file) {
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in, Files.size(file), file.toString(), Admission.ANY);
    } catch (IOException e) {
      throw AtomicFile.unreadable(file, e);
    }
  }

  static void write(Map<String, Tensor> tensors, OutputStream out) throws IOException {
    ObjectNode header = Json.MAPPER.createObjectNode();
    long at = 0;
    for (var entry : tensors.entrySet()) {
      Shape shape = entry.getValue().shape();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", label(shape.dtype()));
      var dims = node.putArray("shape");
      for (int d : shape.dims()) {
        dims.add(d);
      }
      node.putArray("data_offsets").add(at).add(at + shape.bytes());
      at += shape.bytes();
    }
    byte[] json = Json.MAPPER.writeValueAsBytes(header);
    int padding = -json.length & 7; // the data begins at a multiple of eight
    var length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(0, json.length + padding).array());
    out.write(json);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    for (Tensor tensor : tensors.values()) {
      writeElements(tensor, out);
    }
  }

  private static void writeElements(Tensor tensor, OutputStream out) throws IOException {
    Object array =
        switch (tensor.dtype()) {
          case BOOL -> bytes(tensor.toBooleans());
          case INT32 -> tensor.toInts();
          case INT64 -> tensor.toLongs();
          case FLOAT32 -> tensor.toFloats();
          case FLOAT64 -> tensor.toDoubles();
        };
    var chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    int each = tensor.dtype().bytes();
    for (int from = 0; from < tensor.size(); from += CHUNK / each) {
      int n = Math.min(CHUNK / each, tensor.size() - from);
      switch (array) {
        case byte[] a -> chunk.put(0, a, from, n);
        case int[] a -> chunk.asIntBuffer().put(a, from, n);
        case long[] a -> chunk.asLongBuffer().put(a, from, n);
        case float[] a -> chunk.asFloatBuffer().put(a, from, n);
        case double[] a -> chunk.asDoubleBuffer().put(a, from, n);
        default -> throw new IllegalStateException();
      }
      out.write(chunk.array(), 0, n * each);
    }
  }

  /**
   * Reads tensors from a stream.
   *
   * @param size how many bytes the stream has
   * @param source what to call it in messages
   * @param admission sees the names and shapes before any data is read
   */
  static Map<String, Tensor> read(InputStream in, long size, String source, Admission admission)
      throws IOException {
    List<Entry> entries = header(in, size, source);
    var shapes = new LinkedHashMap<String, Shape>();
    entries.forEach(e -> shapes.put(e.name(), e.shape()));
    admission.check(shapes);
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Entry entry : entries) {
      tensors.put(entry.name(), readElements(in, entry, source));
    }
    return tensors;
  }

  private static List<Entry> header(InputStream in, long size, String source) throws IOException {
    if (size < 8) {
      throw damaged(source, "it has " + size + " bytes, too few for a header");
    }
    long length = ByteBuffer.wrap(exactly(in, 8, source)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > Math.min(size - 8, MAX_HEADER)) {
      throw damaged(
          source,
          "its header claims %s bytes, of %d in all"
              .formatted(Long.toUnsignedString(length), size));
    }
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(exactly(in, (int) length, source));
    } catch (JacksonException e) {
      throw damaged(source, "its header is not JSON (" + e.getOriginalMessage() + ")");
    }
    if (!root.isObject()) {
      throw damaged(source, "its header is not a JSON object");
    }
    var entries = new ArrayList<Entry>();
    for (var field : root.properties()) {
      if (!field.getKey().equals(METADATA)) {
        entries.add(entry(field.getKey(), field.getValue(), source));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to));
    long at = 0;
    for (Entry entry : entries) {
      if (entry.from() != at) {
        throw damaged(
            source,
            "tensor '%s' begins at byte %d of the data, not %d where the one before it ends"
                .formatted(entry.name(), entry.from(), at));
      }
      at = entry.to();
    }
    if (at != size - 8 - length) {
      throw damaged(
          source,
          "its tensors take %d bytes, but it has %d of data".formatted(at, size - 8 - length));
    }
    return entries;
  }

  private static Entry entry(String name, JsonNode node, String source) {
    JsonNode type = node.path("dtype");
    JsonNode dims = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!type.isString() || !isCounts(dims) || !isCounts(offsets) || offsets.size() != 2) {
      throw damaged(source, "tensor '" + name + "' has no valid dtype, shape and data_offsets");
    }
    int[] sizes = new int[dims.size()];
    long from = offsets.get(0).longValue();
    long to = offsets.get(1).longValue();
    DType element = type(type.stringValue(), name, source);
    Shape shape;
    try {
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = Math.toIntExact(dims.get(i).longValue());
      }
      shape = Shape.of(element, sizes);
    } catch (ArithmeticException | ShapeError e) {
      throw damaged(source, "tensor '" + name + "' is too large");
    }
    if (to - from != shape.bytes()) {
      throw damaged(
          source,
          "tensor '%s' of shape %s takes %d bytes, not %d"
              .formatted(name, shape, shape.bytes(), to - from));
    }
    return new Entry(name, shape, from, to);
  }

  private static boolean isCounts(JsonNode node) {
    if (!node.isArray()) {
      return false;
    }
    for (JsonNode count : node) {
      if (!count.isIntegralNumber() || !count.canConvertToLong() || count.longValue() < 0) {
        return false;
      }
    }
    return true;
  }

  private static Tensor readElements(InputStream in, Entry entry, String source)
      throws IOException {
    Shape shape = entry.shape();
    int n = shape.size();
    Object array = shape.dtype().newArray(n);
    int each = shape.dtype().bytes();
    for (int from = 0; from < n; from += CHUNK / each) {
      int count = Math.min(CHUNK / each, n - from);
      byte[] bytes = exactly(in, count * each, source);
      var chunk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (array) {
        case byte[] a -> chunk.get(a, from, count);
        case int[] a -> chunk.asIntBuffer().get(a, from, count);
        case long[] a -> chunk.asLongBuffer().get(a, from, count);
        case float[] a -> chunk.asFloatBuffer().get(a, from, count);
        case double[] a -> chunk.asDoubleBuffer().get(a, from, count);
        default -> throw new IllegalStateException();
      }
    }
    return switch (array) {
      case byte[] a -> Tensor.of(booleans(a, entry.name(), source), shape);
      case int[] a -> Tensor.of(a, shape);
      case long[] a -> Tensor.of(a, shape);
      case float[] a -> Tensor.adopt(a, shape);
      case double[] a -> Tensor.of(a, shape);
      default -> throw new IllegalStateException();
    };
  }

  private static byte[] exactly(InputStream in, int count, String source) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw damaged(source, "it ends too early");
    }
    return bytes;
  }

  private static byte[] bytes(boolean[] values) {
    byte[] out = new byte[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) (values[i] ? 1 : 0);
    }
    return out;
  }

  private static boolean[] booleans(byte[] bytes, String name, String source) {
    boolean[] out = new boolean[bytes.length];
    for (int i = 0; i < out.length; i++) {
      if (bytes[i] != 0 && bytes[i] != 1) {
        throw damaged(source, "tensor '" + name + "' has a truth value that is neither 0 nor 1");
      }
      out[i] = bytes[i] == 1;
    }
    return out;
  }

  private static String label(DType type) {
    return switch (type) {
      case BOOL -> "BOOL";
      case INT32 -> "I32";
      case INT64 -> "I64";
      case FLOAT32 -> "F32";
      case FLOAT64 -> "F64";
    };
  }

  private static DType type(String label, String name, String source) {
    for (DType type : DType.values()) {
      if (label(type).equals(label)) {
        return type;
      }
    }
    throw new HebbException(
        "%s: tensor '%s' is of type %s; Hebb reads BOOL, I32, I64, F32 and F64: convert it first"
            .formatted(source, name, label));
  }

  private static HebbException damaged(String source, String what) {
    return new HebbException(
        "%s: not a sound safetensors file: %s. Fetch or write it again.".formatted(source, what));
  }
}
