package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.UnaryOperator;

/** Arithmetic, comparisons, logic and elementary functions, element by element. */
final class Elementwise {
  private Elementwise() {}

  static void register(Registry.Entries r) {
    arithmetic(r);
    functions(r);
    comparisons(r);
    bits(r);
  }

  private static void unary(Registry.Entries r, String name, UnaryOperator<Tensor> f) {
    r.add(name, c -> c.same(f.apply(c.x(0))));
  }

  private static void binary(Registry.Entries r, String name, BinaryOperator<Tensor> f) {
    r.add(name, c -> c.same(f.apply(c.x(0), c.x(1))));
  }

  private static void arithmetic(Registry.Entries r) {
    binary(r, "Add", Tensor::add);
    binary(r, "Sub", Tensor::sub);
    binary(r, "Mul", Tensor::mul);
    r.add(
        "Div",
        c ->
            c.same(
                c.type(0) == ElementType.UINT64
                    ? Numbers.divideUnsigned(c.x(0), c.x(1))
                    : c.x(0).div(c.x(1))));
    r.add("Mod", Elementwise::mod);
    r.add("Pow", Elementwise::pow);
    r.add("Sum", c -> c.same(fold(c, Tensor::add)));
    r.add("Mean", c -> c.same(fold(c, Tensor::add).div(c.inputs())));
    r.add("Max", c -> c.same(extreme(c, Tensor::maximum)));
    r.add("Min", c -> c.same(extreme(c, Tensor::minimum)));
    r.add("Clip", Elementwise::clip);
    r.add("Where", c -> List.of(Value.of(c.x(0).where(c.x(1), c.x(2)), c.type(1))));
  }

  private static Tensor fold(Call c, BinaryOperator<Tensor> f) {
    return c.all().stream().map(Value::tensor).reduce(f).orElseThrow(() -> c.error("no inputs"));
  }

  private static Tensor extreme(Call c, BinaryOperator<Tensor> f) {
    ElementType type = c.type(0);
    Tensor y =
        c.all().stream()
            .map(v -> Numbers.ordered(v.tensor(), type))
            .reduce(f)
            .orElseThrow(() -> c.error("no inputs"));
    return Numbers.unordered(y, type);
  }

  private static List<Value> mod(Call c) {
    Tensor x = c.x(0);
    Tensor y = c.x(1);
    if (c.type(0) == ElementType.UINT64) {
      return c.same(x.sub(Numbers.divideUnsigned(x, y).mul(y)));
    }
    if (!c.attributes().flag("fmod", false)) {
      return c.same(x.mod(y));
    }
    Tensor rest = x.abs().mod(y.abs()); // of positive numbers both remainders are the same
    return c.same(x.lt(0).where(rest.neg(), rest));
  }

  private static List<Value> pow(Call c) {
    Tensor x = c.x(0);
    Tensor y = c.x(1);
    if (x.dtype().isFloating()) {
      if (y.size() == 1 && y.rank() <= x.rank() && c.isKnown(1)) {
        double e = y.item();
        if (e == 2) {
          return c.same(x.square());
        } else if (e == 3) {
          return c.same(x.square().mul(x));
        } else if (e == 0.5) {
          return c.same(x.sqrt());
        }
      }
      Tensor exponent =
          c.type(1) == ElementType.UINT64
              ? Numbers.unsignedToFloat(y, x.dtype())
              : y.cast(x.dtype());
      return c.same(x.pow(exponent));
    }
    if (y.dtype().isFloating()) {
      return c.same(x.cast(DType.FLOAT64).pow(y.cast(DType.FLOAT64)).cast(x.dtype()));
    }
    return c.same(x.pow(y.cast(x.dtype())));
  }

  private static List<Value> clip(Call c) {
    ElementType type = c.type(0);
    Tensor y = Numbers.ordered(c.x(0), type);
    if (c.version() < 11) {
      if (c.attributes().has("min")) {
        y = y.maximum(c.attributes().real("min", 0));
      }
      return c.same(c.attributes().has("max") ? y.minimum(c.attributes().real("max", 0)) : y);
    }
    if (c.has(1)) {
      y = y.maximum(Numbers.ordered(c.x(1), type));
    }
    if (c.has(2)) {
      y = y.minimum(Numbers.ordered(c.x(2), type));
    }
    return c.same(Numbers.unordered(y, type));
  }

