package dev.hebb.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Elements combined along axes, which disappear from the shape.
 *
 * @param kind how two elements combine
 * @param axes the axes, ascending; {@code ARGMAX} and {@code ARGMIN} take exactly one
 */
public record Reduce(Kind kind, List<Integer> axes) implements Op {
  /** How two elements combine. */
  public enum Kind {
    /** The sum; 0 for no elements. */
    SUM,
    /** The product; 1 for no elements. */
    PROD,
    /** The largest; NaN if any is. */
    MAX,
    /** The smallest; NaN if any is. */
    MIN,
    /** The position (int32) of the first largest; of the first NaN if there is one. */
    ARGMAX,
    /** The position (int32) of the first smallest; of the first NaN if there is one. */
    ARGMIN;

    /** Whether the result is a position. */
    public boolean isArg() {
      return this == ARGMAX || this == ARGMIN;
    }

    /** The value that changes nothing. */
    public double identity() {
      return switch (this) {
        case SUM -> 0;
        case PROD -> 1;
        case MAX, ARGMAX -> Double.NEGATIVE_INFINITY;
        case MIN, ARGMIN -> Double.POSITIVE_INFINITY;
      };
    }
  }

  @Override
  public String name() {
    return kind.name().toLowerCase(Locale.ROOT) + axes;
  }

  @Override
  public Shape infer(List<Shape> in) {
    Shape x = in.getFirst();
    if (kind != Kind.SUM && kind != Kind.PROD) {
      for (int a : axes) {
        if (x.dim(a) == 0) {
          throw new ShapeError(
              "%s of %s: axis %d is empty, and there is no %s of no elements"
                  .formatted(name(), x, a, kind.name().toLowerCase(Locale.ROOT)));
        }
      }
    }
    int[] kept = IntStream.range(0, x.rank()).filter(i -> !axes.contains(i)).map(x::dim).toArray();
    return Shape.of(kind.isArg() ? DType.INT32 : x.dtype(), kept);
  }

  /** The shape with the reduced axes kept as 1, which broadcasts against the operand. */
  public Shape keepDims(Shape x) {
    int[] dims = x.dims();
    for (int a : axes) {
      dims[a] = 1;
    }
    return Shape.of(x.dtype(), dims);
  }

  @Override
  public NdArray reference(List<NdArray> in, Shape out) {
    NdArray x = in.getFirst();
    var y = new NdArray(out);
    for (int o = 0; o < y.size(); o++) {
      if (kind == Kind.SUM || kind == Kind.PROD) {
        y.setLong(o, kind == Kind.SUM ? 0 : 1);
      }
    }
    boolean[] started = new boolean[y.size()];
    int[] best = new int[y.size()];
    int[] index = new int[x.shape().rank()];
    int[] kept = IntStream.range(0, index.length).filter(i -> !axes.contains(i)).toArray();
    for (int i = 0; i < x.size(); i++) {
      NdArray.unravel(i, x.shape(), index);
      int o = NdArray.ravel(Arrays.stream(kept).map(d -> index[d]).toArray(), out);
      if (kind.isArg()) {
        if (!started[o] || beats(x, i, best[o])) {
          best[o] = i;
          y.setLong(o, index[axes.getFirst()]);
        }
      } else if (!started[o] && kind != Kind.SUM && kind != Kind.PROD) {
        y.copy(o, x, i);
      } else if (x.isReal()) {
        double a = y.get(o);
        double b = x.get(i);
        y.set(
            o,
            switch (kind) {
              case SUM -> a + b;
              case PROD -> a * b;
              case MAX -> Math.max(a, b);
              default -> Math.min(a, b);
            });
      } else {
        long a = y.getLong(o);
        long b = x.getLong(i);
        y.setLong(
            o,
            switch (kind) {
              case SUM -> a + b;
              case PROD -> a * b;
              case MAX -> Math.max(a, b);
              default -> Math.min(a, b);
            });
      }
      started[o] = true;
    }
    return y;
  }

  private boolean beats(NdArray x, int i, int best) {
    if (!x.isReal()) {
      return kind == Kind.ARGMAX ? x.getLong(i) > x.getLong(best) : x.getLong(i) < x.getLong(best);
    }
    double a = x.get(i);
    double b = x.get(best);
    return !Double.isNaN(b) && (Double.isNaN(a) || (kind == Kind.ARGMAX ? a > b : a < b));
  }

  @Override
  public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
    Tensor x = in.getFirst();
    int[] kept = keepDims(x.shape()).dims();
    int[] full = x.shape().dims();
    Tensor wide = g.reshape(kept).expand(full);
    int[] dims = axes.stream().mapToInt(Integer::intValue).toArray();
    return Arrays.asList(
        switch (kind) {
          case SUM -> wide;
          case MAX, MIN -> { // equal shares among ties
            Tensor hit = x.eq(out.reshape(kept).expand(full)).cast(g.dtype());
            yield wide.mul(hit).div(hit.sum(dims).reshape(kept).expand(full));
          }
          case PROD -> { // product of the others, also where one of them is zero
            Tensor zero = x.eq(0);
            Tensor rest = zero.where(1, x);
            Tensor product = rest.prod(dims).reshape(kept).expand(full);
            Tensor zeros = zero.cast(g.dtype()).sum(dims).reshape(kept).expand(full);
            Tensor others =
                zeros.eq(0).where(product.div(rest), zeros.eq(1).and(zero).where(product, 0));
            yield wide.mul(others);
          }
          case ARGMAX, ARGMIN -> null;
        });
  }
}
