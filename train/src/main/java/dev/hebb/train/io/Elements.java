package dev.hebb.train.io;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A tensor's elements as bytes, read and written piece by piece. */
final class Elements {
  private static final int PIECE = 1 << 16;

  private Elements() {}

  /** Gives bytes one piece after the other. */
  @FunctionalInterface
  interface Source {
    /** The next bytes, from position 0 of the buffer on, in the buffer's own order. */
    ByteBuffer next(int bytes) throws IOException;
  }

  /** The bytes of a stream. */
  static Source of(InputStream in, ByteOrder order) {
    return count -> {
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw new EOFException("it ends too early");
      }
      return ByteBuffer.wrap(bytes).order(order);
    };
  }

  /** Bytes that lie in memory one after the other. */
  static Source of(MemorySegment memory, ByteOrder order) {
    var at = new long[1];
    return count -> {
      ByteBuffer piece = memory.asSlice(at[0], count).asByteBuffer().order(order);
      at[0] += count;
      return piece;
    };
  }

  /**
   * Elements that lie in memory with steps between them, in row-major order.
   *
   * @param memory where they are
   * @param bytes of each element
   * @param from the index of the first element
   * @param strides how many elements further the next one of each axis lies
   */
  static Source of(
      MemorySegment memory, ByteOrder order, int bytes, long from, long[] dims, long[] strides) {
    long[] index = new long[dims.length];
    var at = new long[] {from};
    return count -> {
      var piece = ByteBuffer.allocate(count).order(order);
      var into = MemorySegment.ofArray(piece.array());
      for (int i = 0; i < count; i += bytes) {
        MemorySegment.copy(memory, at[0] * bytes, into, i, bytes);
        for (int axis = dims.length - 1; axis >= 0; axis--) {
          at[0] += strides[axis];
          if (++index[axis] < dims[axis]) {
            break;
          }
          at[0] -= strides[axis] * dims[axis];
          index[axis] = 0;
        }
      }
      return piece;
    };
  }

  /**
   * Reads a tensor.
   *
   * @param dims its shape
   * @param name what to call it in messages
   */
  static Tensor read(ElementType type, int[] dims, Source source, String name) throws IOException {
    Shape shape = Shape.of(type.dtype(), dims);
    int n = shape.size();
    Object array = type == ElementType.BOOL ? new boolean[n] : shape.dtype().newArray(n);
    int each = PIECE / type.bytes();
    for (int from = 0; from < n; from += each) {
      int count = Math.min(each, n - from);
      type.decode(source.next(count * type.bytes()), array, from, count, name);
    }
    return switch (array) {
      case boolean[] a -> Tensor.of(a, shape);
      case int[] a -> Tensor.of(a, shape);
      case long[] a -> Tensor.of(a, shape);
      case float[] a -> Tensor.adopt(a, shape);
      case double[] a -> Tensor.of(a, shape);
      default -> throw new IllegalStateException();
    };
  }

  /** Writes a tensor's elements, little-endian, row-major. */
  static void write(Tensor tensor, ElementType type, OutputStream out, String name)
      throws IOException {
    Object array =
        switch (tensor.dtype()) {
          case DType.BOOL -> tensor.toBooleans();
          case INT32 -> tensor.toInts();
          case INT64 -> tensor.toLongs();
          case FLOAT32 -> tensor.toFloats();
          case FLOAT64 -> tensor.toDoubles();
        };
    var piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    int each = PIECE / type.bytes();
    for (int from = 0; from < tensor.size(); from += each) {
      int count = Math.min(each, tensor.size() - from);
      type.encode(array, from, count, piece, name);
      out.write(piece.array(), 0, count * type.bytes());
    }
  }
}
