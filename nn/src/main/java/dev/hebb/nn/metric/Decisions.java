package dev.hebb.nn.metric;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;

/**
 * The classes that predictions and targets name, one for each example.
 *
 * @param predicted 0 … classes − 1
 * @param actual 0 … classes − 1
 * @param classes how many classes there are
 */
@SuppressWarnings("ArrayRecordComponent") // read at once and dropped
record Decisions(int[] predicted, int[] actual, int classes) {
  /**
   * The largest of each row of scores against integers or against the largest of each row of
   * targets; with a single score for each example, whether it reaches the threshold against whether
   * the target reaches ½.
   */
  static Decisions of(String metric, Tensor predictions, Tensor targets, double threshold) {
    Shape x = predictions.shape();
    Shape y = targets.shape();
    boolean single = x.rank() <= 1 || x.last() == 1;
    if (single && x.size() == y.size()) {
      return new Decisions(at(predictions.toFloats(), threshold), at(targets.toFloats(), 0.5), 2);
    }
    if (x.rank() < 2) {
      throw misfit(metric, x, y);
    }
    int classes = x.last();
    int rows = x.size() / Math.max(classes, 1);
    int[] actual;
    if (targets.dtype().isFloating()) {
      if (!x.sameDims(y)) {
        throw misfit(metric, x, y);
      }
      actual = largest(targets.toFloats(), rows, classes);
    } else {
      if (y.size() != rows) {
        throw misfit(metric, x, y);
      }
      actual = targets.toInts();
      for (int a : actual) {
        if (a < 0 || a >= classes) {
          throw new ShapeError(
              "%s: target %d is outside 0 … %d, the classes of predictions %s"
                  .formatted(metric, a, classes - 1, x));
        }
      }
    }
    return new Decisions(largest(predictions.toFloats(), rows, classes), actual, classes);
  }

  static ShapeError misfit(String metric, Shape x, Shape y) {
    return new ShapeError(
        ("%s: predictions %s and targets %s do not belong together; targets are integers"
                + " for each row of scores, or have the predictions' shape")
            .formatted(metric, x, y));
  }

  private static int[] at(float[] v, double threshold) {
    int[] out = new int[v.length];
    for (int i = 0; i < v.length; i++) {
      out[i] = v[i] >= threshold ? 1 : 0;
    }
    return out;
  }

  /** The first largest of each row. */
  private static int[] largest(float[] scores, int rows, int classes) {
    int[] out = new int[rows];
    for (int i = 0; i < rows; i++) {
      for (int k = 1; k < classes; k++) {
        if (scores[i * classes + k] > scores[i * classes + out[i]]) {
          out[i] = k;
        }
      }
    }
    return out;
  }
}
