package dev.hebb.conformance;

import static dev.hebb.conformance.Case.constant;
import static dev.hebb.conformance.Case.distinct;
import static dev.hebb.conformance.Case.sample;

import dev.hebb.op.Activation;
import dev.hebb.op.Curve;
import dev.hebb.op.Elementwise;
import dev.hebb.op.ScalarOp;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Every operation, on sizes that do not fit into registers, tiles or rows. */
final class Cases {
  /** Element counts around lanes, tiles and chunks. */
  private static final int[] SIZES = {0, 1, 7, 13, 207, 4098};

  private Cases() {}

  static Stream<Case> all() {
    var all = new ArrayList<Case>();
    for (ScalarOp op : ScalarOp.values()) {
      scalar(op, all);
    }
    for (Curve c : Curve.values()) {
      all.add(Case.of("curve " + c.title(), in -> c.of(in.get(0), 0.7), sample(3, -3.3, 3.4, 37)));
    }
    for (Activation a : Activation.values()) {
      all.add(
          Case.of("activation " + a.title(), in -> in.get(0).apply(a), sample(3, -3.3, 3.4, 37)));
    }
    reductions(all);
    views(all);
    products(all);
    windows(all);
    indices(all);
    compositions(all);
    return all.stream();
  }

  private static void scalar(ScalarOp op, List<Case> all) {
    for (int n : SIZES) {
      boolean gradient = op.differentiable() && n > 0 && n < 100;
      String name = op + "[" + n + "]";
      Tensor a = sample(1, op.low(), op.high(), n);
      Tensor b = sample(2, op.low() + 0.05, op.high() + 0.05, n);
      DType type = op.result() == ScalarOp.Result.BOOL ? DType.BOOL : DType.FLOAT32;
      switch (op) {
        case CAST -> {
          for (DType to : DType.values()) {
            all.add(constant(name + to, in -> in.get(0).cast(to), sample(1, -3, 3, n)));
            all.add(
                constant(
                    name + "i32" + to,
                    in -> in.get(0).cast(DType.INT32).cast(to),
                    sample(1, -3, 3, n)));
          }
        }
        case WHERE ->
            all.add(
                new Case(
                    name,
                    in -> in.get(0).gt(1.5).where(in.get(1), in.get(0).mul(2)),
                    List.of(sample(1, 0, 3, n), b),
                    gradient));
        case NOT -> all.add(constant(name, in -> in.get(0).gt(0).not(), a));
        case AND -> all.add(constant(name, in -> in.get(0).gt(0).and(in.get(1).gt(0)), a, b));
        case OR -> all.add(constant(name, in -> in.get(0).gt(0).or(in.get(1).gt(0)), a, b));
        case XOR -> all.add(constant(name, in -> in.get(0).gt(0).xor(in.get(1).gt(0)), a, b));
        default -> {
          if (op.arity() == 1) {
            all.add(
                new Case(
                    name,
                    in -> Tensor.apply(new Elementwise(op, kind(type, in.get(0))), in.get(0)),
                    List.of(a),
                    gradient));
          } else {
            all.add(
                new Case(
                    name,
                    in ->
                        Tensor.apply(
                            new Elementwise(op, kind(type, in.get(0))), in.get(0), in.get(1)),
                    List.of(a, b),
                    gradient));
          }
          if (op.onIntegers()) {
            Tensor i = sample(5, -9, 9, n).cast(DType.INT32).eval();
            Tensor j = sample(6, -9, 9, n).cast(DType.INT32).eval();
            DType whole = type == DType.BOOL ? DType.BOOL : DType.INT32;
            if (op.arity() == 2 && op != ScalarOp.POW) {
              all.add(
                  constant(
                      name + "i32",
                      in -> Tensor.apply(new Elementwise(op, whole), in.get(0), in.get(1)),
                      i,
                      j));
            } else if (op.arity() == 1 && op != ScalarOp.IS_NAN) {
              all.add(
                  constant(
                      name + "i32", in -> Tensor.apply(new Elementwise(op, whole), in.get(0)), i));
            }
          }
        }
      }
    }
  }

