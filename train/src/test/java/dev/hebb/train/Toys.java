package dev.hebb.train;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.Layers.tanh;

import dev.hebb.nn.Net;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Loader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small data and networks for tests. */
final class Toys {
  private Toys() {}

  /** Points in the plane; the class is whether they lie inside a circle, which no line tells. */
  static Dataset circle(int n, long seed) {
    var random = new java.util.Random(seed);
    float[] x = new float[2 * n];
    int[] y = new int[n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = random.nextFloat() * 2 - 1;
      x[2 * i + 1] = random.nextFloat() * 2 - 1;
      y[i] = Math.hypot(x[2 * i], x[2 * i + 1]) < 0.75 ? 1 : 0;
    }
    return Dataset.ofClasses(Shape.of(2), x, y, List.of("outside", "inside"));
  }

  static Loader train() {
    return circle(96, 1).shuffle(Seed.of(3)).batch(16);
  }

  static Loader validation() {
    return circle(40, 2).batch(40);
  }

  /** Learns the circle. */
  static Net net() {
    return sequential(dense(16), tanh(), dense(2)).build(Shape.of(2), Seed.of(5));
  }

  /** Has all that must survive a resumption: weights, running statistics, random masks. */
  static Net moody() {
    return sequential(dense(8), batchNorm(), relu(), dropout(0.3), dense(2))
        .build(Shape.of(2), Seed.of(5));
  }

  /** All variables' values, for comparisons bit by bit. */
  static Map<String, List<Double>> values(Net net) {
    var values = new LinkedHashMap<String, List<Double>>();
    net.variables()
        .forEach(v ->
            values.put(v.name(), java.util.Arrays.stream(v.value().toDoubles()).boxed().toList()));
    return values;
  }
}
