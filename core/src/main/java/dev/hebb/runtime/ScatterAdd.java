package dev.hebb.runtime;

/**
 * Slices of g added at indices into zeros; the adjoint of gather. Operands: g, indices, result.
 * Each task owns some columns, so that no two meet and the order of additions is that of the
 * indices.
 *
 * @param outer product of the axes before the indexed one
 * @param size length of the indexed axis in the result
 * @param inner product of the axes behind it
 * @param count how many indices
 */
public record ScatterAdd(int outer, int size, int inner, int count) implements Kernel {
  private static final int COLUMNS = 64;

  @Override
  public int phases() {
    return 1;
  }

  @Override
  public int tasks(int phase) {
    return outer * Math.ceilDiv(inner, COLUMNS);
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    int stripes = Math.ceilDiv(inner, COLUMNS);
    int o = task / stripes;
    int first = task % stripes * COLUMNS;
    int n = Math.min(COLUMNS, inner - first);
    int to = x.offset(2) + o * size * inner + first;
    int from = x.offset(0) + o * count * inner + first;
    switch (x.array(2)) {
      case float[] y -> {
        float[] g = x.floats(0);
        for (int k = 0; k < size; k++) {
          java.util.Arrays.fill(y, to + k * inner, to + k * inner + n, 0);
        }
        for (int i = 0; i < count; i++) {
          int at = to + MoveKernel.Gather.index(x, i, size) * inner;
          for (int j = 0; j < n; j++) {
            y[at + j] += g[from + i * inner + j];
          }
        }
      }
      case double[] y -> {
        double[] g = x.doubles(0);
        for (int k = 0; k < size; k++) {
          java.util.Arrays.fill(y, to + k * inner, to + k * inner + n, 0);
        }
        for (int i = 0; i < count; i++) {
          int at = to + MoveKernel.Gather.index(x, i, size) * inner;
          for (int j = 0; j < n; j++) {
            y[at + j] += g[from + i * inner + j];
          }
        }
      }
      default -> throw new IllegalStateException("scatterAdd is for float32 and float64");
    }
  }
}
