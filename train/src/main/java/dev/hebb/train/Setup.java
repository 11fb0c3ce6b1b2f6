package dev.hebb.train;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Net;
import dev.hebb.nn.loss.Contrastive;
import dev.hebb.nn.loss.Triplet;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.ShapeError;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Loader;
import dev.hebb.train.io.Notes;

/** Whether network and data belong together, and what the network is to know of the data. */
final class Setup {
  private Setup() {}

  static void check(Net net, Loss loss, Loader loader) {
    Dataset data = loader.data();
    if (loader.size() == 0) {
      throw new HebbException(
          "there is nothing to train on: the loader has no batch of " + loader.batchSize());
    }
    if (!net.in().sameDims(data.shape())) {
      throw new ShapeError(
          "the network takes examples of shape %s, but the data's are %s; build it with data.shape()"
              .formatted(net.in(), data.shape()));
    }
    boolean isEmbedding = loss instanceof Triplet || loss instanceof Contrastive;
    if (data.isClassification() && net.out().rank() == 1 && !isEmbedding) {
      int outputs = net.out().last();
      if (outputs > 1 && outputs < data.classes()) {
        throw new ShapeError(
            "the network gives %d numbers, but the data have %d classes; end it with dense(%d)"
                .formatted(outputs, data.classes(), data.classes()));
      }
    }
  }

  /** Writes into the network's notes how its input is made and what its output means. */
  static void note(Net net, Loss loss, Dataset data) {
    net.note(Notes.PREPROCESSING, data.preprocessing());
    if (data.isClassification()) {
      net.note(Notes.LABELS, data.labels());
    }
    net.note(Notes.OUTPUT, Notes.outputOf(loss));
  }
}
