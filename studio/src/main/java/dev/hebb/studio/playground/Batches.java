package dev.hebb.studio.playground;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * The points that are learnt from, in batches without end: all of them come in random order before
 * any comes again, always the same way for the same seed. Rows are copied by hand, because a step
 * of so small a network takes no longer than the evaluation of a tensor would.
 */
final class Batches {
  private final float[] x;
  private final float[] floats;
  private final int[] classes;
  private final int features;
  private final int outputs;
  private final int size;
  private final SplittableRandom random;
  private final int[] order;
  private int next;

  /**
   * Batches.
   *
   * @param x [points, features]
   * @param y [points, outputs], or int32 [points]
   * @param size how many points a batch has
   */
  Batches(Tensor x, Tensor y, int size, Seed seed) {
    boolean isInteger = y.dtype() == DType.INT32;
    this.x = x.toFloats();
    this.floats = isInteger ? new float[0] : y.toFloats();
    this.classes = isInteger ? y.toInts() : new int[0];
    this.features = x.dim(1);
    this.outputs = isInteger ? 0 : y.dim(1);
    this.size = size;
    this.random = new SplittableRandom(seed.value());
    this.order = new int[x.dim(0)];
    this.next = order.length;
  }

  /** A batch: examples and targets. */
  record Batch(Tensor x, Tensor y) {}

  Batch next() {
    float[] rows = new float[size * features];
    float[] targets = new float[size * outputs];
    int[] labels = new int[outputs == 0 ? size : 0];
    for (int i = 0; i < size; i++) {
      int point = nextPoint();
      System.arraycopy(x, point * features, rows, i * features, features);
      if (outputs == 0) {
        labels[i] = classes[point];
      } else {
        System.arraycopy(floats, point * outputs, targets, i * outputs, outputs);
      }
    }
    return new Batch(
        Tensor.adopt(rows, Shape.of(size, features)),
        outputs == 0
            ? Tensor.of(labels, Shape.of(size).as(DType.INT32))
            : Tensor.adopt(targets, Shape.of(size, outputs)));
  }

  private int nextPoint() {
    if (next == order.length) {
      for (int i = 0; i < order.length; i++) {
        int j = random.nextInt(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
      next = 0;
    }
    return order[next++];
  }
}
