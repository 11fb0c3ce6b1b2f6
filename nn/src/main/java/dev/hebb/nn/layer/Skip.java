package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;

/**
 * A body and beside it what it got: the middle of the input, cut to the size of the body's output,
 * and behind it, along the channels, that output (the “copy and crop” of Ronneberger et al., 2015).
 *
 * <p>[n, c, h, w] → [n, c + d, h′, w′] where the body gives [n, d, h′, w′] with h′ ≤ h, w′ ≤ w.
 *
 * @param body what the input goes around
 */
public record Skip(Layer body) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 3) {
      throw p.mismatch(
          this,
          "a picture per example (channels, height, width)",
          in,
          "reshape(channels, height, width)");
    }
    Block inner = p.build("body", body, in);
    Shape out = inner.out();
    if (out.rank() != 3 || out.dim(1) > in.dim(1) || out.dim(2) > in.dim(2)) {
      throw new ShapeError(
          "the body gives %s, which must be a picture not larger than its input %s"
              .formatted(out, in));
    }
    int top = (in.dim(1) - out.dim(1)) / 2;
    int left = (in.dim(2) - out.dim(2)) / 2;
    return Block.of(
        out.with(0, in.dim(0) + out.dim(0)),
        x -> x.narrow(2, top, out.dim(1)).narrow(3, left, out.dim(2)).concat(1, inner.apply(x)));
  }

  @Override
  public String toString() {
    return "Skip(" + body + ")";
  }
}
