package dev.hebb.runtime.simd;

/** {@link ConvRuns} in plain loops. */
final class ScalarConvRuns implements ConvRuns {
  /** From so many elements on, a call that moves memory costs less than a loop. */
  private static final int LONG = 24;

  @Override
  public void copy(
      float[] from,
      int fo,
      int windowStep,
      int rowStep,
      int windows,
      int rows,
      int n,
      float[] to,
      int at,
      int pitch) {
    for (int i = 0; i < windows; i++) {
      int source = fo + i * windowStep;
      int sink = at + i * pitch;
      for (int r = 0; r < rows; r++, source += rowStep, sink += n) {
        if (n >= LONG) {
          System.arraycopy(from, source, to, sink, n);
        } else {
          for (int j = 0; j < n; j++) {
            to[sink + j] = from[source + j];
          }
        }
      }
    }
  }

  @Override
  public void add(
      float[] from, int fo, int fromStep, int rows, int n, float[] to, int at, int toStep) {
    for (int r = 0; r < rows; r++) {
      PanelSums.add(from, fo + r * fromStep, to, at + r * toStep, n);
    }
  }
}
