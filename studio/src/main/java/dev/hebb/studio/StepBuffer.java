package dev.hebb.studio;

import dev.hebb.studio.runs.Entry;
import dev.hebb.train.TrainEvent;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The numbers of the steps since the last look, in arrays of fixed length. The thread that trains
 * only copies numbers here; where it is faster than whoever looks, neighbours become their mean.
 */
final class StepBuffer {
  private static final String[] NAMES = {"loss", "learningRate", "examplesPerSecond", "seconds"};
  private static final int CAPACITY = 2048;

  private final long[] steps = new long[CAPACITY];
  private final double[][] values = new double[NAMES.length][CAPACITY];
  private int size;
  private int epoch;

  /** Called by the thread that trains. */
  synchronized void add(TrainEvent.StepDone done, double seconds) {
    if (size == CAPACITY) {
      thin(CAPACITY / 2);
    }
    epoch = done.epoch();
    steps[size] = done.total();
    values[0][size] = done.loss();
    values[1][size] = done.learningRate();
    values[2][size] = done.examplesPerSecond();
    values[3][size] = seconds;
    size++;
  }

  /**
   * What has come since the last call.
   *
   * @param most how many elements at most
   */
  synchronized Entry.Steps take(int most) {
    thin(most);
    Map<String, double[]> copies = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      copies.put(NAMES[i], Arrays.copyOf(values[i], size));
    }
    long[] numbers = Arrays.copyOf(steps, size);
    size = 0;
    Runtime memory = Runtime.getRuntime();
    double heap = (memory.totalMemory() - memory.freeMemory()) / (double) (1 << 20);
    return new Entry.Steps(epoch, heap, numbers, copies);
  }

  /** Leaves at most so many elements: the means of neighbours, at the last of them. */
  private void thin(int most) {
    if (size <= most) {
      return;
    }
    for (int group = 0; group < most; group++) {
      int from = (int) ((long) size * group / most);
      int to = (int) ((long) size * (group + 1) / most);
      steps[group] = steps[to - 1];
      for (double[] row : values) {
        row[group] = mean(Arrays.stream(row, from, to).summaryStatistics());
      }
    }
    size = most;
  }

  /** The mean, kept between its numbers: rounding would take that of equal ones beside them. */
  private static double mean(DoubleSummaryStatistics numbers) {
    return Math.max(numbers.getMin(), Math.min(numbers.getMax(), numbers.getAverage()));
  }
}
