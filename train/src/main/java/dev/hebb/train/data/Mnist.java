package dev.hebb.train.data;

import java.nio.file.Path;
import java.util.List;

/**
 * MNIST (Y. LeCun, C. Cortes, C. Burges): 70,000 handwritten digits, 28 × 28 grey, 60,000 to train
 * and 10,000 to test on. Values are scaled to 0 … 1 and normalised with the training part's mean
 * 0.1307 and deviation 0.3081.
 */
public final class Mnist {
  static final ImagePrep PREP =
      new ImagePrep(
          28,
          28,
          1,
          List.of(0.1307),
          List.of(0.3081),
          ImagePrep.Style.DIGIT,
          IdxImages.digitNames());

  static final String HELP =
      "get the four files of MNIST (train-images-idx3-ubyte.gz, …) and pass their folder, or use"
          + " 'digits', which ships with Hebb";

  private Mnist() {}

  /**
   * Loads the four IDX files, packed with gzip or not.
   *
   * @param folder where they are
   * @throws DataException if one is missing or damaged
   */
  public static Splits load(Path folder) {
    return IdxImages.load(folder, "mnist", PREP, HELP);
  }
}
