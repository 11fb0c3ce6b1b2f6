package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pooling to a given size, whatever the size of the input: signals [n, channels, length], pictures
 * [n, channels, height, width] or volumes. Along an axis of n elements the i-th of m windows
 * reaches from ⌊i·n / m⌋ to before ⌈(i + 1)·n / m⌉, as in PyTorch; windows overlap where m does not
 * divide n.
 *
 * <p>Equal largest elements share the gradient.
 *
 * @param take what is taken of each window
 * @param size the size of the result: one number for all axes, or one for each
 */
public record AdaptivePool(Pool1d.Take take, List<Integer> size) implements Layer {
  /** Checks the sizes. */
  public AdaptivePool {
    size = List.copyOf(size);
    if (size.isEmpty() || size.stream().anyMatch(m -> m < 1)) {
      throw new HebbException("adaptive pooling: sizes must be at least 1, not " + size);
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    int axes = in.rank() - 1;
    if (axes < 1 || size.size() > 1 && size.size() != axes) {
      throw p.mismatch(
          this,
          size.size() > 1
              ? "channels and %d axes per example".formatted(size.size())
              : "channels and at least one axis more per example",
          in,
          "reshape(channels, height, width)");
    }
    if (in.drop(1).size() == 0) {
      throw new ShapeError("there is nothing to pool in " + in);
    }
    return Block.infer(
        in,
        x -> {
          Tensor y = x;
          for (int a = 0; a < axes; a++) {
            y = along(y, a + 2, size.get(size.size() == 1 ? 0 : a));
          }
          return y;
        });
  }

  private Tensor along(Tensor x, int axis, int m) {
    int n = x.dim(axis);
    Tensor[] windows =
        IntStream.range(0, m)
            .mapToObj(i -> {
              int from = (int) ((long) i * n / m);
              int to = (int) Math.ceilDiv((i + 1L) * n, m);
              Tensor window = x.narrow(axis, from, to - from);
              Tensor one = take == Pool1d.Take.MAX ? window.max(axis) : window.mean(axis);
              return one.unsqueeze(axis);
            })
            .toArray(Tensor[]::new);
    return m == 1
        ? windows[0]
        : windows[0].concat(axis, java.util.Arrays.copyOfRange(windows, 1, m));
  }

  @Override
  public String toString() {
    String name = take == Pool1d.Take.MAX ? "AdaptiveMaxPool" : "AdaptiveAvgPool";
    return name + "(" + String.join(", ", size.stream().map(String::valueOf).toList()) + ")";
  }
}
