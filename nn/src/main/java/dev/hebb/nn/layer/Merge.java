package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Branches that all get the same input; their outputs, which may be broadcast to the first one's
 * shape, are added or multiplied element by element.
 *
 * @param how what is done with the outputs
 * @param branches at least one
 */
public record Merge(How how, List<Layer> branches) implements Layer {
  /** What is done with the branches' outputs. */
  public enum How {
    /** The sum. */
    ADD,
    /** The product. */
    MULTIPLY
  }

  /** Keeps a copy. */
  public Merge {
    branches = List.copyOf(branches);
    if (branches.isEmpty()) {
      throw new HebbException("add and multiply: need at least one branch");
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      blocks.add(p.build(i, branches.get(i), in));
    }
    Shape first = blocks.getFirst().out();
    for (int i = 1; i < blocks.size(); i++) {
      if (!fits(blocks.get(i).out(), first)) {
        throw new ShapeError(
            "branch 0 gives %s and branch %d %s, which cannot be broadcast to it; same() keeps a picture's size"
                .formatted(first, i, blocks.get(i).out()));
      }
    }
    return Block.of(
        first,
        x -> {
          Tensor y = blocks.getFirst().apply(x);
          for (Block b : blocks.subList(1, blocks.size())) {
            Tensor z = b.apply(x);
            y = how == How.ADD ? y.add(z) : y.mul(z);
          }
          return y;
        });
  }

  private static boolean fits(Shape out, Shape first) {
    boolean fits = out.rank() == first.rank();
    for (int a = 0; fits && a < out.rank(); a++) {
      fits = out.dim(a) == first.dim(a) || out.dim(a) == 1;
    }
    return fits;
  }

  @Override
  public String toString() {
    return branches.stream()
        .map(Layer::toString)
        .collect(Collectors.joining(", ", how == How.ADD ? "Add(" : "Multiply(", ")"));
  }
}
