package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.train.data.DataException;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Examples;
import dev.hebb.train.data.Preprocessing;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A data set in a file that may be larger than memory. The file is mapped: an example is read when
 * a batch needs it, the operating system keeps what it has room for, and nothing has to be closed.
 *
 * <pre>{@code
 * DataFile.write(data, Path.of("digits.safetensors"));
 * for (var batch : DataFile.open(Path.of("digits.safetensors")).shuffle().batch(128).prefetch()) …
 * }</pre>
 *
 * <p>It is a safetensors file with two tensors: {@code inputs}, F32 [n, …shape of one example], and
 * {@code targets}, I32 [n] class indices or F32 [n, k] values. Its metadata has the names of the
 * classes, as a JSON list under {@code labels}, and how the inputs were made, under {@code
 * preprocessing}; both are optional. Any library that knows the format can write and read it.
 *
 * @see SafeTensors
 */
public final class DataFile {
  private static final String INPUTS = "inputs";
  private static final String TARGETS = "targets";
  private static final String METADATA = "__metadata__";
  private static final String LABELS = "labels";
  private static final String PREPROCESSING = "preprocessing";
  private static final int MAX_HEADER = 16 << 20;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private DataFile() {}

  /**
   * One tensor of the header.
   *
   * @param from where its data begins, counted from the end of the header
   */
  private record Part(String type, List<Long> dims, long from, long to) {}

  // ---- reading