  private static DType kind(DType type, Tensor like) {
    return type == DType.BOOL ? type : like.dtype();
  }

  private static void reductions(List<Case> all) {
    int[][] shapes = {{5, 7, 3}, {1, 13, 1}, {4, 2100, 2}, {3, 5000}, {300, 2}, {2, 3, 4, 5}};
    for (int[] dims : shapes) {
      Tensor x = distinct(7, dims);
      Tensor whole = x.mul(100).cast(DType.INT32).eval();
      boolean small = x.size() < 200;
      String at = Shape.of(dims).toString();
      var axes = new ArrayList<int[]>(List.of(new int[0]));
      for (int i = 0; i < dims.length; i++) {
        axes.add(new int[] {i});
      }
      axes.add(new int[] {0, dims.length - 1});
      for (int[] a : axes) {
        String name = at + " over " + java.util.Arrays.toString(a);
        all.add(new Case("sum " + name, in -> in.get(0).sum(a), List.of(x), small));
        all.add(new Case("mean " + name, in -> in.get(0).mean(a), List.of(x), small));
        all.add(new Case("max " + name, in -> in.get(0).max(a), List.of(x), small));
        all.add(new Case("min " + name, in -> in.get(0).min(a), List.of(x), small));
        all.add(new Case("var " + name, in -> in.get(0).var(a), List.of(x), small));
        all.add(new Case("logSumExp " + name, in -> in.get(0).logSumExp(a), List.of(x), small));
        all.add(
            new Case("prod " + name, in -> in.get(0).mul(0.1).add(1).prod(a), List.of(x), small));
        all.add(constant("any " + name, in -> in.get(0).gt(1).any(a), x));
        all.add(constant("all " + name, in -> in.get(0).gt(-9).all(a), x));
        all.add(constant("sum i32 " + name, in -> in.get(0).sum(a), whole));
        if (a.length == 1) {
          all.add(constant("argMax " + name, in -> in.get(0).argMax(a[0]), x));
          all.add(constant("argMin " + name, in -> in.get(0).argMin(a[0]), x));
          all.add(new Case("softmax " + name, in -> in.get(0).softmax(a[0]), List.of(x), small));
          all.add(
              new Case("logSoftmax " + name, in -> in.get(0).logSoftmax(a[0]), List.of(x), small));
        }
      }
    }
    Tensor zeros = Tensor.of(new float[] {2, 0, 3, 4, 0, 0, 1, 5, 2}, Shape.of(3, 3));
    all.add(Case.of("prod with zeros", in -> in.get(0).prod(1), zeros));
    all.add(constant("sum of nothing", in -> in.get(0).sum(0), Tensor.zeros(0, 3)));
    all.add(constant("prod of nothing", in -> in.get(0).prod(0), Tensor.zeros(0, 3)));
    all.add(constant("sum to nothing", in -> in.get(0).sum(1), Tensor.zeros(0, 3)));
  }

  private static void views(List<Case> all) {
    Tensor x = sample(8, -2, 2, 3, 4, 5);
    all.add(Case.of("reshape", in -> in.get(0).reshape(5, -1).square(), x));
    all.add(Case.of("permute", in -> in.get(0).permute(2, 0, 1).square(), x));
    all.add(Case.of("permute, reshape", in -> in.get(0).permute(2, 0, 1).reshape(6, 10).exp(), x));
    all.add(Case.of("transpose", in -> in.get(0).transpose().square(), x));
    all.add(Case.of("expand", in -> in.get(0).sum(1).unsqueeze(1).expand(3, 6, 5).square(), x));
    all.add(Case.of("slice", in -> in.get(0).slice("1:, ::-2, 1:4:2").square(), x));
    all.add(Case.of("slice to nothing", in -> in.get(0).slice("2:1").square().sum(), x));
    all.add(Case.of("flip", in -> in.get(0).flip(0, 2).square(), x));
    all.add(Case.of("narrow", in -> in.get(0).narrow(1, 1, 2).square(), x));
    all.add(Case.of("squeeze", in -> in.get(0).unsqueeze(0).squeeze(0).square(), x));
    all.add(Case.of("broadcast", in -> in.get(0).mul(in.get(1)), x, sample(9, -1, 1, 4, 1)));
    Tensor wide = sample(10, -2, 2, 70, 90);
    all.add(constant("big transpose", in -> in.get(0).transpose().mul(2), wide));
    all.add(constant("big slice", in -> in.get(0).slice("::-1, ::3").add(1), wide));
  }

