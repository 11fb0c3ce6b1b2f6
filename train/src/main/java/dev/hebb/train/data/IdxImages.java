package dev.hebb.train.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Grey images with labels in pairs of IDX files, as MNIST and those who follow it publish them. */
final class IdxImages {
  private static final List<String> FILES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");

  private IdxImages() {}

  /** Whether the folder has the four files, packed or not. */
  static boolean isIn(Path folder) {
    return FILES.stream().allMatch(name -> find(folder, name) != null);
  }

  /**
   * Reads the four files.
   *
   * @param prep how to normalise, with mean and deviation
   * @param help where the files can be had, for the message when they are missing
   */
  static Splits load(Path folder, String name, ImagePrep prep, String help) {
    List<Path> files = FILES.stream().map(file -> require(folder, file, help)).toList();
    var train = dataset(Input.of(files.get(0)), Input.of(files.get(1)), prep);
    var test = dataset(Input.of(files.get(2)), Input.of(files.get(3)), prep);
    return new Splits(name, train, train.take(0), test, List.of());
  }

  /** The images of one file with the labels of another. */
  static Dataset dataset(Input images, Input labels, ImagePrep prep) {
    Idx x = Idx.read(images);
    Idx y = Idx.read(labels);
    int[] dims = x.dims();
    if (x.type() != Idx.Type.UINT8 || dims.length != 3) {
      throw new DataException(x + ": images are bytes [count, height, width]");
    }
    if (dims[1] != prep.height() || dims[2] != prep.width()) {
      throw new DataException(
          "%s: images of %d × %d are expected".formatted(x, prep.height(), prep.width()));
    }
    if (y.type() != Idx.Type.UINT8 || y.dims().length != 1 || y.size() != dims[0]) {
      throw new DataException(y + ": one byte per image is expected, for " + dims[0] + " images");
    }
    float[] values = x.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] /= 255;
    }
    prep.encodeAll(values);
    try {
      return Dataset.adopt(
          prep.shape(), values, new Targets.Classes(y.toInts(), prep.labels()), prep);
    } catch (DataException e) {
      throw new DataException(labels.name() + ": " + e.getMessage(), e);
    }
  }

  /** The names 0 … 9. */
  static List<String> digitNames() {
    return IntStream.range(0, 10).mapToObj(Integer::toString).toList();
  }

  private static Path require(Path folder, String name, String help) {
    Path file = find(folder, name);
    if (file == null) {
      throw new DataException(
          "%s: there is no %s or %s.gz; %s".formatted(folder, name, name, help));
    }
    return file;
  }

  private static @Nullable Path find(Path folder, String name) {
    for (String file : List.of(name, name + ".gz")) {
      if (Files.isRegularFile(folder.resolve(file))) {
        return folder.resolve(file);
      }
    }
    return null;
  }
}
