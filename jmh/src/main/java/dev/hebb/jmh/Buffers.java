package dev.hebb.jmh;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.simd.CacheLines;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Operands filled with small random numbers, in one array as in a program's planned memory.
 *
 * @param operands what the kernel takes
 * @param memory the array
 * @param starts for each operand where it begins if the array begins a cache line
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it
record Buffers(Operands operands, float[] memory, int[] starts) {
  /** Buffers of these sizes and, what memory the kernel wants. */
  static Buffers of(Kernel kernel, int... sizes) {
    int[] all =
        LongStream.concat(
                Arrays.stream(sizes).asLongStream(),
                LongStream.of(kernel.prepared(), kernel.workspace()).filter(n -> n > 0))
            .mapToInt(Math::toIntExact)
            .toArray();
    int[] starts = new int[all.length];
    int end = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = end;
      end += Math.ceilDiv(all[i], CacheLines.FLOATS) * CacheLines.FLOATS;
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
