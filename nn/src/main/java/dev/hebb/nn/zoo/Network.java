package dev.hebb.nn.zoo;

import dev.hebb.nn.Net;
import dev.hebb.nn.Summary;
import dev.hebb.nn.layer.Chain;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;

/**
 * A network of the literature with its options: {@code ResNet.of(18).classes(10)}. It is made of
 * ordinary layers, and so can be cut, extended, saved and printed like any other chain.
 */
public interface Network {
  /** The layers. */
  Chain layers();

  /**
   * Builds the network with initial weights.
   *
   * @param in the shape of one example; the sizes of all layers follow from it
   * @param seed the origin of the initial weights
   * @throws dev.hebb.tensor.ShapeError naming the layer whose input does not fit
   */
  default Net build(Shape in, Seed seed) {
    return layers().build(in, seed);
  }

  /**
   * Layers, shapes, parameters and work for inputs of a shape, without drawing a weight.
   *
   * @throws dev.hebb.tensor.ShapeError naming the layer whose input does not fit
   */
  default Summary summary(Shape in) {
    return layers().summary(in);
  }
}
