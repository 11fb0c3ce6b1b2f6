package dev.hebb.conformance;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * An operation with samples to run it on.
 *
 * @param name what a failing test is called
 * @param f the operation
 * @param inputs the samples
 * @param differentiable whether its gradient is checked too
 */
record Case(
    String name, Function<List<Tensor>, Tensor> f, List<Tensor> inputs, boolean differentiable) {
  static Case of(String name, Function<List<Tensor>, Tensor> f, Tensor... inputs) {
    return new Case(name, f, List.of(inputs), true);
  }

  static Case constant(String name, Function<List<Tensor>, Tensor> f, Tensor... inputs) {
    return new Case(name, f, List.of(inputs), false);
  }

  /** The same samples in float64. */
  Case wide() {
    var wide = new ArrayList<Tensor>();
    for (Tensor t : inputs) {
      wide.add(t.dtype() == DType.FLOAT32 ? t.cast(DType.FLOAT64).eval() : t);
    }
    return new Case(name + " in f64", f, wide, differentiable);
  }

  /** Numbers spread over an interval, in an order that only the seed decides. */
  static Tensor sample(int seed, double low, double high, int... dims) {
    Tensor u = Random.uniformOnce(Shape.of(dims), Seed.of(seed));
    return u.mul(high - low).add(low).eval();
  }

  /** Numbers of both signs that are all different, so that no maximum is tied. */
  static Tensor distinct(int seed, int... dims) {
    int n = Shape.of(dims).size();
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    java.util.Collections.shuffle(Arrays.asList(order), new java.util.Random(seed));
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (order[i] - n / 2) * (2.5f / Math.max(n, 2)) + 0.01f;
    }
    return Tensor.of(values, Shape.of(dims));
  }

  @Override
  public String toString() {
    return name;
  }
}