  private static void functions(Registry.Entries r) {
    unary(r, "Abs", Tensor::abs);
    unary(r, "Neg", Tensor::neg);
    unary(r, "Sign", Tensor::sign);
    unary(r, "Ceil", Tensor::ceil);
    unary(r, "Floor", Tensor::floor);
    unary(r, "Round", Tensor::round);
    unary(r, "Sqrt", Tensor::sqrt);
    unary(r, "Reciprocal", Tensor::reciprocal);
    unary(r, "Exp", Tensor::exp);
    unary(r, "Log", Tensor::log);
    unary(r, "Sin", Tensor::sin);
    unary(r, "Cos", Tensor::cos);
    unary(r, "Tan", Tensor::tan);
    unary(r, "Asin", Tensor::asin);
    unary(r, "Acos", Tensor::acos);
    unary(r, "Atan", Tensor::atan);
    unary(r, "Sinh", Tensor::sinh);
    unary(r, "Cosh", Tensor::cosh);
    unary(r, "Tanh", Tensor::tanh);
    unary(r, "Erf", x -> Call.inFloat(x, Tensor::erf));
    unary(
        r,
        "Asinh",
        x -> {
          Tensor a = x.abs(); // the form without cancellation near 0
          Tensor b = a.square();
          return a.add(b.div(b.add(1).sqrt().add(1))).log1p().mul(x.sign());
        });
    unary(
        r,
        "Acosh",
        x -> {
          Tensor t = x.sub(1);
          return t.add(t.mul(2).add(t.square()).sqrt()).log1p();
        });
    unary(r, "Atanh", x -> x.mul(2).div(x.neg().add(1)).log1p().mul(0.5));
    r.add("Identity", c -> c.moved(c.x(0)));
  }

  private static void comparison(Registry.Entries r, String name, BinaryOperator<Tensor> f) {
    r.add(
        name,
        c ->
            Call.truth(
                f.apply(Numbers.ordered(c.x(0), c.type(0)), Numbers.ordered(c.x(1), c.type(1)))));
  }

  private static void comparisons(Registry.Entries r) {
    comparison(r, "Equal", Tensor::eq);
    comparison(r, "Less", Tensor::lt);
    comparison(r, "LessOrEqual", Tensor::le);
    comparison(r, "Greater", Tensor::gt);
    comparison(r, "GreaterOrEqual", Tensor::ge);
    comparison(r, "And", Tensor::and);
    comparison(r, "Or", Tensor::or);
    comparison(r, "Xor", Tensor::xor);
    r.add("Not", c -> Call.truth(c.x(0).not()));
    r.add("IsNaN", c -> Call.truth(c.x(0).isNaN()));
    r.add(
        "IsInf",
        c -> {
          Tensor x = c.x(0);
          Tensor none = Tensor.full(x.shape().as(DType.BOOL), 0);
          Tensor up =
              c.attributes().flag("detect_positive", true) ? x.eq(Double.POSITIVE_INFINITY) : none;
          Tensor down =
              c.attributes().flag("detect_negative", true) ? x.eq(Double.NEGATIVE_INFINITY) : none;
          return Call.truth(up.or(down));
        });
  }

  // Bits of integers are no arithmetic that networks are made of: they are computed where they are
  // read, without a gradient.

  private static void bits(Registry.Entries r) {
    bitwise(r, "BitwiseAnd", (a, b) -> a & b);
    bitwise(r, "BitwiseOr", (a, b) -> a | b);
    bitwise(r, "BitwiseXor", (a, b) -> a ^ b);
    unary(r, "BitwiseNot", x -> x.neg().sub(1));
    r.add(
        "BitShift",
        c -> {
          boolean left = c.attributes().text("direction", "").equals("LEFT");
          int bits = c.type(0).bits();
          return onLongs(c, (a, b) -> b < 0 || b >= bits ? 0 : left ? a << b : a >>> b);
        });
  }

  private static void bitwise(Registry.Entries r, String name, LongBinaryOperator f) {
    r.add(name, c -> onLongs(c, f));
  }

  private static List<Value> onLongs(Call c, LongBinaryOperator f) {
    int[] dims = c.x(0).shape().broadcast(c.x(1).shape(), c.node()).dims();
    long[] a = c.known(0).broadcastTo(dims).toLongs();
    long[] b = c.known(1).broadcastTo(dims).toLongs();
    long[] y = new long[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = f.applyAsLong(a[i], b[i]);
    }
    return c.same(Tensor.of(y, c.x(0).shape().as(DType.INT64).broadcast(c.x(1).shape(), "")));
  }
}
