package dev.hebb.train.data;

import java.nio.file.Path;
import java.util.List;

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking
 * machine learning algorithms", 2017): 70,000 garments of ten kinds, 28 × 28 grey, 60,000 to train
 * and 10,000 to test on. Values are scaled to 0 … 1 and normalised with the training part's mean
 * 0.2860 and deviation 0.3530.
 */
public final class Fashion {
  /** Where Debian's package dataset-fashion-mnist puts the files. */
  static final Path PACKAGE = Path.of("/usr/share/datasets/fashion-mnist");

  static final String HELP =
      "install the system package dataset-fashion-mnist or pass --data FOLDER";

  private static final ImagePrep PREP =
      new ImagePrep(
          28,
          28,
          1,
          List.of(0.2860),
          List.of(0.3530),
          ImagePrep.Style.GARMENT,
          List.of(
              "T-shirt/top",
              "Trouser",
              "Pullover",
              "Dress",
              "Coat",
              "Sandal",
              "Shirt",
              "Sneaker",
              "Bag",
              "Ankle boot"));

  private Fashion() {}

  /**
   * Loads it from where the system's package puts it.
   *
   * @throws DataException if the package is not installed
   */
  public static Splits load() {
    return load(PACKAGE);
  }

  /**
   * Loads the four IDX files, packed with gzip or not.
   *
   * @param folder where they are
   * @throws DataException if one is missing or damaged
   */
  public static Splits load(Path folder) {
    return IdxImages.load(folder, "fashion", PREP, HELP);
  }
}
