package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Numbers as small integers with a scale, and sums of products of these. */
final class Quantised {
  /** Integers up to 2²⁴, and so all their partial sums, are exact in float32. */
  private static final int EXACT = 1 << 24;

  /** The largest difference of an 8-bit number and its zero point. */
  private static final int LARGEST = 255;

  /**
   * How many products of two such differences float32 adds up without an error, whatever they are.
   */
  private static final int ALWAYS_EXACT = EXACT / (LARGEST * LARGEST);

  private Quantised() {}

  static void register(Registry.Entries r) {
    r.add("QuantizeLinear", Quantised::quantize);
    r.add("DequantizeLinear", Quantised::dequantize);
    r.add("DynamicQuantizeLinear", Quantised::dynamic);
    r.add("MatMulInteger", c -> Call.one(matmul(c, 0, 1, 2, 3), ElementType.INT32));
    r.add("QLinearMatMul", Quantised::quantizedMatMul);
    r.add("ConvInteger", Quantised::convInteger);
    r.add("QLinearConv", Quantised::quantizedConv);
  }

  /** A scale or zero point against data: one, one for each place on an axis, or one for a block. */
  private static Tensor spread(Call c, Tensor v, Tensor x, int axis) {
    if (v.size() == 1) {
      return v.reshape();
    }
    int block = c.attributes().size("block_size", 0);
    if (block > 0) {
      int[] dims = v.shape().dims();
      int[] wide = new int[dims.length + 1];
      System.arraycopy(dims, 0, wide, 0, axis + 1);
      wide[axis + 1] = block;
      System.arraycopy(dims, axis + 1, wide, axis + 2, dims.length - axis - 1);
      dims[axis] = Math.multiplyExact(dims[axis], block);
      return v.unsqueeze(axis + 1).expand(wide).reshape(dims).narrow(axis, 0, x.dim(axis));
    }
    int[] dims = new int[x.rank()];
    Arrays.fill(dims, 1);
    dims[axis] = v.size();
    return v.reshape(dims);
  }

  private static int axis(Call c, Tensor scale) {
    return scale.size() == 1 ? 0 : c.axis(c.attributes().integer("axis", 1), c.x(0).rank());
  }

  private static List<Value> quantize(Call c) {
    Tensor scale = c.x(1);
    int axis = axis(c, scale);
    ElementType to =
        c.has(2)
            ? c.type(2)
            : ElementType.of(c.attributes().size("output_dtype", ElementType.UINT8.number()));
    Tensor x = c.x(0).cast(DType.FLOAT32);
    Tensor q = x.div(spread(c, scale.cast(DType.FLOAT32), x, axis));
    if (to.isFloating()) {
      boolean saturate = c.attributes().flag("saturate", true);
      return List.of(Casts.convert(c, Value.of(q, ElementType.FLOAT), to, saturate, "nearest"));
    }
    Tensor zero = c.has(2) ? spread(c, c.x(2).cast(DType.FLOAT32), x, axis) : null;
    return List.of(Value.of(rounded(q, zero, to), to));
  }

  private static Tensor rounded(Tensor q, @Nullable Tensor zero, ElementType to) {
    Tensor r = q.round();
    return Numbers.saturate(zero == null ? r : r.add(zero), to);
  }

  private static List<Value> dequantize(Call c) {
    Tensor scale = c.x(1);
    int axis = axis(c, scale);
    ElementType to =
        c.attributes().integer("output_dtype", 0) == 0
            ? c.type(1)
            : ElementType.of(c.attributes().size("output_dtype", 0));
    Tensor x = c.x(0).cast(DType.FLOAT32);
    Tensor centred = c.has(2) ? x.sub(spread(c, c.x(2).cast(DType.FLOAT32), x, axis)) : x;
    return Call.one(centred.mul(spread(c, scale.cast(DType.FLOAT32), x, axis)), to);
  }

  private static List<Value> dynamic(Call c) {
    Tensor x = c.x(0);
    Tensor low = x.min().minimum(0);
    Tensor high = x.max().maximum(0);
    Tensor range = high.sub(low).div(255);
    Tensor scale = range.eq(0).where(1, range);
    Tensor zero = low.neg().div(scale).round().clamp(0, 255);
    Tensor y = x.div(scale).round().add(zero).clamp(0, 255);
    return List.of(
        Value.of(y, ElementType.UINT8),
        Value.of(scale, ElementType.FLOAT),
        Value.of(zero, ElementType.UINT8));
  }

  // ---- products

  /**
   * Integers less their zero point, as floats; computed once where they are constants.
   *
   * @param axis which the zero points belong to, if there are several
   */
  private static Tensor centred(Call c, int i, int zero, int axis) {
    return c.folded(
        "centred" + i,
        () -> {
          Tensor x = c.x(i).cast(DType.FLOAT32);
          Tensor z = c.maybe(zero);
          if (z == null) {
            return x;
          }
          Tensor f = z.cast(DType.FLOAT32);
          if (f.size() == 1) {
            return x.sub(f.reshape());
          }
          if (f.rank() > 1) {
            return x.sub(f);
          }
          int[] dims = new int[x.rank()];
          Arrays.fill(dims, 1);
          dims[x.rank() + axis] = f.size();
          return x.sub(f.reshape(dims));
        },
        i,
        zero);
  }

