package dev.hebb.onnx.op;

/** What a value follows from. The later constants include the earlier ones. */
public enum Origin {
  /** Constants of the file: computed once for a model. */
  CONSTANT,
  /** Also shapes of inputs: known whenever a step is recorded. */
  SHAPE,
  /** Data: known only when a program runs. */
  DATA;

  /** The later of two. */
  public Origin and(Origin other) {
    return ordinal() >= other.ordinal() ? this : other;
  }
}
