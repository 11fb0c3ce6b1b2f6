package dev.hebb.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A scalar function applied to each element. Operands have equal dimensions: broadcasting is
 * written out as {@link View.Expand}, which costs nothing.
 *
 * @param f the function
 * @param type the element type of the result
 */
public record Elementwise(ScalarOp f, DType type) implements Op {
  @Override
  public String name() {
    String name = f.name().toLowerCase(Locale.ROOT);
    return f == ScalarOp.CAST ? name + " " + type.label() : name;
  }

  @Override
  public Shape infer(List<Shape> in) {
    for (Shape s : in) {
      if (!s.sameDims(in.getFirst())) {
        throw new ShapeError(name() + ": operands differ in shape: " + in);
      }
    }
    return in.getFirst().as(type);
  }

  @Override
  public NdArray reference(List<NdArray> in, Shape out) {
    var y = new NdArray(out);
    NdArray a = in.get(0);
    NdArray b = in.get(Math.min(1, in.size() - 1));
    NdArray c = in.getLast();
    boolean real = in.getLast().isReal();
    for (int i = 0; i < y.size(); i++) {
      if (f == ScalarOp.CAST) {
        y.set(i, a.get(i));
        if (!a.isReal()) {
          y.setLong(i, a.getLong(i));
        }
      } else if (real) {
        y.set(i, f.apply(a.get(i), b.get(i), c.get(i)));
      } else {
        y.setLong(i, f.applyLong(a.getLong(i), b.getLong(i), c.getLong(i)));
      }
    }
    return y;
  }

  @Override
  public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
    return f.gradient(in, out, g);
  }
}
