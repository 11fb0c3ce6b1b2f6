package dev.hebb.onnx.op;

import com.google.protobuf.ByteString;
import dev.hebb.onnx.ElementType;
import dev.hebb.onnx.OnnxException;
import dev.hebb.onnx.proto.SparseTensorProto;
import dev.hebb.onnx.proto.StringStringEntryProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/**
 * The numbers of a tensor in a file. What the file claims is compared with the bytes that are there
 * before anything is allocated.
 */
public final class TensorData {
  /** Where the bytes of tensors lie that are not in the model's file. */
  @FunctionalInterface
  public interface Files {
    /** No such bytes. */
    Files NONE =
        (location, offset, length) -> {
          throw new OnnxException(
              "a tensor lies in the file \""
                  + location
                  + "\", but this model was not read from a folder");
        };

    /**
     * Bytes of a file beside the model, mapped into memory.
     *
     * @param length how many, or −1 for all that follow
     */
    ByteBuffer map(String location, long offset, long length);
  }

  private TensorData() {}

  /** The shape that a tensor claims. */
  static Shape shape(String what, List<Long> dims, DType type) {
    int[] d = new int[dims.size()];
    long size = 1;
    for (int i = 0; i < d.length; i++) {
      long v = dims.get(i);
      if (v < 0 || v > Integer.MAX_VALUE - 8 || (v > 0 && size > (Integer.MAX_VALUE - 8) / v)) {
        throw new OnnxException(what + " has impossible or too large dimensions " + dims);
      }
      d[i] = (int) v;
      size *= v;
    }
    return Shape.of(type, d);
  }

  /**
   * The value of a tensor.
   *
   * @throws OnnxException if its data do not fill its shape, or it has a type without numbers
   */
  public static Value value(TensorProto t, Files files) {
    String what = "tensor \"" + t.getName() + "\"";
    ElementType type = ElementType.of(t.getDataType());
    if (!type.isSupported()) {
      throw new OnnxException(
          what + " has elements of type " + type.label() + ", which are not supported");
    }
    if (t.hasSegment()) {
      throw new OnnxException(what + " is a segment of a larger one, which is not supported");
    }
    Shape shape = shape(what, t.getDimsList(), type.dtype());
    boolean outside = t.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    if (outside || t.hasRawData()) {
      ByteBuffer bytes = outside ? external(t, files) : view(t.getRawData());
      long need = ((long) shape.size() * type.bits() + 7) / 8;
      if (bytes.remaining() != need) {
        throw new OnnxException(
            "%s should have %d bytes for %s of %s, but has %d"
                .formatted(what, need, shape, type.label(), bytes.remaining()));
      }
      return Value.of(fromBytes(bytes, shape, type), type);
    }
    return Value.of(fromFields(t, what, shape, type), type);
  }

  private static ByteBuffer view(ByteString bytes) {
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer external(TensorProto t, Files files) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto e : t.getExternalDataList()) {
      entries.put(e.getKey(), e.getValue());
    }
    String location = entries.get("location");
    if (location == null) {
      throw new OnnxException("tensor \"" + t.getName() + "\" lies outside, but nowhere");
    }
    return files
        .map(location, number(entries, "offset", 0), number(entries, "length", -1))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A tensor that lies outside, with its bytes inside. */
  public static TensorProto inside(TensorProto t, Files files) {
    return t.toBuilder()
        .clearExternalData()
        .clearDataLocation()
        .setRawData(ByteString.copyFrom(external(t, files)))
        .build();
  }

  private static long number(Map<String, String> entries, String key, long otherwise) {
    String text = entries.get(key);
    try {
      long v = text == null ? otherwise : Long.parseLong(text);
      if (v < otherwise) {
        throw new NumberFormatException();
      }
      return v;
    } catch (NumberFormatException e) {
      throw new OnnxException("external data: " + key + " is not a size: " + text, e);
    }
  }

  // ---- raw bytes

  private static Tensor fromBytes(ByteBuffer b, Shape shape, ElementType type) {
    int n = shape.size();
    return switch (type) {
      case FLOAT -> {
        float[] v = new float[n];
        b.asFloatBuffer().get(v);
        yield Tensor.adopt(v, shape);
      }
      case DOUBLE -> {
        double[] v = new double[n];
        b.asDoubleBuffer().get(v);
        yield Tensor.of(v, shape);
      }
      case INT32 -> {
        int[] v = new int[n];
        b.asIntBuffer().get(v);
        yield Tensor.of(v, shape);
      }
      case INT64, UINT64 -> {
        long[] v = new long[n];
        b.asLongBuffer().get(v);
        yield Tensor.of(v, shape);
      }
      default -> fromCodes(i -> code(b, i, type.bits()), shape, type);
    };
  }

  /** The bits of an element; several of less than a byte lie in one, the first lowest. */
  private static long code(ByteBuffer b, int i, int bits) {
    int base = b.position();
    return switch (bits) {
      case 2, 4 -> {
        int perByte = 8 / bits;
        yield b.get(base + i / perByte) >> (i % perByte * bits) & ((1 << bits) - 1);
      }
      case 8 -> b.get(base + i) & 0xff;
      case 16 -> b.getShort(base + 2 * i) & 0xffff;
      case 32 -> b.getInt(base + 4 * i) & 0xffffffffL;
      default -> throw new IllegalStateException("no element has " + bits + " bits");
    };
  }

