package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.List;

/** A convolution made of passes that write different pixels: pack all weights, then compute. */
final class ConvPasses implements Kernel {
  private final ConvPass[] passes;

  /** For each phase: the first task of each pass, and the number of tasks. */
  private final int[][] begins;

  /** Where the packed weights of each pass lie, and their size. */
  private final int[] bases;

  ConvPasses(List<ConvPass> list) {
    passes = list.toArray(ConvPass[]::new);
    int n = passes.length;
    begins = new int[2][n + 1];
    bases = new int[n + 1];
    for (int i = 0; i < n; i++) {
      begins[0][i + 1] = begins[0][i] + passes[i].packTasks();
      begins[1][i + 1] = begins[1][i] + passes[i].tasks();
      bases[i + 1] = Math.addExact(bases[i], passes[i].packedSize());
    }
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return begins[phase][passes.length];
  }

  @Override
  public int prepares() {
    return 1;
  }

  @Override
  public long prepared() {
    return Math.max(1, bases[passes.length]);
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    int i = 0;
    while (task >= begins[phase][i + 1]) {
      i++;
    }
    int local = task - begins[phase][i];
    if (phase == 0) {
      passes[i].pack(local, x, bases[i]);
    } else {
      passes[i].run(local, begins[phase][i], x, bases[i], s);
    }
  }
}
