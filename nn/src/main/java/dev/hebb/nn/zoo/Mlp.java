package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;

import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Dropout;
import dev.hebb.op.Activation;
import dev.hebb.tensor.HebbException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A multi-layer perceptron: fully connected layers with an activation between them (Rosenblatt,
 * “Principles of neurodynamics”, 1962; trained by back-propagation since Rumelhart, Hinton and
 * Williams, 1986). Any example becomes one vector; without hidden layers this is softmax or linear
 * regression.
 *
 * @param hidden the widths of the hidden layers, in order
 * @param activation what follows each of them
 * @param drop the share of each hidden layer's outputs that training drops, in [0, 1)
 * @param outputs how many numbers come out, as logits
 */
public record Mlp(List<Integer> hidden, Activation activation, double drop, int outputs)
    implements Network {
  /** Checks the ranges. */
  public Mlp {
    hidden = List.copyOf(hidden);
    hidden.forEach(h -> Check.positive("mlp", "each width", h));
    Check.positive("mlp", "the number of outputs", outputs);
  }

  /**
   * With ReLU and without dropout.
   *
   * @param outputs how many numbers come out
   * @param hidden the widths of the hidden layers
   */
  public static Mlp of(int outputs, int... hidden) {
    return new Mlp(IntStream.of(hidden).boxed().toList(), Activation.RELU, 0, outputs);
  }

  /**
   * Each hidden layer half as wide as the one before, which often works well: later layers combine
   * ever fewer, ever more meaningful features.
   *
   * @param outputs how many numbers come out
   * @param first the width of the first hidden layer
   * @param layers how many hidden layers; the last must not be narrower than 1
   */
  public static Mlp shrinking(int outputs, int first, int layers) {
    if (layers < 1 || layers > 30 || first >> (layers - 1) < 1) {
      throw new HebbException(
          "mlp: %d cannot be halved %d times; use a wider first layer or fewer layers"
              .formatted(first, layers - 1));
    }
    return of(outputs, IntStream.range(0, layers).map(i -> first >> i).toArray());
  }

  /** With another activation. */
  public Mlp activation(Activation f) {
    return new Mlp(hidden, f, drop, outputs);
  }

  /** With dropout behind each hidden layer. */
  public Mlp dropout(double rate) {
    return new Mlp(hidden, activation, rate, outputs);
  }

  @Override
  public Chain layers() {
    List<Layer> layers = new ArrayList<>();
    layers.add(flatten());
    for (int units : hidden) {
      layers.add(dense(units).activation(activation));
      if (drop > 0) {
        layers.add(new Dropout(drop));
      }
    }
    layers.add(dense(outputs));
    return new Chain(layers);
  }
}