  /** A tensor from the bits of its elements. */
  static Tensor fromCodes(IntToLongFunction codes, Shape shape, ElementType type) {
    int n = shape.size();
    if (type.isFloating()) {
      float[] v = new float[n];
      for (int i = 0; i < n; i++) {
        v[i] = ShortFloats.decode((int) codes.applyAsLong(i), type);
      }
      return Tensor.adopt(v, shape);
    }
    if (type == ElementType.BOOL) {
      boolean[] v = new boolean[n];
      for (int i = 0; i < n; i++) {
        v[i] = codes.applyAsLong(i) != 0;
      }
      return Tensor.of(v, shape);
    }
    int unused = Long.SIZE - type.bits();
    long[] v = new long[n];
    for (int i = 0; i < n; i++) {
      long shifted = codes.applyAsLong(i) << unused;
      v[i] = type.isUnsigned() ? shifted >>> unused : shifted >> unused;
    }
    if (type.dtype() == DType.INT64) {
      return Tensor.of(v, shape);
    }
    int[] narrow = new int[n];
    for (int i = 0; i < n; i++) {
      narrow[i] = (int) v[i];
    }
    return Tensor.of(narrow, shape);
  }

  // ---- fields of a type

  private static Tensor fromFields(TensorProto t, String what, Shape shape, ElementType type) {
    int n = shape.size();
    return switch (type) {
      case FLOAT -> {
        filled(what, n, t.getFloatDataCount());
        float[] v = new float[n];
        for (int i = 0; i < n; i++) {
          v[i] = t.getFloatData(i);
        }
        yield Tensor.adopt(v, shape);
      }
      case DOUBLE -> {
        filled(what, n, t.getDoubleDataCount());
        double[] v = new double[n];
        for (int i = 0; i < n; i++) {
          v[i] = t.getDoubleData(i);
        }
        yield Tensor.of(v, shape);
      }
      case INT64 -> {
        filled(what, n, t.getInt64DataCount());
        long[] v = new long[n];
        for (int i = 0; i < n; i++) {
          v[i] = t.getInt64Data(i);
        }
        yield Tensor.of(v, shape);
      }
      case UINT64 -> {
        filled(what, n, t.getUint64DataCount());
        long[] v = new long[n];
        for (int i = 0; i < n; i++) {
          v[i] = t.getUint64Data(i);
        }
        yield Tensor.of(v, shape);
      }
      case UINT32 -> {
        filled(what, n, t.getUint64DataCount());
        yield fromCodes(t::getUint64Data, shape, type);
      }
      case INT4, UINT4, FLOAT4E2M1, INT2, UINT2 -> { // packed into the bytes of int32 numbers
        int perByte = 8 / type.bits();
        filled(what, (n + perByte - 1) / perByte, t.getInt32DataCount());
        int mask = (1 << type.bits()) - 1;
        yield fromCodes(
            i -> t.getInt32Data(i / perByte) >> (i % perByte * type.bits()) & mask, shape, type);
      }
      default -> {
        filled(what, n, t.getInt32DataCount());
        yield fromCodes(t::getInt32Data, shape, type);
      }
    };
  }

  private static void filled(String what, int wanted, int found) {
    if (wanted != found) {
      throw new OnnxException(
          "%s should have %d numbers, but has %d".formatted(what, wanted, found));
    }
  }

  /** A sparse tensor with its zeros; its size is bounded as any other's. */
  static TensorProto dense(SparseTensorProto s) {
    String what = "sparse tensor \"" + s.getValues().getName() + "\"";
    Value values = value(s.getValues(), Files.NONE);
    Shape shape = shape(what, s.getDimsList(), values.type().dtype());
    long[] at = value(s.getIndices(), Files.NONE).tensor().toLongs();
    int n = values.tensor().size();
    int rank = shape.rank();
    boolean flat = s.getIndices().getDimsCount() == 1;
    if (at.length != (flat ? n : n * rank)) {
      throw new OnnxException(what + " has " + at.length + " indices for " + n + " values");
    }
    if (values.type().bits() > 32 || !values.type().isFloating() && values.type().bits() != 32) {
      throw new OnnxException(what + ": sparse " + values.type().label() + " is not supported");
    }
    double[] v = values.tensor().toDoubles();
    double[] all = new double[shape.size()];
    int[] strides = shape.strides();
    for (int i = 0; i < n; i++) {
      long k = 0;
      if (flat) {
        k = at[i];
      } else {
        for (int d = 0; d < rank; d++) {
          if (at[i * rank + d] < 0 || at[i * rank + d] >= shape.dim(d)) {
            throw new OnnxException(what + " has an index outside " + shape);
          }
          k += at[i * rank + d] * strides[d];
        }
      }
      if (k < 0 || k >= all.length) {
        throw new OnnxException(what + " has an index outside " + shape);
      }
      all[(int) k] = v[i];
    }
    TensorProto.Builder b =
        TensorProto.newBuilder().setName(s.getValues().getName()).addAllDims(s.getDimsList());
    if (values.type().isFloating()) {
      b.setDataType(ElementType.FLOAT.number());
      for (double d : all) {
        b.addFloatData((float) d);
      }
    } else {
      b.setDataType(values.type().number());
      for (double d : all) {
        b.addInt32Data((int) d);
      }
    }
    return b.build();
  }
}