  private static void products(List<Case> all) {
    int[][] sizes = {
      {1, 1, 1},
      {2, 8, 1},
      {1, 13, 7},
      {7, 13, 1},
      {4, 3, 5},
      {13, 7, 17},
      {3, 0, 2},
      {0, 3, 2},
      {33, 65, 31},
      {207, 3, 130},
      {2, 4098, 3}
    };
    for (int[] s : sizes) {
      Tensor a = sample(11, -1, 1, s[0], s[1]);
      Tensor b = sample(12, -1, 1, s[1], s[2]);
      boolean small = s[0] * s[1] * s[2] < 200 && s[0] * s[1] * s[2] > 0;
      String name = "matmul " + s[0] + "×" + s[1] + "×" + s[2];
      all.add(new Case(name, in -> in.get(0).matmul(in.get(1)), List.of(a, b), small));
      all.add(
          new Case(
              name + " ᵀ·",
              in -> in.get(0).transpose().matmul(in.get(1)),
              List.of(a.transpose().mul(1).eval(), b),
              small));
      all.add(
          new Case(
              name + " ·ᵀ",
              in -> in.get(0).matmul(in.get(1).transpose()),
              List.of(a, b.transpose().mul(1).eval()),
              small));
      all.add(
          new Case(
              name + " ᵀ·ᵀ",
              in -> in.get(0).transpose().matmul(in.get(1).transpose()),
              List.of(a.transpose().mul(1).eval(), b.transpose().mul(1).eval()),
              small));
    }
    Tensor batch = sample(13, -1, 1, 3, 4, 5);
    all.add(Case.of("matmul batch", in -> in.get(0).matmul(in.get(0).transpose()), batch));
    all.add(
        Case.of(
            "matmul batch broadcast",
            in -> in.get(0).unsqueeze(1).matmul(in.get(1)),
            batch,
            sample(14, -1, 1, 2, 5, 3)));
    all.add(
        Case.of(
            "matmul batch · matrix",
            in -> in.get(0).matmul(in.get(1)),
            batch,
            sample(14, -1, 1, 5, 3)));
    all.add(
        Case.of(
            "matmul vectors",
            in -> in.get(0).matmul(in.get(1)),
            sample(15, -1, 1, 6),
            sample(16, -1, 1, 6)));
    all.add(
        Case.of(
            "matmul of slices",
            in -> in.get(0).slice("::2, 1:4").matmul(in.get(1).slice("1:4, ::-1")),
            sample(15, -1, 1, 6, 5),
            sample(16, -1, 1, 5, 4)));
    all.add(
        constant(
            "matmul i32",
            in -> in.get(0).mul(9).cast(DType.INT32).matmul(in.get(1).mul(9).cast(DType.INT32)),
            sample(15, -1, 1, 6, 5),
            sample(16, -1, 1, 5, 4)));
  }

