package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Each example with its axes in another order: {@code permute(1, 0)} makes [n, steps, features] of
 * [n, features, steps].
 *
 * @param order for each axis of the result, counted from 0 without the batch, where it comes from
 */
public record Permute(List<Integer> order) implements Layer {
  /** Checks that every axis is there once. */
  public Permute {
    order = List.copyOf(order);
    if (!order.stream()
        .sorted()
        .toList()
        .equals(IntStream.range(0, order.size()).boxed().toList())) {
      throw new HebbException(
          "permute: needs each axis from 0 to %d once, not %s".formatted(order.size() - 1, order));
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != order.size()) {
      throw p.mismatch(this, "%d axes per example".formatted(order.size()), in, "");
    }
    int[] all = IntStream.concat(IntStream.of(0), order.stream().mapToInt(a -> a + 1)).toArray();
    return Block.infer(in, x -> x.permute(all));
  }

  @Override
  public String toString() {
    return "Permute(" + String.join(", ", order.stream().map(String::valueOf).toList()) + ")";
  }
}
