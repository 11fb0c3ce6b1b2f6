package dev.hebb.studio.playground;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.op.Activation;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network and where its neurons are in it.
 *
 * @param net the network
 * @param places the layers with weights, hidden ones first
 */
record Architecture(Net net, List<Place> places) {
  /**
   * A layer of neurons.
   *
   * @param sum the path of what adds up z = x·w + b
   * @param answer the path of a = f(z)
   */
  record Place(String sum, String answer, Activation activation) {
    Tensor sum(Map<String, Tensor> seen) {
      return tensor(seen, sum);
    }

    Tensor answer(Map<String, Tensor> seen) {
      return tensor(seen, answer);
    }

    private static Tensor tensor(Map<String, Tensor> seen, String path) {
      Tensor t = seen.get(path);
      if (t == null) {
        throw new IllegalStateException("no " + path + " among " + seen.keySet());
      }
      return t;
    }
  }

  /** Builds the network that settings describe. */
  static Architecture of(Settings settings, int outputs, DType type) {
    Settings.Layout layout = settings.layout();
    double dropout = settings.restraint().dropout();
    List<Layer> layers = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    for (Settings.Hidden h : layout.hidden()) {
      places.add(add(layers, h.units(), h.activation(), layout.start()));
      if (dropout > 0) {
        layers.add(Layers.dropout(dropout));
      }
    }
    places.add(add(layers, outputs, layout.output(), layout.start()));
    Net net =
        Layers.sequential(layers.toArray(Layer[]::new))
            .build(
                Shape.of(type, layout.features().size()),
                Seed.of(settings.seed()).split("weights"));
    return new Architecture(net, places);
  }

  private static Place add(List<Layer> layers, int units, Activation f, Start start) {
    String sum = layers.size() + ".dense";
    layers.add(Layers.dense(units).init(start.init()));
    String answer = layers.size() + "." + f.title();
    layers.add(Layers.activation(f));
    return new Place(sum, answer, f);
  }

  Variable weights(Place place) {
    return net.variable(place.sum() + ".w");
  }

  Variable biases(Place place) {
    return net.variable(place.sum() + ".b");
  }
}
