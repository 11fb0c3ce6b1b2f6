package dev.hebb.tensor;

/** Shapes or element types that do not fit together; thrown where the expression is written. */
public final class ShapeError extends HebbException {
  private static final long serialVersionUID = 1L;

  /** An error that names the operation, the shapes and the fix. */
  public ShapeError(String message) {
    super(message);
  }
}