  private static void windows(List<Case> all) {
    Tensor x = distinct(17, 2, 4, 6, 7);
    Tensor w = sample(18, -1, 1, 6, 4, 3, 3);
    Window2d three = Window2d.of(3);
    List<Window2d> windows =
        List.of(
            three,
            three.same(),
            three.stride(2),
            three.stride(2).same(),
            three.pad(1).stride(3, 2),
            three.dilation(2).same(),
            three.pad(2, 0));
    for (Window2d v : windows) {
      all.add(Case.of("conv2d " + v, in -> in.get(0).conv2d(in.get(1), v), x, w));
    }
    all.add(
        Case.of(
            "conv2d groups",
            in -> in.get(0).conv2d(in.get(1), three.groups(2).same()),
            x,
            sample(18, -1, 1, 6, 2, 3, 3)));
    all.add(
        Case.of(
            "conv2d depthwise",
            in -> in.get(0).conv2d(in.get(1), three.groups(4).stride(2)),
            x,
            sample(18, -1, 1, 4, 1, 3, 3)));
    all.add(
        Case.of("conv2d 1x1", in -> in.get(0).conv2d(in.get(1)), x, sample(18, -1, 1, 5, 4, 1, 1)));
    all.add(
        Case.of(
            "conv2d 1x1 / 2",
            in -> in.get(0).conv2d(in.get(1), Window2d.of(1).stride(2)),
            x,
            sample(18, -1, 1, 5, 4, 1, 1)));
    all.add(
        Case.of(
            "conv2d 5x2 of one channel",
            in -> in.get(0).conv2d(in.get(1)),
            sample(17, -1, 1, 1, 1, 9, 6),
            sample(18, -1, 1, 20, 1, 5, 2)));
    all.add(
        constant(
            "conv2d larger",
            in -> in.get(0).conv2d(in.get(1), three.same()),
            sample(17, -1, 1, 3, 17, 19, 13),
            sample(18, -1, 1, 33, 17, 3, 3)));
    all.add(
        constant(
            "conv2d larger, gradient of weights",
            in -> in.get(0).conv2d(in.get(1), three.same()).tanh().sum().grad(in.get(1)).getFirst(),
            sample(17, -1, 1, 3, 17, 19, 13),
            sample(18, -0.1, 0.1, 33, 17, 3, 3)));
    all.add(
        constant(
            "conv2d larger, gradient of input",
            in ->
                in.get(0)
                    .conv2d(in.get(1), three.stride(2))
                    .tanh()
                    .sum()
                    .grad(in.get(0))
                    .getFirst(),
            sample(17, -1, 1, 3, 17, 19, 13),
            sample(18, -0.1, 0.1, 33, 17, 3, 3)));
    List<Window2d> pools =
        List.of(
            Window2d.of(2).stride(2),
            three.stride(2).pad(1),
            three.same(),
            three.stride(2).ceilMode(),
            Window2d.of(2, 3).stride(1, 2),
            three.stride(2).pad(1).ceilMode());
    for (Window2d v : pools) {
      all.add(Case.of("maxPool2d " + v, in -> in.get(0).maxPool2d(v).square(), x));
      all.add(Case.of("avgPool2d " + v, in -> in.get(0).avgPool2d(v).square(), x));
    }
  }

  private static void indices(List<Case> all) {
    Tensor x = sample(19, -1, 1, 5, 4, 3);
    Tensor i = Tensor.of(new int[] {4, 0, 2, 2, 1, 0}, Shape.of(2, 3));
    Tensor j = Tensor.of(new long[] {2, 0, 1}, Shape.of(3));
    all.add(Case.of("gather 0", in -> in.get(0).gather(0, i).square(), x));
    all.add(Case.of("gather 1", in -> in.get(0).gather(1, j).square(), x));
    all.add(Case.of("gather 2", in -> in.get(0).gather(2, j).square(), x));
    all.add(constant("gather i32", in -> in.get(0).mul(9).cast(DType.INT32).gather(1, j), x));
    all.add(constant("one-hot", in -> i.add(in.get(0).size() * 0).oneHot(5), x));
    for (int axis = 0; axis < 3; axis++) {
      int a = axis;
      all.add(
          Case.of(
              "concat " + a,
              in -> in.get(0).concat(a, in.get(0).mul(2), in.get(0).exp()).square(),
              x));
      all.add(Case.of("stack " + a, in -> in.get(0).stack(a, in.get(0).mul(2)).square(), x));
      all.add(Case.of("pad " + a, in -> in.get(0).pad(a, 1, 2, 0).square(), x));
      all.add(Case.of("pad with 3 " + a, in -> in.get(0).pad(a, 2, 0, 3).square(), x));
    }
  }

