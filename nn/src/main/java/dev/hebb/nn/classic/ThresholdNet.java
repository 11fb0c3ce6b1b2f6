package dev.hebb.nn.classic;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Layers of threshold neurons, each layer reading the answers of the one before. With one layer of
 * any width it draws single lines; with two it computes any function of 0 and 1.
 *
 * @param layers the neurons of each layer; the last layer gives the output
 */
public record ThresholdNet(List<List<ThresholdNeuron>> layers) {
  /** Checks that the sizes fit, and copies. */
  public ThresholdNet {
    layers = layers.stream().map(List::copyOf).toList();
    if (layers.isEmpty() || layers.stream().anyMatch(List::isEmpty)) {
      throw new HebbException("ThresholdNet: needs at least one layer, and a neuron in each");
    }
    int in = layers.getFirst().getFirst().weights().size();
    for (int i = 0; i < layers.size(); i++) {
      for (ThresholdNeuron neuron : layers.get(i)) {
        if (neuron.weights().size() != in) {
          throw new HebbException(
              "ThresholdNet: a neuron of layer %d has %d weights for %d inputs"
                  .formatted(i, neuron.weights().size(), in));
        }
      }
      in = layers.get(i).size();
    }
  }

  /** A network of these layers. */
  @SafeVarargs
  public static ThresholdNet of(List<ThresholdNeuron>... layers) {
    return new ThresholdNet(List.of(layers));
  }

  /** How many layers stand between inputs and outputs. */
  public int hiddenLayers() {
    return layers.size() - 1;
  }

  /**
   * What one layer answers.
   *
   * @param layer its number, from 0
   * @param x [n, in], the network's inputs
   * @return float64 [n, neurons] of 0 and 1
   */
  public Tensor layer(int layer, Tensor x) {
    Tensor in = layer == 0 ? x : layer(layer - 1, x);
    List<ThresholdNeuron> neurons = layers.get(layer);
    Tensor[] others = neurons.stream().skip(1).map(n -> n.of(in)).toArray(Tensor[]::new);
    return neurons.getFirst().of(in).stack(1, others);
  }

  /** The network's answers, float64 [n, outputs]. */
  public Tensor of(Tensor x) {
    return layer(layers.size() - 1, x);
  }
}
