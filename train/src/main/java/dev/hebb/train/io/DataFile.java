package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.train.data.DataException;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Examples;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.io.SafeTensorsHeader.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;
import tools.jackson.core.JacksonException;
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
  private static final String LABELS = "labels";
  private static final String PREPROCESSING = "preprocessing";

  /** A label above this is no label. */
  private static final int MAX_CLASSES = 16 << 20;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private DataFile() {}

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
    Function<String, HebbException> damaged = what -> damaged(file, what);
    long size = all.byteSize();
    if (size < 8) {
      throw damaged(file, "it has " + size + " bytes, too few for a header");
    }
    long length =
        SafeTensorsHeader.length(
            all.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0),
            size,
            damaged);
    byte[] json = all.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
    var header = SafeTensorsHeader.parse(json, size - 8 - length, damaged);
    return dataset(file, header, all.asSlice(8 + length));
  }

  private static MemorySegment map(Path file) {
    try {
      return MappedFile.map(file);
    } catch (HebbException e) {
      throw new DataException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Dataset dataset(Path file, SafeTensorsHeader header, MemorySegment data) {
    Part inputs = part(file, header, INPUTS);
    Part targets = part(file, header, TARGETS);
    if (inputs.type() != ElementType.F32 || inputs.dims().length < 2) {
      throw damaged(
          file,
          "its inputs are %s %s, not F32 [n, …]"
              .formatted(inputs.type(), Arrays.toString(inputs.dims())));
    }
    long n = inputs.dims()[0];
    boolean classes = targets.type() == ElementType.I32 && targets.dims().length == 1;
    boolean values = targets.type() == ElementType.F32 && targets.dims().length == 2;
    if (!(classes || values) || targets.dims()[0] != n) {
      throw damaged(
          file,
          "its targets are %s %s, not I32 [%d] or F32 [%d, k]"
              .formatted(targets.type(), Arrays.toString(targets.dims()), n, n));
    }
    int[] dims = LongStream.of(inputs.dims()).skip(1).mapToInt(d -> limited(file, d)).toArray();
    if (targets.to() - targets.from() > Integer.MAX_VALUE - 16L || n == 0) {
      throw damaged(file, n + " examples are too many, or none");
    }
    Shape shape = shape(file, dims);
    MemorySegment x = data.asSlice(inputs.from(), inputs.to() - inputs.from());
    MemorySegment y = data.asSlice(targets.from(), targets.to() - targets.from());
    Examples examples = examples(file, x, shape);
    Map<String, String> metadata = header.metadata();
    Dataset set =
        classes
            ? Dataset.ofClasses(shape, examples, y.toArray(INT), labels(file, metadata, y))
            : Dataset.ofValues(shape, examples, y.toArray(FLOAT), limited(file, targets.dims()[1]));
    return set.with(preprocessing(file, metadata));
  }

  private static Part part(Path file, SafeTensorsHeader header, String name) {
    return header.parts().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() -> damaged(file, "it has no tensor '" + name + "'"));
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

  private static List<String> labels(Path file, Map<String, String> metadata, MemorySegment y) {
    if (metadata.containsKey(LABELS)) {
      try {
        return List.of(Json.MAPPER.readValue(metadata.get(LABELS), String[].class));
      } catch (JacksonException | NullPointerException e) {
        throw damaged(file, "its labels are no JSON list of names");
      }
    }
    int most = Arrays.stream(y.toArray(INT)).max().orElse(0);
    if (most > MAX_CLASSES) {
      throw damaged(file, "it has a label of " + most + " and no names");
    }
    var names = new ArrayList<String>();
    for (int i = 0; i <= Math.max(most, 1); i++) {
      names.add(Integer.toString(i));
    }
    return names;
  }

  private static Preprocessing preprocessing(Path file, Map<String, String> metadata) {
    if (!metadata.containsKey(PREPROCESSING)) {
      return Preprocessing.NONE;
    }
    try {
      return Json.MAPPER.readValue(metadata.get(PREPROCESSING), Preprocessing.class);
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
    ObjectNode metadata = header.putObject(SafeTensorsHeader.METADATA);
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
