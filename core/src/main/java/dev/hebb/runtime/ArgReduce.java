package dev.hebb.runtime;

import dev.hebb.op.Reduce;

/**
 * The position of the largest or smallest element of each row; of the first if several, of the
 * first NaN if there is one. Operands: x, result (int32).
 *
 * @param kind {@code ARGMAX} or {@code ARGMIN}
 * @param rows how many rows
 * @param length their length, at least 1
 */
public record ArgReduce(Reduce.Kind kind, int rows, int length) implements Kernel {
  @Override
  public int phases() {
    return 1;
  }

  private int rowsPerTask() {
    return Math.max(1, (1 << 14) / length);
  }

  @Override
  public int tasks(int phase) {
    return Math.ceilDiv(rows, rowsPerTask());
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    int[] out = x.ints(1);
    int end = Math.min(rows, (task + 1) * rowsPerTask());
    double sign = kind == Reduce.Kind.ARGMAX ? 1 : -1;
    for (int r = task * rowsPerTask(); r < end; r++) {
      int from = x.offset(0) + r * length;
      out[x.offset(1) + r] =
          switch (x.array(0)) {
            case float[] v -> {
              int best = 0;
              for (int i = 1; i < length && !Float.isNaN(v[from + best]); i++) {
                if (sign * v[from + i] > sign * v[from + best] || Float.isNaN(v[from + i])) {
                  best = i;
                }
              }
              yield best;
            }
            case double[] v -> {
              int best = 0;
              for (int i = 1; i < length && !Double.isNaN(v[from + best]); i++) {
                if (sign * v[from + i] > sign * v[from + best] || Double.isNaN(v[from + i])) {
                  best = i;
                }
              }
              yield best;
            }
            default -> position(x, from);
          };
    }
  }

  private int position(Operands x, int from) {
    int best = 0;
    for (int i = 1; i < length; i++) {
      long a = integer(x, from + i);
      long b = integer(x, from + best);
      if (kind == Reduce.Kind.ARGMAX ? a > b : a < b) {
        best = i;
      }
    }
    return best;
  }

  private static long integer(Operands x, int i) {
    return switch (x.array(0)) {
      case int[] v -> v[i];
      case long[] v -> v[i];
      default -> x.bytes(0)[i];
    };
  }
}
