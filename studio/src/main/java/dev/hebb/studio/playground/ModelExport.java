package dev.hebb.studio.playground;

import dev.hebb.onnx.export.OnnxExport;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * A network as an ONNX model that takes points as they are, [batch, 2], and answers: with the
 * probability of class 1 or of each class where the loss makes probabilities, else with the
 * network's outputs.
 */
final class ModelExport {
  private ModelExport() {}

  static byte[] of(Experiment experiment) {
    List<Feature> features = experiment.settings().layout().features();
    List<Axis> axes = experiment.points().axes();
    return OnnxExport.of(experiment.architecture().net())
        .input("point")
        .output("answer")
        .preprocessing(
            Shape.of(2),
            point -> {
              Tensor x1 = scaled(point.narrow(1, 0, 1), axes.get(0));
              Tensor x2 = scaled(point.narrow(1, 1, 1), axes.get(1));
              Tensor first = features.getFirst().of(x1, x2);
              return first.concat(
                  1, features.stream().skip(1).map(f -> f.of(x1, x2)).toArray(Tensor[]::new));
            })
        .postprocessing(out ->
            switch (experiment.coding()) {
              case LOGIT -> out.sigmoid();
              case INDEX -> out.softmax(-1);
              case SIGN, PROBABILITY, ONE_HOT, NUMBER -> out;
            })
        .toBytes();
  }

  /** The user's own points are scaled into the plane. */
  private static Tensor scaled(Tensor x, Axis axis) {
    return x.sub(axis.centre()).mul(axis.factor(Points.SPREAD));
  }
}
