package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.op.Activation;
import dev.hebb.tensor.Shape;

/**
 * A gated linear unit: of 2k numbers the first k, times an activation of the other k: y = a · f(b).
 * With f = σ it is GLU (Dauphin et al., 2017), with swish SwiGLU, with GELU GEGLU, with ReLU ReGLU
 * (Shazeer, <a href="https://arxiv.org/abs/2002.05202">“GLU variants improve transformer”</a>,
 * 2020). A layer of 2k outputs stands in front of it, which gives both halves.
 *
 * <p>x is [n, …, 2k] and y [n, …, k]; of pictures [n, 2k, height, width] the channels are halved.
 *
 * @param gate f
 */
public record Glu(Activation gate) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    int axis = in.rank() >= 3 ? 0 : in.rank() - 1;
    if (in.rank() == 0 || in.dim(axis) % 2 != 0) {
      throw p.mismatch(this, "an even number of features or channels", in, "");
    }
    int half = in.dim(axis) / 2;
    return Block.of(
        in.with(axis, half).as(p.dtype()),
        x -> x.narrow(axis + 1, 0, half).mul(gate.of(x.narrow(axis + 1, half, half))));
  }

  @Override
  public String toString() {
    return "Glu(" + gate.title() + ")";
  }
}
