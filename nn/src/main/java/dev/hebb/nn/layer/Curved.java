package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.op.Curve;
import dev.hebb.tensor.Shape;
import java.util.Locale;

/**
 * An activation function with a number to choose, element by element on any shape.
 *
 * @param curve the function
 * @param p its number: a slope, a height, a sharpness or a threshold
 */
public record Curved(Curve curve, double p) implements Layer {
  /** Checks the range. */
  public Curved {
    curve.check(p);
  }

  @Override
  public Block build(Shape in, Params params) {
    return Block.of(in.as(params.dtype()), x -> curve.of(x, p));
  }

  @Override
  public String toString() {
    String title = curve.title();
    return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1) + "(" + p + ")";
  }
}
