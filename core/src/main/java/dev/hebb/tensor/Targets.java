package dev.hebb.tensor;

import java.util.Arrays;

/**
 * Whether the targets of a loss belong to its predictions, for losses of one's own too. A loss must
 * never broadcast, because that would silently compare each prediction with every target.
 */
public final class Targets {
  private Targets() {}

  /**
   * Targets of the predictions' shape, in the predictions' element type.
   *
   * @param loss what messages call the loss
   * @throws ShapeError if the shapes differ
   */
  public static Tensor like(String loss, Tensor predictions, Tensor targets) {
    if (!predictions.shape().sameDims(targets.shape())) {
      String why =
          predictions.size() == targets.size()
              ? "broadcasting would compare each with all %d. Use y.reshape(%s) or squeeze() the predictions."
                  .formatted(targets.size(), dims(predictions.shape()))
              : "they must have the same shape; is the last layer's size that of the targets?";
      throw new ShapeError(
          "%s: predictions %s and targets %s differ; %s"
              .formatted(loss, predictions.shape(), targets.shape().as(DType.FLOAT32), why));
    }
    return targets.cast(predictions.dtype());
  }

  /**
   * Class indices, one for each row of scores. One outside 0 … k − 1 is an error when the loss is
   * computed.
   *
   * @param loss what messages call the loss
   * @param predictions scores [n, …, k], the classes on the last axis
   * @param targets integers [n, …]
   * @return the indices, int32 [n, …]
   * @throws ShapeError if the shapes do not belong together, or the targets are no integers
   */
  public static Tensor classes(String loss, Tensor predictions, Tensor targets) {
    if (predictions.rank() == 0) {
      throw new ShapeError(loss + ": predictions need a last axis of classes, not a scalar");
    }
    Shape x = predictions.shape();
    Shape labels = Shape.of(Arrays.copyOf(x.dims(), x.rank() - 1));
    if (targets.dtype().isFloating() || !labels.sameDims(targets.shape())) {
      String fix =
          targets.dtype().isFloating()
              ? "; use y.cast(INT32)"
              : targets.size() == labels.size() ? ". Use y.reshape(" + dims(labels) + ")" : "";
      throw new ShapeError(
          "%s: predictions %s need integer targets %s, got %s%s"
              .formatted(loss, x, labels, targets.shape(), fix));
    }
    return Tensor.arange(x.last()).gather(0, targets.cast(DType.INT32)); // checks the range
  }

  private static String dims(Shape s) {
    return s.as(DType.FLOAT32).toString().replaceAll("[\\[\\]]", "");
  }
}
