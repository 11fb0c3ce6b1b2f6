package dev.hebb.train.data;

import java.util.ArrayList;
import java.util.List;

/**
 * A random change of a training image that leaves its class as it is, so that a network sees more
 * variety than was collected. Changes are combined into one geometric map and the image is sampled
 * once, bilinearly, so a chain blurs no more than a single step. What moves in from outside is
 * black, in the units of the data.
 *
 * <pre>{@code
 * loader.augment(Augment.shift(2).then(Augment.rotate(10)));
 * }</pre>
 */
public sealed interface Augment {
  /**
   * Moves the image by up to so many pixels, a real number, in each direction.
   *
   * @param pixels the largest shift, 0 or more
   */
  record Shift(double pixels) implements Augment {
    /** Checks the range. */
    public Shift {
      require(pixels >= 0 && pixels <= 10_000, "shift", pixels, "0 to 10000 pixels");
    }
  }

  /**
   * Turns the image about its centre.
   *
   * @param degrees the largest angle to either side, 0 to 180
   */
  record Rotate(double degrees) implements Augment {
    /** Checks the range. */
    public Rotate {
      require(degrees >= 0 && degrees <= 180, "rotate", degrees, "0 to 180 degrees");
    }
  }

  /**
   * Mirrors left and right. Right for photographs, wrong for digits and letters.
   *
   * @param probability how often, 0 to 1
   */
  record FlipHorizontal(double probability) implements Augment {
    /** Checks the range. */
    public FlipHorizontal {
      require(probability >= 0 && probability <= 1, "flipHorizontal", probability, "0 to 1");
    }
  }

  /**
   * Adds a black border and cuts an image of the old size out at a random place: a shift by whole
   * pixels, as is usual for CIFAR (He et al., "Deep residual learning for image recognition",
   * 2015).
   *
   * @param padding the border's width in pixels, 0 or more
   */
  record RandomCrop(int padding) implements Augment {
    /** Checks the range. */
    public RandomCrop {
      require(padding >= 0 && padding <= 10_000, "randomCrop", padding, "0 to 10000 pixels");
    }
  }

  /**
   * Blackens a square at a random place, which may reach over the edge, so that no single spot
   * decides (DeVries and Taylor, <a href="https://arxiv.org/abs/1708.04552">“Cutout”</a>, 2017). It
   * comes after all geometric changes.
   *
   * @param size the square's side in pixels, 1 or more
   */
  record Cutout(int size) implements Augment {
    /** Checks the range. */
    public Cutout {
      require(size >= 1 && size <= 10_000, "cutout", size, "1 to 10000 pixels");
    }
  }

  /**
   * Several changes, one after the other.
   *
   * @param steps the changes in their order
   */
  record Chain(List<Augment> steps) implements Augment {
    /** Takes a copy. */
    public Chain {
      steps = List.copyOf(steps);
    }
  }

  /** Moves the image by up to so many pixels in each direction. */
  static Augment shift(double pixels) {
    return new Shift(pixels);
  }

  /** Turns the image by up to so many degrees to either side. */
  static Augment rotate(double degrees) {
    return new Rotate(degrees);
  }

  /** Mirrors left and right every other time. */
  static Augment flipHorizontal() {
    return new FlipHorizontal(0.5);
  }

  /** Cuts an image of the same size out of one with a border of so many pixels. */
  static Augment randomCrop(int padding) {
    return new RandomCrop(padding);
  }

  /** Blackens a square of so many pixels at a random place. */
  static Augment cutout(int size) {
    return new Cutout(size);
  }

  /** This change, then another. */
  default Augment then(Augment next) {
    var steps = new ArrayList<Augment>();
    for (Augment part : List.of(this, next)) {
      steps.addAll(part instanceof Chain c ? c.steps() : List.of(part));
    }
    return new Chain(steps);
  }

  private static void require(boolean ok, String name, Number value, String range) {
    if (!ok) {
      throw new DataException("%s(%s): out of range; allowed: %s".formatted(name, value, range));
    }
  }
}
