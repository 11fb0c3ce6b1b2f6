package dev.hebb.train;

/** In which direction a value improves. */
public enum Goal {
  /** A loss or an error. */
  SMALLER,
  /** Accuracy and its like. */
  LARGER;

  /** Whether a value is better than another; what is not a number is never better. */
  public boolean isBetter(double a, double b) {
    return !Double.isNaN(a) && (Double.isNaN(b) || (this == SMALLER ? a < b : a > b));
  }
}
