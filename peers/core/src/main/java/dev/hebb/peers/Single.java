package dev.hebb.peers;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A single kernel as a workload, named by its sizes: {@code nt-64x128x784} is the product of a plain
 * [64, 784] and a transposed [128, 784], {@code fwd-32x64x32-64x3p1} a convolution of 32 pictures of
 * 64 channels and 32 × 32 pixels to 64 channels by 3 × 3 windows with padding 1; {@code dx} and
 * {@code dw} are its gradients.
 */
public sealed interface Single {
  /** Floating-point operations. */
  double flops();

  /** A matrix product, row by row: c [m, n] = a · b, each operand as it is or transposed. */
  record Product(boolean transA, boolean transB, int m, int n, int k) implements Single {
    @Override
    public double flops() {
      return 2.0 * m * n * k;
    }
  }

  /** A convolution with stride 1 of square pictures, channels last. */
  record Convolution(String direction, int n, int cin, int side, int cout, int kernel, int pad)
      implements Single {
    /** Rows and columns of the result. */
    public int out() {
      return side + 2 * pad - kernel + 1;
    }

    @Override
    public double flops() {
      return 2.0 * n * out() * out() * cout * cin * kernel * kernel;
    }
  }

  /** The products of the workloads' layers, and large squares. */
  List<String> PRODUCTS =
      List.of(
          "nn-512x512x512",
          "nn-1024x1024x1024",
          "nn-2048x2048x2048",
          "nn-64x128x784",
          "nt-64x128x784",
          "tn-128x784x64",
          "nn-64x128x10",
          "nt-256x1024x784",
          "tn-1024x784x256",
          "nn-256x1024x1024",
          "nt-64x500x800",
          "tn-500x800x64",
          "nn-32x1024x256",
          "tn-1024x256x2048",
          "nt-1024x384x128",
          "nt-1024x128x512",
          "tn-512x128x1024",
          "nt-1x128x784");

  /** Convolutions of the workloads, in three directions. */
  List<String> CONVOLUTIONS =
      Stream.of(
              "32x64x32-64x3p1",
              "32x128x16-128x3p1",
              "64x20x12-50x5p0",
              "64x1x28-20x5p0",
              "8x480x14-192x1p0",
              "8x64x56-192x3p1")
          .flatMap(s -> Stream.of("fwd-" + s, "dx-" + s, "dw-" + s))
          .toList();

  /** Whether a workload's name is that of a single kernel. */
  static boolean isOne(String w) {
    return w.matches("[nt]{2}-.*|(fwd|dx|dw)-.*");
  }

  /** The kernel of a name. */
  static Single of(String w) {
    int[] d =
        Stream.of(w.substring(w.indexOf('-') + 1).split("[-xp]"))
            .mapToInt(Integer::parseInt)
            .toArray();
    return d.length == 3
        ? new Product(w.charAt(0) == 't', w.charAt(1) == 't', d[0], d[1], d[2])
        : new Convolution(w.substring(0, w.indexOf('-')), d[0], d[1], d[2], d[3], d[4], d[5]);
  }

  /** Uniform numbers in [−½, ½), the same for everybody. */
  static float[] random(long n) {
    var r = new Random(1);
    float[] x = new float[Math.toIntExact(n)];
    IntStream.range(0, x.length).forEach(i -> x[i] = r.nextFloat() - 0.5f);
    return x;
  }

  /** A session without parameters. */
  static Session session(Runnable step, java.util.function.Supplier<Float> first) {
    return new Session() {
      @Override
      public long params() {
        return 0;
      }

      @Override
      public void step() {
        step.run();
      }

      @Override
      public float loss() {
        return first.get();
      }
    };
  }
}
