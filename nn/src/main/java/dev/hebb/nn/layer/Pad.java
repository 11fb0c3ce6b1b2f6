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
 * Something around each example: a constant, or what is in it.
 *
 * @param with what is put there
 * @param amounts how much, from the last axis on, before and after: left, right, top, bottom, …; a
 *     negative amount cuts off, with a constant only
 * @param value the constant
 */
public record Pad(With with, List<Integer> amounts, double value) implements Layer {
  /** What is put around an example. */
  public enum With {
    /** The same number everywhere. */
    CONSTANT,
    /** Mirrored, without the outermost element: c b | a b c | b a. */
    REFLECT,
    /** The outermost element: a a | a b c | c c. */
    REPLICATE,
    /** From the other end: b c | a b c | a b. */
    CIRCULAR
  }

  /** Checks the amounts. */
  public Pad {
    amounts = List.copyOf(amounts);
    if (amounts.isEmpty() || amounts.size() % 2 != 0) {
      throw new HebbException(
          "pad: needs amounts in pairs, before and after each axis from the last on, not "
              + amounts);
    }
    if (with != With.CONSTANT && amounts.stream().anyMatch(a -> a < 0)) {
      throw new HebbException("pad: amounts must not be negative, not " + amounts);
    }
  }

  /** With this number around, instead of 0. */
  public Pad value(double number) {
    return new Pad(with, amounts, number);
  }

  @Override
  public Block build(Shape in, Params p) {
    int axes = amounts.size() / 2;
    if (axes > in.rank()) {
      throw p.mismatch(this, "at least %d axes per example".formatted(axes), in, "");
    }
    return Block.infer(
        in,
        x -> {
          Tensor y = x;
          for (int a = 0; a < axes; a++) {
            y = along(y, x.rank() - 1 - a, amounts.get(2 * a), amounts.get(2 * a + 1));
          }
          return y;
        });
  }

  private Tensor along(Tensor x, int axis, int before, int after) {
    int n = x.dim(axis);
    if (n + Math.min(before, 0) + Math.min(after, 0) < 0 || with != With.CONSTANT && n == 0) {
      throw new ShapeError(
          "nothing is left of %s with %d and %d around axis %d"
              .formatted(x.shape(), before, after, axis));
    }
    if (with == With.CONSTANT) {
      int cutBefore = Math.max(-before, 0);
      int cutAfter = Math.max(-after, 0);
      return x.narrow(axis, cutBefore, n - cutBefore - cutAfter)
          .pad(axis, Math.max(before, 0), Math.max(after, 0), value);
    }
    int most = with == With.REFLECT ? n - 1 : with == With.CIRCULAR ? n : Integer.MAX_VALUE;
    if (Math.max(before, after) > most) {
      throw new ShapeError(
          "%d and %d around axis %d of %s are more than the %d that are there to take"
              .formatted(before, after, axis, x.shape(), most));
    }
    int[] from =
        IntStream.range(-before, n + after)
            .map(i ->
                switch (with) {
                  case REFLECT -> i < 0 ? -i : i >= n ? 2 * n - 2 - i : i;
                  case CIRCULAR -> Math.floorMod(i, n);
                  default -> Math.clamp(i, 0, n - 1);
                })
            .toArray();
    return x.gather(axis, Tensor.of(from, Shape.of(from.length)));
  }

  @Override
  public String toString() {
    String text = String.join(", ", amounts.stream().map(String::valueOf).toList());
    return with == With.CONSTANT
        ? "Pad(" + text + (value == 0 ? "" : " with " + value) + ")"
        : "Pad(" + text + ", " + with.name().toLowerCase(java.util.Locale.ROOT) + ")";
  }
}
