package dev.hebb.runtime;

import dev.hebb.op.Index;
import dev.hebb.op.View;
import dev.hebb.tensor.Shape;
import java.util.List;

/** Kernels that only move elements, whatever their type: gather, concat and place. */
public sealed interface MoveKernel extends Kernel {
  /** Elements that are worth a task of their own. */
  int CHUNK = 1 << 15;

  @Override
  default int phases() {
    return 1;
  }

  /**
   * Slices chosen by indices. Operands: x, indices (int32 or int64), result.
   *
   * @param outer product of the axes before the gathered one
   * @param size length of the gathered axis
   * @param inner product of the axes behind it
   * @param count how many indices
   */
  record Gather(int outer, int size, int inner, int count) implements MoveKernel {
    private int rows() {
      return Math.max(1, CHUNK / Math.max(inner, 1));
    }

    @Override
    public int tasks(int phase) {
      return Math.ceilDiv(outer * count, rows());
    }

    @Override
    public void run(int phase, int task, Operands x, Scratch s) {
      int end = Math.min(outer * count, (task + 1) * rows());
      for (int r = task * rows(); r < end; r++) {
        int k = index(x, r % count, size);
        int from = x.offset(0) + (r / count * size + k) * inner;
        System.arraycopy(x.array(0), from, x.array(2), x.offset(2) + r * inner, inner);
      }
    }

    /** An index from the second operand, checked. */
    static int index(Operands x, int i, int size) {
      long k = x.array(1) instanceof int[] a ? a[x.offset(1) + i] : x.longs(1)[x.offset(1) + i];
      return Index.check(k, size);
    }
  }

  /** Operands one after the other. Operands: the parts, then the result. */
  final class Concat implements MoveKernel {
    private final int outer;
    private final int[] widths;
    private final int width;

    /** Rows of the result in a task; 0 if a task is a part. */
    private final int rows;

    /**
     * A concatenation.
     *
     * @param outer product of the axes before the joined one
     * @param widths for each part the product of the joined axis and those behind it
     */
    public Concat(int outer, List<Integer> widths) {
      this.outer = outer;
      this.widths = View.ints(widths);
      this.width = widths.stream().reduce(0, Integer::sum);
      this.rows = outer < widths.size() ? 0 : Math.max(1, CHUNK / Math.max(1, width));
    }

    @Override
    public int tasks(int phase) {
      return rows == 0 ? widths.length : Math.ceilDiv(outer, rows);
    }

    @Override
    public void run(int phase, int task, Operands x, Scratch s) {
      int from = rows == 0 ? 0 : task * rows;
      int end = rows == 0 ? outer : Math.min(outer, from + rows);
      int to = x.offset(widths.length);
      for (int part = 0; part < widths.length; part++) {
        if (rows != 0 || part == task) {
          copy(x, part, from, end, to);
        }
        to += widths[part];
      }
    }

    private void copy(Operands x, int part, int from, int end, int to) {
      int w = widths[part];
      Object a = x.array(part);
      Object out = x.array(widths.length);
      for (int r = from; r < end; r++) {
        System.arraycopy(a, x.offset(part) + r * w, out, to + r * width, w);
      }
    }
  }

  /** Elements put at regular places among zeros. Operands: x, result. */
  final class Place implements MoveKernel {
    private final Index.Place op;
    private final int[] dims;
    private final int[] strides;
    private final int size;
    private final int run;

    /** A placement of an operand of shape {@code in} into {@code out}. */
    public Place(Index.Place op, Shape in, Shape out) {
      this.op = op;
      this.dims = in.dims();
      this.strides = out.strides();
      this.size = out.size();
      int last = dims.length - 1;
      this.run = last >= 0 && op.steps().get(last) == 1 ? dims[last] : 1;
    }

    @Override
    public int tasks(int phase) {
      return 1;
    }

    @Override
    public void run(int phase, int task, Operands x, Scratch s) {
      clear(x, 1, size);
      int elements = 1;
      for (int d : dims) {
        elements *= d;
      }
      for (int i = 0; i < elements; i += run) {
        int rest = i;
        int to = x.offset(1);
        for (int d = dims.length - 1; d >= 0; d--) {
          to += (op.starts().get(d) + rest % dims[d] * op.steps().get(d)) * strides[d];
          rest /= dims[d];
        }
        System.arraycopy(x.array(0), x.offset(0) + i, x.array(1), to, run);
      }
    }
  }

  /** Zeros in an operand. */
  static void clear(Operands x, int i, int n) {
    int o = x.offset(i);
    switch (x.array(i)) {
      case float[] a -> java.util.Arrays.fill(a, o, o + n, 0);
      case double[] a -> java.util.Arrays.fill(a, o, o + n, 0);
      case int[] a -> java.util.Arrays.fill(a, o, o + n, 0);
      case long[] a -> java.util.Arrays.fill(a, o, o + n, 0);
      case byte[] a -> java.util.Arrays.fill(a, o, o + n, (byte) 0);
      default -> throw new IllegalStateException();
    }
  }
}
