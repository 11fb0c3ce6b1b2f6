package dev.hebb.jmh;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.simd.CacheLines;
import java.util.Random;

/**
 * Operands filled with small random numbers, in one array as in a program's planned memory.
 *
 * @param operands what the kernel takes
 * @param memory the array
 * @param starts for each operand where it begins if the array begins a cache line
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it
record Buffers(Operands operands, float[] memory, int[] starts) {
  /** Buffers of these sizes and, if the kernel wants it, workspace. */
  static Buffers of(Kernel kernel, int... sizes) {
    boolean scratch = kernel.workspace() > 0;
    int[] starts = new int[sizes.length + (scratch ? 1 : 0)];
    int end = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = end;
      int size = i < sizes.length ? sizes[i] : (int) kernel.workspace();
      end += Math.ceilDiv(size, CacheLines.FLOATS) * CacheLines.FLOATS;
    }
    var random = new Random(1);
    float[] memory = new float[end + CacheLines.FLOATS];
    for (int i = 0; i < memory.length; i++) {
      memory[i] = random.nextFloat() - 0.5f;
    }
    var buffers = new Buffers(new Operands(starts.length), memory, starts);
    buffers.bind(0);
    return buffers;
  }

  /** Moves all to the beginning of a cache line, as a program does from time to time. */
  void place() {
    int first = CacheLines.first(memory);
    if (first != CacheLines.UNKNOWN) {
      bind(first);
    }
  }

  private void bind(int shift) {
    for (int i = 0; i < starts.length; i++) {
      operands.set(i, memory, starts[i] + shift);
    }
  }
}
