package dev.hebb.jmh;

import dev.hebb.nn.Layers;
import dev.hebb.op.Activation;
import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import dev.hebb.runtime.simd.Conv2dForward;
import dev.hebb.runtime.simd.Conv2dInputGrad;
import dev.hebb.runtime.simd.Conv2dWeightGrad;
import dev.hebb.runtime.simd.ConvShape;
import dev.hebb.runtime.simd.Epilogue;
import dev.hebb.runtime.simd.Gemm;
import dev.hebb.runtime.simd.GemmShape;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The kernels in which training spends its time, each at the sizes of real networks. */
final class HotKernels {
  /**
   * A kernel with its operands.
   *
   * @param name what it does at which size
   * @param work floating-point operations of a run or, for elementwise chains, elements
   * @param run one run
   * @param place puts the operands where a program would have them by now
   */
  record HotKernel(String name, double work, Runnable run, Runnable place) {}

  private final List<HotKernel> all = new ArrayList<>();
  private final Gang gang = Gang.shared();

  private HotKernels() {}

  /** All of them, on the shared gang. */
  static List<HotKernel> all() {
    var kernels = new HotKernels();
    kernels.product(1, 512, 512, 512, false, false);
    kernels.product(1, 64, 128, 784, false, false);
    kernels.product(1, 784, 128, 64, true, false);
    kernels.product(1, 64, 784, 128, false, true);
    kernels.product(1, 32, 1024, 256, false, false);
    kernels.product(64, 64, 64, 32, false, true);
    kernels.product(1, 1, 128, 784, false, false);
    kernels.product(1, 64, 10, 128, false, false);
    kernels.frozen(1, 512, 512);
    kernels.convolutions("Winograd", 8, 32, 64, 64, 3, 1);
    kernels.frozenConvolution(1, 14, 160, 320);
    kernels.convolutions("direct", 64, 12, 20, 50, 5, 0);
    kernels.convolutions("direct", 8, 14, 480, 192, 1, 0);
    kernels.elementwise("cheap chain", x -> x.mul(1.5).add(0.25).relu().mul(x).add(x).mul(0.5));
    kernels.elementwise("exp", Tensor::exp);
    kernels.elementwise(
        "tanh·σ + mish",
        x -> x.mul(1.5).add(0.25).tanh().mul(x.sigmoid()).add(x.apply(Activation.MISH)));
    kernels.elementwise("softmax of 128", x -> x.reshape(-1, 128).softmax(-1));
    kernels.elementwise("norm of 128", HotKernels::normalised);
    var pool = Layers.maxPool(2).build(Shape.of(64, 32, 32), Seed.of(1));
    kernels.elementwise("max pool 2×2", x -> pool.forward(x.reshape(-1, 64, 32, 32)));
    return kernels.all;
  }

  private static Tensor normalised(Tensor x) {
    Tensor rows = x.reshape(-1, 128);
    Tensor centred = rows.sub(rows.mean(-1).reshape(-1, 1));
    return centred.div(centred.square().mean(-1).reshape(-1, 1).add(1e-5).sqrt());
  }

  private void product(int batch, int m, int n, int k, boolean transA, boolean transB) {
    String name =
        "%s%d×%d×%d %s%s"
            .formatted(
                batch > 1 ? batch + " of " : "", m, n, k, transA ? "t" : "n", transB ? "t" : "n");
    Kernel kernel = Gemm.of(batch, m, n, k, transA, transB);
    Buffers x = Buffers.of(kernel, batch * m * k, batch * k * n, batch * m * n);
    add(name, 2.0 * batch * m * n * k, kernel, x);
  }

  private void frozen(int m, int n, int k) {
    String name = "%d×%d×%d nn, frozen".formatted(m, n, k);
    GemmShape s = GemmShape.dense(1, m, n, k, false, false);
    addPrepared(name, 2.0 * m * n * k, Gemm.frozen(s, Epilogue.NONE), m * k, k * n, m * n);
  }

  private void frozenConvolution(int n, int h, int in, int out) {
    String name = "Winograd 3×3, %d→%d at %d², frozen".formatted(in, out, h);
    int pixels = n * h * h;
    Kernel kernel = Conv2dForward.of(ConvShape.plain(n, h, h, in, out, 3, 1));
    addPrepared(name, 18.0 * pixels * in * out, kernel, pixels * in, 9 * in * out, pixels * out);
  }

  /** A kernel whose weights do not change: its first phase has run. */
  private void addPrepared(String name, double work, Kernel kernel, int... sizes) {
    Buffers x = Buffers.of(kernel, sizes);
    gang.run(kernel, x.operands());
    add(name, work, new Later(kernel), x);
  }

  /** The phases after the first one. */
  private record Later(Kernel whole) implements Kernel {
    @Override
    public int phases() {
      return whole.phases() - 1;
    }

    @Override
    public int tasks(int phase) {
      return whole.tasks(phase + 1);
    }

    @Override
    public void run(int phase, int task, Operands x, Scratch s) {
      whole.run(phase + 1, task, x, s);
    }
  }

  /** All three directions. */
  private void convolutions(String form, int n, int h, int in, int out, int k, int pad) {
    int after = h + 2 * pad - k + 1;
    var s = new ConvShape(n, h, h, in, out, k, k, 1, 1, pad, pad, pad, pad, 1, 1, 1);
    int x = n * h * h * in;
    int y = n * after * after * out;
    int w = k * k * in * out;
    double work = 2.0 * y * k * k * in;
    String name = "%s %d×%d, %d→%d at %d²".formatted(form, k, k, in, out, h);
    Kernel forward = Conv2dForward.of(s);
    Kernel input = Conv2dInputGrad.of(s);
    Kernel weights = Conv2dWeightGrad.of(s);
    add(name, work, forward, Buffers.of(forward, x, w, y));
    add(name + ", input", work, input, Buffers.of(input, y, w, x));
    add(name + ", weights", work, weights, Buffers.of(weights, x, y, w));
  }

  private void add(String name, double work, Kernel kernel, Buffers x) {
    all.add(new HotKernel(name, work, () -> gang.run(kernel, x.operands()), x::place));
  }

  /**
   * Half a million elements, always in the same memory: a fresh result for each run is the memory
   * manager's work, and its speed.
   */
  private void elementwise(String name, UnaryOperator<Tensor> f) {
    Shape shape = Shape.of(1 << 19);
    Tensor x = Random.normalOnce(shape, Seed.of(1)).eval();
    Step step = Step.of(false, in -> List.of(f.apply(in.getFirst())));
    float[] in = x.toFloats();
    float[] out = new float[step.run(x).size()];
    all.add(new HotKernel(name, x.size(), () -> step.run(in, shape, out), () -> {}));
  }
}
