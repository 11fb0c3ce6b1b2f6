package dev.hebb.jmh;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import java.util.Random;

/** Operands filled with small random numbers. */
final class Buffers {
  private Buffers() {}

  /** Buffers of these sizes and, if the kernel wants it, workspace. */
  static Operands of(Kernel kernel, int... sizes) {
    var random = new Random(1);
    boolean scratch = kernel.workspace() > 0;
    var operands = new Operands(sizes.length + (scratch ? 1 : 0));
    for (int i = 0; i < sizes.length; i++) {
      float[] values = new float[sizes[i]];
      for (int j = 0; j < values.length; j++) {
        values[j] = random.nextFloat() - 0.5f;
      }
      operands.set(i, values, 0);
    }
    if (scratch) {
      operands.set(sizes.length, new float[(int) kernel.workspace()], 0);
    }
    return operands;
  }
}
