package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.onnx.proto.AttributeProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Values that come from no data: constants, counts, and random numbers. */
final class Constants {
  private Constants() {}

  static void register(Registry.Entries r) {
    r.add("Constant", Constants::constant);
    r.add("ConstantOfShape", Constants::constantOfShape);
    r.add("EyeLike", Constants::eyeLike);
    r.add("Range", Constants::range);
    r.add("RandomNormal", c -> normal(c, shape(c)));
    r.add("RandomNormalLike", c -> normal(c, c.x(0).shape()));
    r.add("RandomUniform", c -> uniform(c, shape(c)));
    r.add("RandomUniformLike", c -> uniform(c, c.x(0).shape()));
    r.add("Bernoulli", Constants::bernoulli);
    r.add("Multinomial", Constants::multinomial);
    r.add("Dropout", Constants::dropout);
  }

  private static List<Value> constant(Call c) {
    Attributes a = c.attributes();
    TensorProto t = a.tensor("value");
    if (t != null) {
      return List.of(c.walk().read(t));
    }
    AttributeProto sparse = a.byName().get("sparse_value");
    if (sparse != null) {
      return List.of(c.walk().read(TensorData.dense(sparse.getSparseTensor())));
    }
    double[] reals = a.reals("value_floats");
    if (reals != null || a.has("value_float")) {
      double[] v = reals == null ? new double[] {a.real("value_float", 0)} : reals;
      Shape shape = reals == null ? Shape.of(DType.FLOAT64) : Shape.of(DType.FLOAT64, v.length);
      return List.of(Value.of(Tensor.of(v, shape), ElementType.FLOAT));
    }
    long[] integers = a.integers("value_ints");
    if (integers != null) {
      return List.of(Shaping.integers(Shape.of(DType.INT64, integers.length), integers));
    }
    if (a.has("value_int")) {
      return List.of(Shaping.integers(Shape.of(DType.INT64), a.integer("value_int", 0)));
    }
    throw c.unsupported("a constant of " + a.byName().keySet());
  }

  private static List<Value> constantOfShape(Call c) {
    TensorProto t = c.attributes().tensor("value");
    Value v = t == null ? Value.of(Tensor.of(0f), ElementType.FLOAT) : c.walk().read(t);
    if (v.tensor().size() != 1) {
      throw c.error("the value must be one number, not " + v.tensor().shape());
    }
    return List.of(Value.of(v.tensor().reshape().broadcastTo(c.sizes(0)), v.type()));
  }

  private static ElementType dtype(Call c, ElementType otherwise) {
    return c.attributes().has("dtype")
        ? ElementType.of(c.attributes().size("dtype", 0))
        : otherwise;
  }

  private static List<Value> eyeLike(Call c) {
    Tensor x = c.x(0);
    int rows = x.dim(0);
    int columns = x.dim(1);
    int k = Math.clamp(c.attributes().integer("k", 0), -rows - 1, columns + 1);
    Tensor eye = Tensor.arange(rows).reshape(rows, 1).add(k).eq(Tensor.arange(columns));
    return List.of(Value.of(eye, dtype(c, c.type(0))));
  }

  private static List<Value> range(Call c) {
    ElementType type = c.type(0);
    if (!type.isFloating()) {
      long start = c.whole(0);
      long limit = c.whole(1);
      long delta = c.whole(2);
      if (delta == 0) {
        throw c.error("the step is 0");
      }
      long span = delta > 0 ? limit - start : start - limit;
      long n = span <= 0 ? 0 : (span - 1) / Math.absExact(delta) + 1;
      Tensor i = Tensor.arange(size(c, n)).cast(DType.INT64);
      return Call.one(i.mul(Numbers.constant(delta)).add(Numbers.constant(start)), type);
    }
    double start = c.doubles(0)[0];
    double delta = c.doubles(2)[0];
    double n = Math.max(Math.ceil((c.doubles(1)[0] - start) / delta), 0);
    double[] v = new double[size(c, Double.isNaN(n) ? -1 : (long) n)];
    Arrays.setAll(v, i -> start + i * delta);
    return Call.one(Tensor.of(v, Shape.of(DType.FLOAT64, v.length)), type);
  }

