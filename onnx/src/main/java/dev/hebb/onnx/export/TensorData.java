package dev.hebb.onnx.export;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.hebb.onnx.ElementType;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** Tensors as files have them: little-endian, row by row, without gaps. */
final class TensorData {
  private TensorData() {}

  /** A tensor with its elements. */
  static TensorProto inline(String name, Tensor value) {
    return header(name, value).setRawData(bytes(value)).build();
  }

  /** A tensor's name, type and shape. */
  static TensorProto.Builder header(String name, Tensor value) {
    var t = TensorProto.newBuilder().setName(name);
    t.setDataType(ElementType.of(value.dtype()).number());
    for (int d : value.shape().dims()) {
      t.addDims(d);
    }
    return t;
  }

  /** How many bytes the elements take. */
  static long size(Tensor value) {
    return value.shape().bytes();
  }

  /** The elements; nobody else sees the array behind them. */
  static ByteString bytes(Tensor value) {
    return UnsafeByteOperations.unsafeWrap(buffer(value));
  }

  /** The elements, ready to be read. */
  static ByteBuffer buffer(Tensor value) {
    ByteBuffer b =
        ByteBuffer.allocate(Math.toIntExact(size(value))).order(ByteOrder.LITTLE_ENDIAN);
    switch (Objects.requireNonNull(value.eval().valueOrNull())) {
      case float[] a -> b.asFloatBuffer().put(a);
      case double[] a -> b.asDoubleBuffer().put(a);
      case int[] a -> b.asIntBuffer().put(a);
      case long[] a -> b.asLongBuffer().put(a);
      case byte[] a -> b.duplicate().put(a);
      default -> throw new IllegalStateException();
    }
    return b.rewind();
  }
}
