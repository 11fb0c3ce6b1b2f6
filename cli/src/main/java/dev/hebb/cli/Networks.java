package dev.hebb.cli;

import dev.hebb.nn.Layer;
import dev.hebb.nn.zoo.Zoo;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Splits;
import dev.hebb.train.data.TextPrep;
import dev.hebb.train.io.HebbFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The networks that the command's users name: those of the zoo, and descriptions in files. */
final class Networks {
  /** Smaller pictures are not worth a convolution. */
  private static final int SMALL_PICTURE = 8;

  private Networks() {}

  /** The name of what suits the data. */
  static String suited(Splits data) {
    if (data.preprocessing() instanceof TextPrep) {
      return "char-rnn";
    }
    Shape in = data.shape();
    boolean small = in.rank() != 3 || Math.min(in.dim(1), in.dim(2)) < SMALL_PICTURE;
    boolean digits =
        data.preprocessing() instanceof ImagePrep prep && prep.style() == ImagePrep.Style.DIGIT;
    return small ? "mlp" : digits ? "lenet" : "cnn";
  }

  /**
   * The network of a name, or one described in a file.
   *
   * @param name a name in the zoo or the name of a JSON file
   * @param in the shape of one example
   * @param outputs how many numbers it is to give
   * @param examples how many it will learn from
   * @throws HebbException if there is neither, or the network does not suit the data
   */
  static Layer of(String name, Shape in, int outputs, int examples) {
    if (isFile(name)) {
      return HebbFile.readLayer(Path.of(name));
    }
    return in.dtype().isFloating()
        ? find(name).classifier(in, outputs, examples)
        : find(name).writer(in, outputs);
  }

  /** The same, whatever it gives, to be looked at. */
  static Layer shown(String name, Shape in, int outputs) {
    return isFile(name)
        ? HebbFile.readLayer(Path.of(name))
        : find(name).layers(in, outputs, Integer.MAX_VALUE);
  }

  /** The zoo's network of a name, if it is one that makes pictures; else null. */
  static Zoo.@Nullable Entry generative(@Nullable String name) {
    return Zoo.entries().stream()
        .filter(e -> e.name().equals(name))
        .filter(e -> e.kind() == Zoo.Kind.AUTOENCODER || e.kind() == Zoo.Kind.GENERATOR)
        .findFirst()
        .orElse(null);
  }

  private static boolean isFile(String name) {
    return name.endsWith(".json")
        || Zoo.entries().stream().noneMatch(e -> e.name().equals(name))
            && Files.exists(Path.of(name));
  }

  private static Zoo.Entry find(String name) {
    try {
      return Zoo.find(name);
    } catch (HebbException e) {
      throw new HebbException(e.getMessage() + ", or a .json file that describes one", e);
    }
  }
}
