package dev.hebb.train.data;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An array read from an IDX file, the format of MNIST: two zero bytes, a type, the number of
 * dimensions, each dimension as a big-endian int, then the elements, big-endian. Files may be
 * packed with gzip; that is seen by their content, not their name.
 */
public final class Idx {
  private static final int MAX_RANK = 8;

  /** The element types of the format. */
  public enum Type {
    /** 0 to 255. */
    UINT8(0x08, 1),
    /** −128 to 127. */
    INT8(0x09, 1),
    /** 16-bit signed. */
    INT16(0x0B, 2),
    /** 32-bit signed. */
    INT32(0x0C, 4),
    /** Single precision. */
    FLOAT32(0x0D, 4),
    /** Double precision. */
    FLOAT64(0x0E, 8);

    private final int code;
    private final int bytes;

    Type(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }
  }

  private final String name;
  private final Type type;
  private final int[] dims;
  private final ByteBuffer elements;

  private Idx(String name, Type type, int[] dims, ByteBuffer elements) {
    this.name = name;
    this.type = type;
    this.dims = dims;
    this.elements = elements;
  }

  /**
   * Reads a file.
   *
   * @throws DataException if it is missing, is not an IDX file, or its length and header disagree
   */
  public static Idx read(Path file) {
    return read(Input.of(file));
  }

  static Idx read(Input input) {
    InputStream in = input.open();
    byte[] magic = input.read(in, 0, 4);
    Type type = null;
    for (Type t : Type.values()) {
      type = t.code == magic[2] ? t : type;
    }
    int rank = magic[3];
    if (magic[0] != 0 || magic[1] != 0 || type == null || rank < 1 || rank > MAX_RANK) {
      throw new DataException(
          ("%s: not an IDX file: it begins with %02x %02x %02x %02x, where 00 00, a type (08, 09,"
                  + " 0b, 0c, 0d, 0e) and the number of dimensions (1 to %d) are expected")
              .formatted(input.name(), magic[0], magic[1], magic[2], magic[3], MAX_RANK));
    }
    var header = ByteBuffer.wrap(input.read(in, 4, 4L * rank));
    int[] dims = new int[rank];
    long size = 1;
    for (int i = 0; i < rank; i++) {
      dims[i] = header.getInt();
      if (dims[i] < 1) {
        throw new DataException(
            "%s: byte %d: dimension %d is %d; it must be at least 1"
                .formatted(input.name(), 4 + 4 * i, i, dims[i]));
      }
      size = Math.min(size * dims[i], 1L << 31); // too large for any file, and no overflow
    }
    long bytes = size * type.bytes;
    long start = 4 + 4L * rank;
    byte[] elements = input.read(in, start, bytes);
    input.expectEnd(in, start + bytes);
    return new Idx(input.name(), type, dims, ByteBuffer.wrap(elements));
  }

  /** What the array was read from. */
  public String name() {
    return name;
  }

  /** The type of the elements. */
  public Type type() {
    return type;
  }

  /** A copy of the dimensions, outermost first. */
  public int[] dims() {
    return dims.clone();
  }

  /** How many elements. */
  public int size() {
    return elements.capacity() / type.bytes;
  }

  /** One element, by its place in row-major order. */
  public double at(int i) {
    int at = i * type.bytes;
    return switch (type) {
      case UINT8 -> elements.get(at) & 0xFF;
      case INT8 -> elements.get(at);
      case INT16 -> elements.getShort(at);
      case INT32 -> elements.getInt(at);
      case FLOAT32 -> elements.getFloat(at);
      case FLOAT64 -> elements.getDouble(at);
    };
  }

  /** All elements, row-major. */
  public float[] toFloats() {
    float[] values = new float[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) at(i);
    }
    return values;
  }

  /**
   * All elements as integers, row-major.
   *
   * @throws DataException if they are floating-point numbers
   */
  public int[] toInts() {
    if (type == Type.FLOAT32 || type == Type.FLOAT64) {
      throw new DataException(name + ": integers are expected, but it holds " + type);
    }
    int[] values = new int[size()];
    Arrays.setAll(values, i -> (int) at(i));
    return values;
  }

  /** {@code train-images-idx3-ubyte.gz: UINT8 [60000, 28, 28]}. */
  @Override
  public String toString() {
    return name + ": " + type + " " + Arrays.toString(dims);
  }
}
