package dev.hebb.studio.inside;

import dev.hebb.nn.Net;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.Model;
import dev.hebb.train.data.Dataset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A network to look at, with examples to show it. It is a copy: nobody trains it. Thread-safe. */
public final class Subject {
  private final Net net;
  private final Dataset sample;
  private final Map<String, Step> programs = new ConcurrentHashMap<>();
  private @Nullable Weights weights;

  /**
   * A network with examples.
   *
   * @param sample some of the validation data
   */
  Subject(Net net, Dataset sample) {
    this.net = net;
    this.sample = sample;
  }

  synchronized void update(Weights newer) {
    if (weights != newer) {
      net.assign(newer.values());
      weights = newer;
    }
  }

  Net net() {
    return net;
  }

  Dataset sample() {
    return sample;
  }

  Model model() {
    return Model.of(net);
  }

  /** What one part of the network computes for a batch. */
  Tensor activation(String path, Tensor x) {
    Step step =
        programs.computeIfAbsent(
            path,
            p ->
                Step.of(
                    false,
                    in -> List.of(Objects.requireNonNull(net.activations(in.getFirst()).get(p)))));
    return step.run(x);
  }

  /** Inputs as a batch. */
  Tensor batch(float[][] rows) {
    int each = net.in().size();
    float[] all = new float[rows.length * each];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * each, each);
    }
    Shape shape = net.in().prepend(rows.length);
    return Tensor.of(all, shape.as(DType.FLOAT32)).cast(net.in().dtype());
  }
}
