package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;

/**
 * A body with a way around it: y = body(x) + shortcut(x) (He et al., 2016).
 *
 * @param body what is learnt
 * @param shortcut the way around it, usually the empty chain, which is the identity; where the body
 *     changes the shape, a layer that changes it likewise, such as {@code conv2d(64, 1).stride(2)}
 */
public record Residual(Layer body, Layer shortcut) implements Layer {
  /** With a way around that changes the shape as the body does. */
  public Residual shortcut(Layer projection) {
    return new Residual(body, projection);
  }

  @Override
  public Block build(Shape in, Params p) {
    Block main = p.build("body", body, in);
    Block around = p.build("shortcut", shortcut, in);
    if (!main.out().sameDims(around.out())) {
      throw new ShapeError(
          "the body gives %s, but its shortcut %s, and they are to be added; %s"
              .formatted(main.out(), around.out(), fix(main.out(), around.out())));
    }
    return Block.of(main.out(), x -> main.apply(x).add(around.apply(x)));
  }

  private static String fix(Shape body, Shape around) {
    boolean pictures = body.rank() == 3 && around.rank() == 3;
    int stride =
        pictures && body.dim(1) > 0 ? Math.max(Math.ceilDiv(around.dim(1), body.dim(1)), 1) : 1;
    return pictures
        ? "same() keeps a picture's size, or add .shortcut(conv2d(%d, 1)%s)"
            .formatted(body.dim(0), stride > 1 ? ".stride(" + stride + ")" : "")
        : body.rank() == 1 && around.rank() == 1
            ? "add .shortcut(dense(" + body.dim(0) + "))"
            : "add .shortcut(…) with a layer that gives " + body;
  }

  @Override
  public String toString() {
    boolean identity = shortcut instanceof Chain chain && chain.layers().isEmpty();
    return "Residual(" + body + (identity ? "" : ", shortcut " + shortcut) + ")";
  }
}