  private static int size(Call c, long n) {
    if (n < 0 || n > Integer.MAX_VALUE - 8) {
      throw c.error("a range of " + n + " numbers");
    }
    return (int) n;
  }

  // ---- random numbers

  private static Shape shape(Call c) {
    return Shape.of(c.attributes().sizes("shape"));
  }

  private static ElementType randomType(Call c) {
    ElementType own = c.has(0) && c.type(0).isFloating() ? c.type(0) : ElementType.FLOAT;
    return dtype(c, own);
  }

  /** The stream of a node: its seed if it has one, else one of its name. */
  private static Seed seed(Call c) {
    return c.attributes().has("seed")
        ? Seed.of(Double.doubleToLongBits(c.attributes().real("seed", 0)))
        : Seed.of(0).split(c.node());
  }

  private static List<Value> normal(Call c, Shape shape) {
    Tensor z = Random.normal(shape.as(DType.FLOAT32), seed(c));
    return Call.one(
        z.mul(c.attributes().real("scale", 1)).add(c.attributes().real("mean", 0)), randomType(c));
  }

  private static List<Value> uniform(Call c, Shape shape) {
    double low = c.attributes().real("low", 0);
    double high = c.attributes().real("high", 1);
    Tensor u = Random.uniform(shape.as(DType.FLOAT32), seed(c));
    return Call.one(u.mul(high - low).add(low), randomType(c));
  }

  private static List<Value> bernoulli(Call c) {
    Tensor p = c.x(0);
    Tensor hit = Random.uniform(p.shape().as(DType.FLOAT32), seed(c)).cast(p.dtype()).lt(p);
    return List.of(Value.of(hit, dtype(c, c.type(0))));
  }

  /** Classes drawn by the probabilities that belong to logits: the largest of logits with noise. */
  private static List<Value> multinomial(Call c) {
    Tensor x = c.x(0);
    int n = c.attributes().size("sample_size", 1);
    Tensor u = Random.uniform(Shape.of(x.dim(0), n, x.dim(1)), seed(c));
    Tensor noise = u.add(1e-20).log().neg().add(1e-20).log().neg();
    Tensor y = x.cast(DType.FLOAT32).unsqueeze(1).add(noise).argMax(-1);
    return List.of(Value.of(y, dtype(c, ElementType.INT32)));
  }

  private static List<Value> dropout(Call c) {
    Tensor x = c.x(0);
    boolean training = c.version() >= 12 && c.has(2) && c.known(2).toBooleans()[0];
    double rate =
        c.version() < 12
            ? c.attributes().real("ratio", 0.5)
            : training && c.has(1) ? c.doubles(1)[0] : 0.5;
    if (!training || rate == 0) {
      Tensor all = Tensor.full(x.shape().as(DType.BOOL), 1);
      return List.of(c.moved(x).getFirst(), Value.of(all, ElementType.BOOL));
    }
    Tensor kept = kept(c, x.shape(), rate);
    Tensor y = kept.where(x.mul(1 / (1 - rate)), 0);
    return List.of(Value.computed(y, c.type(0)), Value.of(kept, ElementType.BOOL));
  }

  /** Drawn anew each time, or, from a seed, always the same. */
  private static Tensor kept(Call c, Shape shape, double rate) {
    if (!c.attributes().has("seed")) {
      return Random.uniform(shape.as(DType.FLOAT32), seed(c)).ge(rate);
    }
    var random = new MersenneTwister(c.attributes().integer("seed", 0));
    boolean[] kept = new boolean[shape.size()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = random.nextDouble() >= rate;
    }
    return Tensor.of(kept, shape);
  }
}
