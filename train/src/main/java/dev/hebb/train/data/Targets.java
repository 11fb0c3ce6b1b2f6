package dev.hebb.train.data;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;

/** What is to be predicted for each example; the arrays are never changed once they are here. */
sealed interface Targets {
  /** How many examples these are the targets of. */
  int size();

  /** The targets of some examples as a tensor, in this order. */
  Tensor gather(int[] rows, int from, int to);

  /** One class index per example, and the names of the classes. */
  record Classes(int[] indices, List<String> labels) implements Targets {
    public Classes {
      labels = List.copyOf(labels);
      if (labels.size() < 2) {
        throw new DataException(
            "there is only one class ("
                + labels
                + "), so there is nothing to tell apart:"
                + " a classifier needs examples of at least two");
      }
      for (int i = 0; i < indices.length; i++) {
        if (indices[i] < 0 || indices[i] >= labels.size()) {
          throw new DataException(
              "example %d: label %d is out of range: there are %d classes, numbered 0 to %d"
                  .formatted(i, indices[i], labels.size(), labels.size() - 1));
        }
      }
    }

    @Override
    public int size() {
      return indices.length;
    }

    @Override
    public Tensor gather(int[] rows, int from, int to) {
      int[] y = new int[to - from];
      for (int i = from; i < to; i++) {
        y[i - from] = indices[rows[i]];
      }
      return Tensor.of(y, Shape.of(y.length));
    }
  }

  /** {@code width} numbers per example, row after row. */
  record Values(float[] rows, int width) implements Targets {
    public Values {
      if (width < 1 || rows.length % width != 0) {
        throw new DataException(rows.length + " target values do not divide into rows of " + width);
      }
      for (int i = 0; i < rows.length; i++) {
        if (!Float.isFinite(rows[i])) {
          throw new DataException(
              "example %d: its target is %s; remove the example or repair the value"
                  .formatted(i / width, rows[i]));
        }
      }
    }

    @Override
    public int size() {
      return rows.length / width;
    }

    @Override
    public Tensor gather(int[] which, int from, int to) {
      float[] y = new float[Math.multiplyExact(to - from, width)];
      for (int i = from; i < to; i++) {
        System.arraycopy(rows, which[i] * width, y, (i - from) * width, width);
      }
      return Tensor.of(y, Shape.of(to - from, width));
    }
  }

  /**
   * Of a window of a text the same window one token later.
   *
   * @param tokens the whole text
   * @param starts where each window begins
   * @param width how many tokens a window has
   * @param vocabulary how many different tokens there are
   */
  record Tokens(int[] tokens, int[] starts, int width, int vocabulary) implements Targets {
    @Override
    public int size() {
      return starts.length;
    }

    @Override
    public Tensor gather(int[] rows, int from, int to) {
      int[] y = new int[Math.multiplyExact(to - from, width)];
      for (int i = from; i < to; i++) {
        System.arraycopy(tokens, starts[rows[i]] + 1, y, (i - from) * width, width);
      }
      return Tensor.of(y, Shape.of(to - from, width));
    }
  }
}
