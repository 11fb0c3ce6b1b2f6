package dev.hebb.runtime.simd;

interface Panel {
  record Rows(int[] a, int[] c) {}
  record Steps(int[] starts, int run) {}
  int lanes();
  void multiply(Rows rows, int from, int to, Steps steps, int s0, int s1, float[] a, int ao,
      float[] b, int bo, int bStride, float[] c, int co, int cols, boolean add);
}