  /**
   * Opens a file. What is read here is the header and the targets; the inputs stay where they are,
   * and one that is not finite is found when it is read. The file must not be changed while the
   * data set is in use.
   *
   * @throws DataException if it is missing, damaged, or no such file
   */
  public static Dataset open(Path file) {
    MemorySegment all = map(file);
    long size = all.byteSize();
    if (size < 8) {
      throw damaged(file, "it has " + size + " bytes, too few for a header");
    }
    long length = all.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    if (length < 2 || length > Math.min(size - 8, MAX_HEADER)) {
      throw damaged(
          file,
          "its header claims %s bytes, of %d in all"
              .formatted(Long.toUnsignedString(length), size));
    }
    JsonNode header;
    try {
      header = Json.MAPPER.readTree(all.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE));
    } catch (JacksonException e) {
      throw damaged(file, "its header is not JSON (" + e.getOriginalMessage() + ")");
    }
    MemorySegment data = all.asSlice(8 + length);
    return dataset(file, header, data);
  }

  private static MemorySegment map(Path file) {
    try (var channel = FileChannel.open(file)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    } catch (IOException e) {
      throw new DataException(String.valueOf(AtomicFile.unreadable(file, e).getMessage()), e);
    }
  }

  private static Dataset dataset(Path file, JsonNode header, MemorySegment data) {
    Part inputs = part(file, header, INPUTS, data.byteSize());
    Part targets = part(file, header, TARGETS, data.byteSize());
    if (!inputs.type.equals("F32") || inputs.dims.size() < 2) {
      throw damaged(
          file, "its inputs are %s %s, not F32 [n, …]".formatted(inputs.type, inputs.dims));
    }
    long n = inputs.dims.getFirst();
    boolean classes = targets.type.equals("I32") && targets.dims.size() == 1;
    boolean values = targets.type.equals("F32") && targets.dims.size() == 2;
    if (!(classes || values) || targets.dims.getFirst() != n) {
      throw damaged(
          file,
          "its targets are %s %s, not I32 [%d] or F32 [%d, k]"
              .formatted(targets.type, targets.dims, n, n));
    }
    int[] dims = inputs.dims.stream().skip(1).mapToInt(d -> limited(file, d)).toArray();
    if (targets.to - targets.from > Integer.MAX_VALUE - 16L || n == 0) {
      throw damaged(file, n + " examples are too many, or none");
    }
    Shape shape = shape(file, dims);
    Examples examples = examples(file, data.asSlice(inputs.from, inputs.to - inputs.from), shape);
    MemorySegment y = data.asSlice(targets.from, targets.to - targets.from);
    JsonNode metadata = header.path(METADATA);
    Dataset set =
        classes
            ? Dataset.ofClasses(shape, examples, y.toArray(INT), labels(file, metadata, y))
            : Dataset.ofValues(
                shape, examples, y.toArray(FLOAT), limited(file, targets.dims.getLast()));
    return set.with(preprocessing(file, metadata));
  }

  private static Part part(Path file, JsonNode header, String name, long size) {
    JsonNode node = header.path(name);
    var dims = counts(node.path("shape"));
    var offsets = counts(node.path("data_offsets"));
    if (!node.path("dtype").isString() || dims == null || offsets == null || offsets.size() != 2) {
      throw damaged(file, "it has no tensor '" + name + "' with dtype, shape and data_offsets");
    }
    long bytes = 4;
    for (long d : dims) {
      bytes = d == 0 ? 0 : bytes > Long.MAX_VALUE / d ? Long.MAX_VALUE : bytes * d;
    }
    long from = offsets.get(0);
    long to = offsets.get(1);
    if (from > to || to > size || to - from != bytes) {
      throw damaged(
          file,
          "tensor '%s' of shape %s takes %d bytes, its place is %d … %d of %d: the file was cut short, or its header is wrong"
              .formatted(name, dims, bytes, from, to, size));
    }
    return new Part(node.path("dtype").stringValue(), dims, from, to);
  }

  private static @Nullable List<Long> counts(JsonNode node) {
    if (!node.isArray()) {
      return null;
    }
    List<Long> all = new ArrayList<>();
    for (JsonNode count : node) {
      if (!count.isIntegralNumber() || !count.canConvertToLong() || count.longValue() < 0) {
        return null;
      }
      all.add(count.longValue());
    }
    return all;
  }

  private static int limited(Path file, long dim) {
    if (dim < 1 || dim > Integer.MAX_VALUE) {
      throw damaged(file, "a dimension is " + dim);
    }
    return (int) dim;
  }

  private static Shape shape(Path file, int[] dims) {
    try {
      return Shape.of(dims);
    } catch (HebbException e) {
      throw damaged(file, "one example is too large: " + e.getMessage());
    }
  }

  private static Examples examples(Path file, MemorySegment inputs, Shape shape) {
    int each = shape.size();
    return (i, into, at) -> {
      try {
        MemorySegment.copy(inputs, FLOAT, (long) i * each * Float.BYTES, into, at, each);
      } catch (InternalError e) { // what the JVM makes of a page that is not there any more
        throw new DataException(
            file
                + " cannot be read any more; it was changed while it was in use, or its disk failed",
            e);
      }
    };
  }

  private static List<String> labels(Path file, JsonNode metadata, MemorySegment y) {
    if (metadata.path(LABELS).isString()) {
      try {
        return List.of(Json.MAPPER.readValue(metadata.path(LABELS).stringValue(), String[].class));
      } catch (JacksonException | NullPointerException e) {
        throw damaged(file, "its labels are no JSON list of names");
      }
    }
    int most = Arrays.stream(y.toArray(INT)).max().orElse(0);
    if (most > MAX_HEADER) {
      throw damaged(file, "it has a label of " + most + " and no names");
    }
    var names = new ArrayList<String>();
    for (int i = 0; i <= Math.max(most, 1); i++) {
      names.add(Integer.toString(i));
    }
    return names;
  }

  private static Preprocessing preprocessing(Path file, JsonNode metadata) {
    if (!metadata.path(PREPROCESSING).isString()) {
      return Preprocessing.NONE;
    }
    try {
      return Json.MAPPER.readValue(metadata.path(PREPROCESSING).stringValue(), Preprocessing.class);
    } catch (JacksonException e) {
      throw damaged(file, "its preprocessing is not of a known kind");
    }
  }

  private static DataException damaged(Path file, String what) {
    return new DataException(
        "%s: not a sound data file: %s. Fetch or write it again.".formatted(file, what));
  }

  // ---- writing

  /**
   * Writes a data set to a file, example by example, in one step: a reader sees the old file or the
   * new one. A data set of {@link Examples} is never in memory as a whole.
   *
   * @throws HebbException if the file cannot be written
   * @throws DataException if an example cannot be read
   */
  public static void write(Dataset data, Path file) {
    AtomicFile.write(file, out -> write(data, out));
  }

  private static void write(Dataset data, OutputStream out) throws IOException {
    int n = data.size();
    int each = data.shape().size();
    int width = data.isClassification() ? 1 : data.outputs();
    long inputs = (long) n * each * Float.BYTES;
    ObjectNode header = Json.MAPPER.createObjectNode();
    ObjectNode metadata = header.putObject(METADATA);
    if (data.isClassification()) {
      metadata.put(LABELS, Json.MAPPER.writeValueAsString(data.labels()));
    }
    metadata.put(
        PREPROCESSING,
        Json.MAPPER.writerFor(Preprocessing.class).writeValueAsString(data.preprocessing()));
    ObjectNode x = header.putObject(INPUTS);
    x.put("dtype", "F32");
    var dims = x.putArray("shape").add(n);
    for (int d : data.shape().dims()) {
      dims.add(d);
    }
    x.putArray("data_offsets").add(0L).add(inputs);
    ObjectNode y = header.putObject(TARGETS);
    y.put("dtype", data.isClassification() ? "I32" : "F32");
    var targetDims = y.putArray("shape").add(n);
    if (!data.isClassification()) {
      targetDims.add(width);
    }
    y.putArray("data_offsets").add(inputs).add(inputs + (long) n * width * Float.BYTES);
    byte[] json = Json.MAPPER.writeValueAsBytes(header);
    int padding = -json.length & 7; // the data begins at a multiple of eight
    var length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(0, json.length + padding).array());
    out.write(json);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    var bytes = ByteBuffer.allocate(Math.max(each, width) * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      bytes.asFloatBuffer().put(data.input(i));
      out.write(bytes.array(), 0, each * Float.BYTES);
    }
    for (int i = 0; i < n; i++) {
      if (data.isClassification()) {
        bytes.putInt(0, data.label(i));
      } else {
        bytes.asFloatBuffer().put(data.target(i));
      }
      out.write(bytes.array(), 0, width * Float.BYTES);
    }
  }
}
