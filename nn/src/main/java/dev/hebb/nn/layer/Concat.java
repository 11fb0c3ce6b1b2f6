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
 * Branches that all get the same input; their outputs are put one after the other along the
 * channels (axis 1 of the batch), as in an inception block (Szegedy et al., 2015).
 *
 * @param branches at least one; their outputs may differ in channels only
 */
public record Concat(List<Layer> branches) implements Layer {
  /** Keeps a copy. */
  public Concat {
    branches = List.copyOf(branches);
    if (branches.isEmpty()) {
      throw new HebbException("concat: needs at least one branch");
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      blocks.add(p.build(i, branches.get(i), in));
    }
    Shape first = blocks.getFirst().out();
    int channels = 0;
    for (int i = 0; i < blocks.size(); i++) {
      Shape out = blocks.get(i).out();
      if (out.rank() == 0
          || out.rank() != first.rank()
          || !out.with(0, 0).sameDims(first.with(0, 0))) {
        throw new ShapeError(
            ("branch 0 gives %s and branch %d %s, which differ in more than channels;"
                    + " same() keeps a picture's size")
                .formatted(first, i, out));
      }
      channels += out.dim(0);
    }
    return Block.of(
        first.with(0, channels),
        x -> {
          Tensor head = blocks.getFirst().apply(x);
          Tensor[] rest = blocks.stream().skip(1).map(b -> b.apply(x)).toArray(Tensor[]::new);
          return head.concat(1, rest);
        });
  }

  @Override
  public String toString() {
    return branches.stream().map(Layer::toString).collect(Collectors.joining(", ", "Concat(", ")"));
  }
}
