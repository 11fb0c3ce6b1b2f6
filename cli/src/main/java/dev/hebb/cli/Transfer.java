package dev.hebb.cli;

import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Splits;
import dev.hebb.train.io.Notes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Learning that goes on from a trained model: it keeps what the model knows of its inputs, and gets
 * a new output layer where the classes are others.
 *
 * @param net the network to train
 * @param data the data, prepared as the model's were
 */
record Transfer(Net net, Splits data) {
  /** What stays as it is. */
  enum Freeze {
    /** All but the output layer. */
    BODY,
    /** Nothing. */
    NONE
  }

  /**
   * Takes a model for other data.
   *
   * @throws HebbException if the file is no model, or takes other inputs
   */
  static Transfer of(Path file, Splits splits, Freeze freeze) {
    Net old = Net.load(file);
    if (!old.in().sameDims(splits.shape())) {
      throw new HebbException(
          "%s takes examples of shape %s, but those of %s are %s"
              .formatted(file, old.in(), splits.name(), splits.shape()));
    }
    Splits data =
        Notes.preprocessing(old) instanceof ImagePrep prep
            ? new Splits(
                splits.name(),
                Examples.rescaled(splits.train(), prep),
                Examples.rescaled(splits.validation(), prep),
                Examples.rescaled(splits.test(), prep),
                splits.notes())
            : splits;
    Net net =
        isSameTask(old, splits) ? old : old.replaceHead(Layers.dense(splits.outputs()));
    if (freeze == Freeze.BODY) {
      freezeBody(file, net);
    }
    return new Transfer(net, data);
  }

  private static boolean isSameTask(Net net, Splits data) {
    List<String> labels = Notes.labels(net);
    return net.out().rank() == 1
        && net.out().size() == data.outputs()
        && (labels.isEmpty() || !data.train().isClassification() || labels.equals(data.labels()));
  }

  /** Freezes every part that has weights but the last. */
  private static void freezeBody(Path file, Net net) {
    List<String> weighted = new ArrayList<>();
    List<Net.Part> parts = net.parts();
    for (int i = 0; i < parts.size(); i += 1 + parts.get(i).inner()) {
      String path = parts.get(i).path();
      if (net.params().stream().anyMatch(v -> v.name().startsWith(path + "."))) {
        weighted.add(path);
      }
    }
    if (weighted.size() < 2) {
      throw new HebbException(
          file + " has no layers with weights before its output layer; leave --freeze body out");
    }
    weighted.subList(0, weighted.size() - 1).forEach(net::freeze);
  }
}
