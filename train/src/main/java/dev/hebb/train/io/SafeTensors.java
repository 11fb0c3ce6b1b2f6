package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes named tensors in the safetensors format: eight bytes with the length of a JSON
 * header (little-endian), the header, and the elements of all tensors one after the other,
 * little-endian and row-major. The header says of each tensor its type, shape and place, and may
 * hold texts by name, the metadata.
 *
 * <p>All {@link ElementType}s are read and written. A file is mapped, so a tensor's elements go
 * from the disk straight into its array. A reader trusts nothing: the header must be well-formed,
 * the tensors must fill the data exactly, without holes or overlaps, and nothing is allocated
 * before that is known.
 *
 * @see <a href="https://github.com/huggingface/safetensors">The format</a>
 */
public final class SafeTensors {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private SafeTensors() {}

  /** One tensor of a header, with Hebb's shape. */
  private record Entry(SafeTensorsHeader.Part part, Shape shape) {}

  /** Decides, from the names and shapes alone, whether the data is to be read; throws where not. */
  @FunctionalInterface
  interface Admission {
    /** Admits everything. */
    Admission ANY = shapes -> {};

    void check(Map<String, Shape> shapes);
  }

  // ---- writing

  /**
   * Writes tensors to a file as they are, in one step: a reader sees the old file or the new one.
   *
   * @throws HebbException if the file cannot be written
   */
  public static void write(Map<String, Tensor> tensors, Path file) {
    write(tensors, Map.of(), Map.of(), file);
  }

  /**
   * The same with other types and with texts.
   *
   * @param types how to store certain tensors, by name; the others are stored as they are
   * @param metadata texts by name
   * @throws HebbException if the file cannot be written, or a number does not fit its type
   */
  public static void write(
      Map<String, Tensor> tensors,
      Map<String, ElementType> types,
      Map<String, String> metadata,
      Path file) {
    if (tensors.containsKey(SafeTensorsHeader.METADATA)) {
      throw new HebbException(
          "a tensor cannot be called %s in a safetensors file; rename it"
              .formatted(SafeTensorsHeader.METADATA));
    }
    AtomicFile.write(file, out -> write(tensors, types, metadata, out));
  }

  static void write(Map<String, Tensor> tensors, OutputStream out) throws IOException {
    write(tensors, Map.of(), Map.of(), out);
  }

  private static void write(
      Map<String, Tensor> tensors,
      Map<String, ElementType> types,
      Map<String, String> metadata,
      OutputStream out)
      throws IOException {
    ObjectNode header = Json.MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = header.putObject(SafeTensorsHeader.METADATA);
      metadata.forEach(texts::put);
    }
    long at = 0;
    for (var entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      ElementType type = type(entry.getKey(), tensor, types);
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", type.name());
      var dims = node.putArray("shape");
      for (int d : tensor.shape().dims()) {
        dims.add(d);
      }
      long end = at + (long) tensor.size() * type.bytes();
      node.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = Json.MAPPER.writeValueAsBytes(header);
    int padding = -json.length & 7; // the data begins at a multiple of eight
    var length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(0, json.length + padding).array());
    out.write(json);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    for (var entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      String name = "tensor '" + entry.getKey() + "'";
      Elements.write(tensor, type(entry.getKey(), tensor, types), out, name);
    }
  }

  private static ElementType type(String name, Tensor tensor, Map<String, ElementType> types) {
    return types.getOrDefault(name, ElementType.of(tensor.dtype()));
  }

  // ---- reading

  /**
   * Reads all tensors of a file, in the order of their data.
   *
   * @throws HebbException if the file is missing, damaged, or has types that Hebb has not
   */
  public static Map<String, Tensor> read(Path file) {
    return open(file).tensors();
  }

  /**
   * Reads a file's header, and each tensor when it is asked for. The file must not be changed while
   * it is in use.
   *
   * @throws HebbException if the file is missing, damaged, or has types that Hebb has not
   */
  public static TensorFile open(Path file) {
    MemorySegment all = MappedFile.map(file);
    Function<String, HebbException> damaged = what -> damaged(file.toString(), what);
    long size = all.byteSize();
    if (size < 8) {
      throw damaged.apply("it has " + size + " bytes, too few for a header");
    }
    long length = SafeTensorsHeader.length(all.get(LENGTH, 0), size, damaged);
    byte[] json = all.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
    var header = SafeTensorsHeader.parse(json, size - 8 - length, damaged);
    var stored = new ArrayList<TensorFile.Stored>();
    for (Entry entry : entries(header, damaged)) {
      var part = entry.part();
      MemorySegment data = all.asSlice(8 + length + part.from(), part.to() - part.from());
      stored.add(
          new TensorFile.Stored(
              new TensorFile.Entry(part.name(), part.type(), entry.shape()),
              () -> tensor(entry, Elements.of(data, ByteOrder.LITTLE_ENDIAN), file.toString())));
    }
    return new TensorFile(file, "safetensors", stored, header.metadata());
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
    Function<String, HebbException> damaged = what -> damaged(source, what);
    byte[] start = in.readNBytes(8);
    if (start.length < 8) {
      throw damaged.apply("it has " + start.length + " bytes, too few for a header");
    }
    long claimed = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int length = (int) SafeTensorsHeader.length(claimed, size, damaged);
    byte[] json = in.readNBytes(length);
    var header = SafeTensorsHeader.parse(json, size - 8 - length, damaged);
    List<Entry> entries = entries(header, damaged);
    var shapes = new LinkedHashMap<String, Shape>();
    entries.forEach(e -> shapes.put(e.part().name(), e.shape()));
    admission.check(shapes);
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Entry entry : entries) {
      tensors.put(
          entry.part().name(), tensor(entry, Elements.of(in, ByteOrder.LITTLE_ENDIAN), source));
    }
    return tensors;
  }

  private static List<Entry> entries(
      SafeTensorsHeader header, Function<String, HebbException> damaged) {
    var entries = new ArrayList<Entry>();
    for (var part : header.parts()) {
      try {
        int[] dims = new int[part.dims().length];
        for (int i = 0; i < dims.length; i++) {
          dims[i] = Math.toIntExact(part.dims()[i]);
        }
        entries.add(new Entry(part, Shape.of(part.type().dtype(), dims)));
      } catch (ArithmeticException | ShapeError e) {
        throw damaged.apply("tensor '" + part.name() + "' is too large");
      }
    }
    return entries;
  }

  private static Tensor tensor(Entry entry, Elements.Source elements, String source) {
    String name = "%s: tensor '%s'".formatted(source, entry.part().name());
    try {
      return Elements.read(entry.part().type(), entry.shape().dims(), elements, name);
    } catch (IOException e) {
      throw damaged(source, String.valueOf(e.getMessage()));
    }
  }

  private static HebbException damaged(String source, String what) {
    return new HebbException(
        "%s: not a sound safetensors file: %s. Fetch or write it again.".formatted(source, what));
  }
}
