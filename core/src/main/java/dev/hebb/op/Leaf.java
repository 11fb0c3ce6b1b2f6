package dev.hebb.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has no operands: data, constants and variables. */
public sealed interface Leaf extends Op {
  /** The shape and element type. */
  Shape shape();

  /** Data that is bound when the program runs. */
  record Input(Shape shape) implements Leaf {
    @Override
    public String name() {
      return "input";
    }

    @Override
    public NdArray reference(List<NdArray> in, Shape out) {
      throw new IllegalStateException("an input is bound by the caller");
    }
  }

  /** One number everywhere; part of the program's structure, so that it can be folded. */
  record Fill(Shape shape, double value) implements Leaf {
    @Override
    public String name() {
      return "fill "
          + (value == Math.rint(value) && Math.abs(value) < 1e15
              ? Long.toString((long) value)
              : Double.toString(value));
    }

    @Override
    public NdArray reference(List<NdArray> in, Shape out) {
      var y = new NdArray(out);
      for (int i = 0; i < y.size(); i++) {
        y.set(i, value);
      }
      return y;
    }
  }

  /** 0, 1, 2, … along the only axis. */
  record Iota(Shape shape) implements Leaf {
    @Override
    public String name() {
      return "iota";
    }

    @Override
    public NdArray reference(List<NdArray> in, Shape out) {
      var y = new NdArray(out);
      for (int i = 0; i < y.size(); i++) {
        y.setLong(i, i);
      }
      return y;
    }
  }

  /** The current contents of a variable; compared by identity. */
  record Cell(Variable variable) implements Leaf {
    @Override
    public Shape shape() {
      return variable.shape();
    }

    @Override
    public String name() {
      return "variable " + variable.name();
    }

    @Override
    public NdArray reference(List<NdArray> in, Shape out) {
      throw new IllegalStateException("a variable is bound by the caller");
    }
  }

  /** A constant of the given number and type. */
  static Tensor fill(DType type, double value, int... dims) {
    return Tensor.apply(new Fill(Shape.of(type, dims), value));
  }

  @Override
  default Shape infer(List<Shape> in) {
    return shape();
  }

  @Override
  default List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
    return List.of();
  }
}
