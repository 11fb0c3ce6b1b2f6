package dev.hebb.train.data;

import java.util.List;

/**
 * Ten thousand handwritten digits that ship with Hebb: the first 10,000 training images of MNIST
 * (Y. LeCun, C. Cortes, C. Burges), 28 × 28 grey, 9,000 to train and 1,000 to test on, every digit
 * in proportion in both. None of them is among MNIST's own test images. See {@code PROVENANCE.md}
 * beside the files.
 *
 * <pre>{@code
 * var digits = Digits.load();
 * var loader = digits.train().shuffle().batch(128);     // x: f32[128, 1, 28, 28], y: i32[128]
 * }</pre>
 */
public final class Digits {
  private static final int TRAIN = 9_000;

  private Digits() {}

  /** Loads them; inputs are normalised as {@link Mnist}'s are. */
  public static Splits load() {
    var all =
        IdxImages.dataset(
            Input.resource("digits-images-idx3-ubyte.gz"),
            Input.resource("digits-labels-idx1-ubyte.gz"),
            Mnist.PREP);
    return new Splits("digits", all.take(TRAIN), all.take(0), all.skip(TRAIN), List.of());
  }
}