  private static void compositions(List<Case> all) {
    Tensor x = sample(20, -2, 2, 6, 5);
    Tensor y = Tensor.of(new int[] {0, 4, 2, 1, 1, 3}, Shape.of(6));
    Tensor z = sample(21, 0, 1, 6, 5);
    all.add(Case.of("cross entropy", in -> in.get(0).crossEntropy(y), x));
    all.add(Case.of("cross entropy, smoothed", in -> in.get(0).crossEntropy(y, 0.1), x));
    all.add(
        Case.of(
            "cross entropy of probabilities",
            in -> in.get(0).crossEntropy(in.get(1).softmax(1)),
            x,
            z));
    all.add(Case.of("bce with logits", in -> in.get(0).bceWithLogits(in.get(1)), x, z));
    all.add(Case.of("mse", in -> in.get(0).mse(in.get(1)), x, z));
    all.add(Case.of("mae", in -> in.get(0).mae(in.get(1)), x, z));
    all.add(Case.of("huber", in -> in.get(0).huber(in.get(1), 0.7), x, z));
    for (int width : new int[] {3, 50, 1024, 1500, 3000}) {
      Tensor wide = sample(24, -1, 1, 40, width);
      Tensor bias = sample(25, -1, 1, width);
      all.add(
          constant(
              "bias, relu and gradients, " + width + " wide",
              in -> {
                Tensor h = in.get(0).add(in.get(1)).relu();
                Tensor loss = h.mul(in.get(1)).tanh().sum();
                return loss.grad(in.get(1)).getFirst().add(h.sum(0));
              },
              wide,
              bias));
    }
    all.add(Case.of("layer norm", Cases::layerNorm, sample(22, -1, 1, 4, 9)));
    all.add(Case.of("batch norm", Cases::batchNorm, sample(22, -1, 1, 3, 2, 4, 5)));
    all.add(
        Case.of(
            "gradient of a gradient",
            in -> in.get(0).tanh().square().sum().grad(in.get(0)).getFirst(),
            x));
    all.add(
        Case.of(
            "gradient of a convolution's gradient",
            in -> in.get(0).conv2d(in.get(1)).tanh().sum().grad(in.get(1)).getFirst(),
            sample(22, -1, 1, 1, 2, 4, 4),
            sample(23, -1, 1, 2, 2, 3, 3)));
    all.add(
        constant(
            "softmax cross entropy far out",
            in -> in.get(0).mul(1000).crossEntropy(y).add(in.get(0).mul(1000).bceWithLogits(z)),
            x));
    all.add(
        constant(
            "uniform",
            in -> dev.hebb.tensor.Random.uniformOnce(Shape.of(1003), dev.hebb.tensor.Seed.of(5)),
            x));
    all.add(
        constant(
            "arange, eye, full",
            in ->
                Tensor.arange(7)
                    .reshape(7, 1)
                    .add(Tensor.eye(7))
                    .mul(Tensor.full(Shape.of(7, 7), 2.5)),
            x));
  }

  private static Tensor layerNorm(List<Tensor> in) {
    Tensor x = in.get(0);
    Tensor centred = x.sub(x.mean(-1).unsqueeze(-1));
    return centred.div(x.var(-1).unsqueeze(-1).add(1e-5).sqrt()).tanh();
  }

  private static Tensor batchNorm(List<Tensor> in) {
    Tensor x = in.get(0);
    Tensor centred = x.sub(x.mean(0, 2, 3).reshape(2, 1, 1));
    return centred.div(x.var(0, 2, 3).reshape(2, 1, 1).add(1e-5).sqrt()).tanh();
  }
}
