package dev.hebb.op;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batched matrix product: [batch…, m, k] · [batch…, k, n] → [batch…, m, n], with equal batch axes.
 * Transposed operands are permuted views, which the kernels read in place.
 */
public record Contraction() implements Op {
  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public Shape infer(List<Shape> in) {
    Shape a = in.get(0);
    Shape b = in.get(1);
    int rank = a.rank();
    boolean fits = rank == b.rank() && rank >= 2 && a.dtype() == b.dtype();
    for (int i = 0; fits && i < rank - 2; i++) {
      fits = a.dim(i) == b.dim(i);
    }
    if (!fits) {
      throw new ShapeError("matmul: batch axes or element types differ: " + a + " @ " + b);
    }
    if (a.last() != b.dim(-2)) {
      throw new ShapeError(
          "matmul: inner dimensions differ: %s @ %s (%d ≠ %d)"
              .formatted(a, b, a.last(), b.dim(-2)));
    }
    return a.withLast(b.last());
  }

  @Override
  public NdArray reference(List<NdArray> in, Shape out) {
    NdArray a = in.get(0);
    NdArray b = in.get(1);
    var y = new NdArray(out);
    int m = out.dim(-2);
    int n = out.last();
    int k = a.shape().last();
    for (int o = 0; o < y.size(); o++) {
      int column = o % n;
      int row = o / n % m;
      int batch = o / n / m;
      double sum = 0;
      long integers = 0;
      for (int i = 0; i < k; i++) {
        int p = (batch * m + row) * k + i;
        int q = (batch * k + i) * n + column;
        if (a.isReal()) {
          sum += a.get(p) * b.get(q);
        } else {
          integers += a.getLong(p) * b.getLong(q);
        }
      }
      if (a.isReal()) {
        y.set(o, sum);
      } else {
        y.setLong(o, integers);
      }
    }
    return y;
  }

  @Override
  public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
    return Arrays.asList(g.matmul(in.get(1).transpose()), in.get(0).transpose().matmul(g));
  }
}
