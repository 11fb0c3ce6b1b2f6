package dev.hebb.cli;

import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.train.data.ImageFolder;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Splits;
import dev.hebb.train.io.Notes;
import java.nio.file.Files;
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
  /** As for data that no model has seen. */
  private static final double TRAIN_SHARE = 0.8;

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
   * @param opened the data, as they are read where no model says how
   * @param source where they are; pictures are read again if the model wants another size
   * @throws HebbException if the file is no model, or takes other inputs
   */
  static Transfer of(Path file, Splits opened, Path source, Freeze freeze, Seed seed) {
    Net old = Net.load(file);
    Splits splits =
        old.in().sameDims(opened.shape()) ? opened : sized(file, old.in(), opened, source, seed);
    Splits data =
        Notes.preprocessing(old) instanceof ImagePrep prep ? scaled(splits, prep) : splits;
    Net net = isSameTask(old, data) ? old : old.replaceHead(Layers.dense(data.outputs()));
    if (freeze == Freeze.BODY) {
      freezeBody(file, net);
    }
    return new Transfer(net, data);
  }

  private static Splits sized(Path file, Shape in, Splits opened, Path source, Seed seed) {
    boolean pictures = opened.preprocessing() instanceof ImagePrep && Files.isDirectory(source);
    if (!pictures || in.rank() != 3 || in.dim(0) != 1 && in.dim(0) != 3) {
      throw new HebbException(
          "%s takes examples of shape %s, but those of %s are %s"
              .formatted(file, in, opened.name(), opened.shape()));
    }
    ImageFolder folder = ImageFolder.of(source).size(in.dim(1), in.dim(2));
    return (in.dim(0) == 1 ? folder.grey() : folder.colour()).split(TRAIN_SHARE, seed);
  }

  /** The same pictures, normalised as those that the model has seen. */
  private static Splits scaled(Splits splits, ImagePrep seen) {
    if (!(splits.preprocessing() instanceof ImagePrep own)) {
      return splits;
    }
    var prep =
        new ImagePrep(
            own.height(),
            own.width(),
            own.channels(),
            seen.mean(),
            seen.std(),
            own.style(),
            own.labels());
    return new Splits(
        splits.name(),
        Examples.rescaled(splits.train(), prep),
        Examples.rescaled(splits.validation(), prep),
        Examples.rescaled(splits.test(), prep),
        splits.notes());
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
