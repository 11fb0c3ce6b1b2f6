package dev.hebb.tensor;

import dev.hebb.op.RandomUniform;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Random tensors. Each draw is a pure function of a seed, of the place of the call in a recorded
 * step, and of the number of the step; outside a recording, of the number of the draw since the
 * program began. So a program draws the same numbers each time it runs.
 */
public final class Random {
  private static final AtomicLong DRAWS = new AtomicLong();

  private Random() {}

  /** Uniform in [0, 1), from the default seed 0. */
  public static Tensor uniform(Shape shape) {
    return uniform(shape, Seed.of(0));
  }

  /** Uniform in [0, 1), with 24 random bits: new numbers at each call and each run of a step. */
  public static Tensor uniform(Shape shape, Seed seed) {
    Trace trace = Trace.current();
    if (trace == null) {
      return fixed(shape, seed, DRAWS.getAndIncrement());
    }
    long key = seed.split(trace.nextStream()).value();
    return Tensor.apply(new RandomUniform(floating(shape), key), trace.counter());
  }

  /** Uniform in [0, 1), always the same numbers for the same seed: for initial weights. */
  public static Tensor uniformOnce(Shape shape, Seed seed) {
    return fixed(shape, seed, 0);
  }

  private static Tensor fixed(Shape shape, Seed seed, long counter) {
    return Tensor.apply(
        new RandomUniform(floating(shape), seed.value()),
        Tensor.wrap(Shape.of(DType.INT64), new long[] {counter}));
  }

  private static Shape floating(Shape shape) {
    if (!shape.dtype().isFloating()) {
      throw new ShapeError("random numbers are float32 or float64, not " + shape.dtype().label());
    }
    return shape;
  }

  /** Standard normal, from the default seed 0. */
  public static Tensor normal(Shape shape) {
    return normal(shape, Seed.of(0));
  }

  /** Standard normal by Box and Muller's transform: √(−2 ln(1 − u)) · cos 2πv. */
  public static Tensor normal(Shape shape, Seed seed) {
    return boxMuller(uniform(shape, seed.split(1)), uniform(shape, seed.split(2)));
  }

  /** Standard normal, always the same numbers for the same seed: for initial weights. */
  public static Tensor normalOnce(Shape shape, Seed seed) {
    return boxMuller(uniformOnce(shape, seed.split(1)), uniformOnce(shape, seed.split(2)));
  }

  private static Tensor boxMuller(Tensor u, Tensor v) {
    return u.neg().add(1).log().mul(-2).sqrt().mul(v.mul(2 * Math.PI).cos());
  }

  /** Whether an event of probability {@code p} happens, for each element. */
  public static Tensor bernoulli(Shape shape, double p, Seed seed) {
    return uniform(shape, seed).lt(p);
  }
}
