package dev.hebb.nn.layer;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;

/** What layers have in common that take signals, pictures and volumes alike. */
final class Spatial {
  private Spatial() {}

  /** Checks that an example has channels and one to three axes more. */
  static void require(Layer layer, Shape in, Params p) {
    if (in.rank() < 2 || in.rank() > 4) {
      throw p.mismatch(
          layer,
          "a signal, picture or volume per example (channels and one to three axes more)",
          in,
          "reshape(channels, height, width)");
    }
  }
}