  /** The exact product of two matrices of small integers, in pieces that float32 adds up. */
  private static Tensor matmul(Call c, int a, int b, int za, int zb) {
    Tensor x = centred(c, a, za, -2);
    Tensor w = centred(c, b, zb, -1);
    int k = x.shape().last();
    int inner = w.rank() == 1 ? 0 : w.rank() - 2;
    if (w.dim(inner) != k) {
      throw c.error("%s and %s do not fit".formatted(x.shape(), w.shape()));
    }
    int[] starts =
        c.origin(b, zb) == Origin.CONSTANT
            ? starts(w.toFloats(), k, w.shape().drop(inner + 1).size())
            : IntStream.iterate(0, i -> i < k, i -> i + ALWAYS_EXACT).toArray();
    if (starts.length < 2) {
      return x.matmul(c.frozen("weights", w, b, zb)).cast(DType.INT32);
    }
    Tensor sum = null;
    for (int i = 0; i < starts.length; i++) {
      int from = starts[i];
      int n = (i + 1 < starts.length ? starts[i + 1] : k) - from;
      Tensor rows = c.folded("rows" + from, () -> w.narrow(inner, from, n), b, zb);
      Tensor piece = x.narrow(-1, from, n).matmul(c.frozen("rows" + from, rows, b, zb));
      Tensor part = piece.cast(DType.INT32);
      sum = sum == null ? part : sum.add(part);
    }
    return Objects.requireNonNull(sum);
  }

  /**
   * Where the pieces of known weights begin. A piece is exact while no column's weights, each times
   * the largest input, add up to more than {@link #EXACT}; trained weights seldom need a second
   * one.
   */
  private static int[] starts(float[] w, int k, int columns) {
    IntStream.Builder starts = IntStream.builder();
    double[] sums = new double[w.length / Math.max(k, 1)];
    for (int i = 0; i < k; i++) {
      boolean full = i == 0;
      for (int j = 0; j < sums.length; j++) {
        sums[j] += Math.abs(w[at(i, j, k, columns)]);
        full |= sums[j] * LARGEST > EXACT;
      }
      if (full) {
        starts.add(i);
        for (int j = 0; j < sums.length; j++) {
          sums[j] = Math.abs(w[at(i, j, k, columns)]);
        }
      }
    }
    return starts.build().toArray();
  }

  /** Where the weight of a row and a column lies, the columns of all matrices counted through. */
  private static int at(int row, int column, int k, int columns) {
    return (column / columns * k + row) * columns + column % columns;
  }

  private static List<Value> quantizedMatMul(Call c) {
    // a, its scale and zero point, b, its scale and zero point, those of the result
    Tensor y = matmul(c, 0, 3, 2, 5).cast(DType.FLOAT32);
    Tensor a = c.x(1).cast(DType.FLOAT32);
    Tensor rows = a.rank() == 1 && a.size() > 1 ? a.unsqueeze(1) : a.size() == 1 ? a.reshape() : a;
    Tensor b = c.x(4).cast(DType.FLOAT32);
    Tensor scale = rows.mul(b.size() == 1 ? b.reshape() : b).div(c.x(6).cast(DType.FLOAT32));
    ElementType to = c.type(7);
    return List.of(Value.of(rounded(y.mul(scale), c.x(7).cast(DType.FLOAT32), to), to));
  }

  /** The exact convolution of small integers. */
  private static Tensor convolve(Call c, Tensor x, Tensor w) {
    boolean exact = w.shape().drop(1).size() <= EXACT;
    DType type = exact ? DType.FLOAT32 : DType.FLOAT64;
    return Convolutions.convolve(c, x.cast(type), w.cast(type)).cast(DType.INT32);
  }

  private static List<Value> convInteger(Call c) {
    Tensor w = centredWeights(c, 1, 3);
    return Call.one(convolve(c, centred(c, 0, 2, -1), w), ElementType.INT32);
  }

  /** Weights less the zero point of each output channel. */
  private static Tensor centredWeights(Call c, int i, int zero) {
    Tensor w = c.x(i);
    return centred(c, i, zero, -w.rank());
  }

  private static List<Value> quantizedConv(Call c) {
    // x, scale, zero; w, scale, zero; scale and zero of the result; bias
    Tensor y = convolve(c, centred(c, 0, 2, -1), centredWeights(c, 3, 5));
    Tensor sum = Convolutions.biased(y, c.maybe(8)).cast(DType.FLOAT32);
    Tensor scale = c.x(1).mul(c.x(4)).div(c.x(6)).cast(DType.FLOAT32);
    Tensor each = scale.size() == 1 ? scale.reshape() : Normalisation.perChannel(scale, y.rank());
    ElementType to = c.type(7);
    return List.of(Value.of(rounded(sum.mul(each), c.x(7).cast(DType.FLOAT32), to), to));
  }
}
