package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Numbers brought to mean 0 and spread 1, or to length 1, along some axes. */
final class Normalisation {
  private Normalisation() {}

  static void register(Registry.Entries r) {
    r.add("BatchNormalization", Normalisation::batch);
    r.add("InstanceNormalization", Normalisation::instance);
    r.add("GroupNormalization", Normalisation::group);
    r.add("LayerNormalization", Normalisation::layer);
    r.add("RMSNormalization", Normalisation::rms);
    r.add("LpNormalization", Normalisation::lp);
    r.add("LRN", Normalisation::neighbours);
    r.add("MeanVarianceNormalization", Normalisation::meanVariance);
  }

  /** One number for each channel, against [n, channels, …]. */
  static Tensor perChannel(Tensor v, int rank) {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    dims[1] = v.size();
    return v.reshape(dims);
  }

  private static List<Value> batch(Call c) {
    Tensor x = c.x(0);
    int rank = Math.max(x.rank(), 2);
    double eps = c.attributes().real("epsilon", 1e-5);
    boolean training = c.attributes().flag("training_mode", false);
    int[] axes = IntStream.range(0, x.rank()).filter(i -> i != 1).toArray();
    Tensor mean = training ? x.mean(axes) : c.x(3);
    Tensor var = training ? x.var(axes) : c.x(4);
    Tensor scale = c.x(1).div(var.add(eps).sqrt());
    Tensor shift = c.x(2).sub(mean.mul(scale));
    Tensor y = x.mul(perChannel(scale, rank)).add(perChannel(shift, rank)).cast(x.dtype());
    List<Value> out = new ArrayList<>(c.same(y));
    if (training) {
      double kept = c.attributes().real("momentum", 0.9);
      out.add(Value.computed(c.x(3).mul(kept).add(mean.mul(1 - kept)), c.type(3)));
      out.add(Value.computed(c.x(4).mul(kept).add(var.mul(1 - kept)), c.type(4)));
    }
    return out;
  }

  /** (x − mean) / √(variance + ε) over the axes from one on. */
  private static Tensor standard(Tensor x, double eps, int... axes) {
    Tensor mean = x.mean(axes).keepDims(x, axes);
    Tensor d = x.sub(mean);
    return d.div(d.square().mean(axes).keepDims(x, axes).add(eps).sqrt());
  }

  private static List<Value> instance(Call c) {
    Tensor x = c.x(0);
    int[] axes = IntStream.range(2, x.rank()).toArray();
    Tensor y = standard(x, c.attributes().real("epsilon", 1e-5), axes);
    return c.same(y.mul(perChannel(c.x(1), x.rank())).add(perChannel(c.x(2), x.rank())));
  }

  private static List<Value> group(Call c) {
    Tensor x = c.x(0);
    int groups = c.attributes().size("num_groups", 1);
    int channels = x.dim(1);
    int n = x.dim(0);
    if (groups < 1 || channels % groups != 0) {
      throw c.error("%d channels are not %d groups".formatted(channels, groups));
    }
    Tensor rows = x.reshape(n, groups, Math.max(x.size() / Math.max(n * groups, 1), 0));
    Tensor y = standard(rows, c.attributes().real("epsilon", 1e-5), 2).reshape(x.shape().dims());
    return c.same(
        y.mul(perChannel(each(c.x(1), channels), x.rank()))
            .add(perChannel(each(c.x(2), channels), x.rank())));
  }

  /** Before opset 21 there was one number for each group. */
  private static Tensor each(Tensor v, int channels) {
    int n = v.size();
    return n == channels ? v : v.reshape(n, 1).expand(n, channels / n).reshape(channels);
  }

  private static int[] from(Call c) {
    Tensor x = c.x(0);
    int axis = c.axis(c.attributes().integer("axis", -1), x.rank());
    return IntStream.range(axis, x.rank()).toArray();
  }

  private static List<Value> layer(Call c) {
    Tensor x = c.x(0);
    int[] axes = from(c);
    double eps = c.attributes().real("epsilon", 1e-5);
    Tensor mean = x.mean(axes).keepDims(x, axes);
    Tensor d = x.sub(mean);
    Tensor inverse = d.square().mean(axes).keepDims(x, axes).add(eps).sqrt().reciprocal();
    Tensor y = d.mul(inverse).mul(c.x(1));
    Tensor bias = c.maybe(2);
    return List.of(
        Value.computed(bias == null ? y : y.add(bias), c.type(0)),
        Value.of(mean, ElementType.FLOAT),
        Value.of(inverse, ElementType.FLOAT));
  }

  private static List<Value> rms(Call c) {
    Tensor x = c.x(0);
    int[] axes = from(c);
    double eps = c.attributes().real("epsilon", 1e-5);
    Tensor scale = x.square().mean(axes).keepDims(x, axes).add(eps).sqrt();
    return c.same(x.div(scale).mul(c.x(1)));
  }

  private static List<Value> lp(Call c) {
    Tensor x = c.x(0);
    int axis = c.axis(c.attributes().integer("axis", -1), x.rank());
    Tensor norm = c.attributes().integer("p", 2) == 1 ? x.abs().sum(axis) : x.norm(axis);
    Tensor kept = norm.keepDims(x, axis);
    return c.same(kept.eq(0).where(0, x.div(kept)));
  }

  private static List<Value> neighbours(Call c) {
    Tensor x = c.x(0);
    int size = c.attributes().size("size", 1);
    double alpha = c.attributes().real("alpha", 1e-4);
    double beta = c.attributes().real("beta", 0.75);
    double bias = c.attributes().real("bias", 1);
    Tensor padded = x.square().pad(1, (size - 1) / 2, size / 2, 0);
    Tensor sum = padded.narrow(1, 0, x.dim(1));
    for (int k = 1; k < size; k++) {
      sum = sum.add(padded.narrow(1, k, x.dim(1)));
    }
    return c.same(x.div(sum.mul(alpha / size).add(bias).pow(beta)));
  }

  private static List<Value> meanVariance(Call c) {
    Tensor x = c.x(0);
    long @Nullable [] given = c.attributes().integers("axes");
    int[] axes = c.axes(given == null ? new long[] {0, 2, 3} : given, x.rank());
    Tensor mean = x.mean(axes).keepDims(x, axes);
    Tensor var = x.square().mean(axes).keepDims(x, axes).sub(mean.square());
    return c.same(x.sub(mean).div(var.sqrt().add(1e-9)));
  }

  /** Zeros of a type, for states that are not given. */
  static Tensor zeros(DType type, int... dims) {
    return Tensor.full(Shape.of(type, dims), 0);
  }
}
