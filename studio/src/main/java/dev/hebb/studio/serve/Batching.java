package dev.hebb.studio.serve;

import dev.hebb.tensor.HebbException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How requests are joined into batches.
 *
 * @param maxBatch the most examples that are computed at once, 1 to 4,096
 * @param maxWait the longest that a request waits for others to join it, 0 to 1 s
 * @param queue the most examples that may wait, at least 1; what comes beyond is refused
 */
public record Batching(int maxBatch, Duration maxWait, int queue) {
  private static final int LARGEST = 4096;
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** Batches of up to 32 within one millisecond, and a queue of 4,096 examples. */
  public static final Batching DEFAULT = new Batching(32, Duration.ofMillis(1), 4096);

  /** Checks the ranges. */
  public Batching {
    if (maxBatch < 1 || maxBatch > LARGEST) {
      throw new HebbException(
          "a batch has 1 to %,d examples, not %,d".formatted(LARGEST, maxBatch));
    }
    if (maxWait.isNegative() || maxWait.compareTo(LONGEST) > 0) {
      throw new HebbException(
          "requests wait 0 to 1000 ms for others, not %d ms".formatted(maxWait.toMillis()));
    }
    if (queue < 1) {
      throw new HebbException("the queue holds at least 1 example, not " + queue);
    }
  }

  /** The same with another largest batch. */
  public Batching maxBatch(int examples) {
    return new Batching(examples, maxWait, queue);
  }

  /** The same with another longest wait. */
  public Batching maxWait(Duration wait) {
    return new Batching(maxBatch, wait, queue);
  }

  /** The same with another queue. */
  public Batching queue(int examples) {
    return new Batching(maxBatch, maxWait, examples);
  }

  /** The sizes that batches are filled up to: the powers of two below the largest, and it. */
  List<Integer> sizes() {
    var sizes = new ArrayList<Integer>();
    for (int size = 1; size < maxBatch; size *= 2) {
      sizes.add(size);
    }
    sizes.add(maxBatch);
    return List.copyOf(sizes);
  }

  /** The size that so many examples are filled up to. */
  int sizeFor(int examples) {
    return sizes().stream().filter(size -> size >= examples).findFirst().orElse(maxBatch);
  }
}
