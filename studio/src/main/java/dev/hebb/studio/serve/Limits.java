package dev.hebb.studio.serve;

import dev.hebb.tensor.HebbException;
import java.time.Duration;

/**
 * What one request may cost.
 *
 * @param maxBody the most bytes of a body, 1 to 1 GiB
 * @param maxExamples the most examples of a request, at least 1
 * @param maxTime the longest that a request may take, from its headers to the answer, 1 ms to 1 h
 */
public record Limits(int maxBody, int maxExamples, Duration maxTime) {
  private static final int LARGEST = 1 << 30;
  private static final Duration LONGEST = Duration.ofHours(1);

  /** In numbers that the network reads: 64 MiB of floats. */
  private static final int LARGEST_REQUEST = 1 << 24;

  /** 16 MiB, 1,024 examples and 30 seconds. */
  public static final Limits DEFAULT = new Limits(16 << 20, 1024, Duration.ofSeconds(30));

  /** Checks the ranges. */
  public Limits {
    if (maxBody < 1 || maxBody > LARGEST) {
      throw new HebbException("a body has 1 byte to 1 GiB, not %,d bytes".formatted(maxBody));
    }
    if (maxExamples < 1) {
      throw new HebbException("a request has at least 1 example, not " + maxExamples);
    }
    if (maxTime.toMillis() < 1 || maxTime.compareTo(LONGEST) > 0) {
      throw new HebbException("a request takes 1 ms to 1 h, not " + maxTime.toMillis() + " ms");
    }
  }

  /**
   * The most examples of a request for a model: fewer where examples are large, because a small
   * file may be a large picture.
   */
  int examples(Signature signature) {
    return Math.clamp(LARGEST_REQUEST / Math.max(1, signature.in().size()), 1, maxExamples);
  }

  /** The same with other bodies. */
  public Limits maxBody(int bytes) {
    return new Limits(bytes, maxExamples, maxTime);
  }

  /** The same with more or fewer examples. */
  public Limits maxExamples(int examples) {
    return new Limits(maxBody, examples, maxTime);
  }

  /** The same with another time. */
  public Limits maxTime(Duration time) {
    return new Limits(maxBody, maxExamples, time);
  }
}
