package dev.hebb.tensor;

import dev.hebb.op.Contraction;
import dev.hebb.op.Window;
import java.util.Arrays;

/** Matrix products, convolutions and pooling. Pictures are [n, channels, height, width]. */
public sealed interface LinearMethods permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  /**
   * The matrix product over the last two axes; leading axes broadcast, vectors are rows on the left
   * and columns on the right, as in NumPy.
   *
   * @throws ShapeError if the inner dimensions differ
   */
  default Tensor matmul(Tensor w) {
    Tensor x = self();
    if (x.rank() == 0 || w.rank() == 0) {
      throw new ShapeError(
          "matmul: needs vectors or matrices, not a scalar: " + x.shape() + " @ " + w.shape());
    }
    int inner = w.rank() == 1 ? w.dim(0) : w.dim(-2);
    if (x.shape().last() != inner) {
      throw new ShapeError(
          "matmul: inner dimensions differ: %s @ %s (%d ≠ %d)%s"
              .formatted(
                  x.shape(),
                  w.shape(),
                  x.shape().last(),
                  inner,
                  w.rank() >= 2 && x.shape().last() == w.shape().last()
                      ? "; did you mean the transpose of the second?"
                      : ""));
    }
    DType type = DType.promote(DType.promote(x.dtype(), w.dtype()), DType.INT32);
    x = x.cast(type);
    w = w.cast(type);
    if (x.rank() == 1) {
      Tensor y = x.unsqueeze(0).matmul(w);
      return y.squeeze(w.rank() == 1 ? 0 : -2);
    }
    if (w.rank() == 1) {
      return x.matmul(w.unsqueeze(1)).squeeze(-1);
    }
    if (w.rank() == 2 && x.rank() > 2) { // one large product instead of many small ones
      int[] dims = x.shape().withLast(w.shape().last()).dims();
      int rows = x.shape().withLast(1).size();
      return Tensor.apply(new Contraction(), x.reshape(rows, inner), w).reshape(dims);
    }
    int[] batch = batch(x.shape()).broadcast(batch(w.shape()), "matmul (batch axes)").dims();
    return Tensor.apply(
        new Contraction(),
        x.broadcastTo(join(batch, x.shape())),
        w.broadcastTo(join(batch, w.shape())));
  }

  private static Shape batch(Shape s) {
    return Shape.of(Arrays.copyOf(s.dims(), s.rank() - 2));
  }

  private static int[] join(int[] batch, Shape s) {
    int[] dims = Arrays.copyOf(batch, batch.length + 2);
    dims[batch.length] = s.dim(-2);
    dims[batch.length + 1] = s.last();
    return dims;
  }

  /** Convolution with stride 1 and no padding; see {@link #conv2d(Tensor, Window2d)}. */
  default Tensor conv2d(Tensor w) {
    if (w.rank() != 4) {
      throw new ShapeError("conv2d: weights must be [out, in, height, width], not " + w.shape());
    }
    return conv2d(w, Window2d.of(w.dim(2), w.dim(3)));
  }

  /**
   * Two-dimensional cross-correlation: y[n, o, i, j] = Σ x[n, c, i·s + u·d − p, j·s + v·d − p] ·
   * w[o, c, u, v].
   *
   * @param w weights [out, in / groups, height, width]
   * @param window stride, padding, dilation and groups; its kernel must be that of w
   */
  default Tensor conv2d(Tensor w, Window2d window) {
    Tensor x = self();
    if (x.rank() != 4 || w.rank() != 4) {
      throw new ShapeError(
          "conv2d: takes [n, channels, height, width] and weights [out, in, height, width], not %s and %s"
              .formatted(x.shape(), w.shape()));
    }
    int groups = window.groups();
    if (x.dim(1) != w.dim(1) * groups || w.dim(0) % groups != 0) {
      throw new ShapeError(
          "conv2d: input %s has %d channels, weights %s in %d group(s) take %d (and the %d outputs must divide into the groups)"
              .formatted(x.shape(), x.dim(1), w.shape(), groups, w.dim(1) * groups, w.dim(0)));
    }
    if (window.kernelH() != w.dim(2) || window.kernelW() != w.dim(3)) {
      throw new ShapeError(
          "conv2d: the window is %dx%d, the weights %s are not"
              .formatted(window.kernelH(), window.kernelW(), w.shape()));
    }
    DType type = DType.promote(DType.promote(x.dtype(), w.dtype()), DType.FLOAT32);
    Window.Geometry g = window.over("conv2d", x.shape(), w.dim(0));
    return Tensor.apply(
            new Window(Window.Kind.CONV, g),
            channelsLast(x.cast(type)),
            w.cast(type).permute(2, 3, 1, 0))
        .permute(0, 3, 1, 2);
  }

  /**
   * Transposed convolution, the adjoint of {@link #conv2d(Tensor, Window2d)}: every pixel of x adds
   * its multiple of the kernel at its place, so that pictures grow: [n, in, h, w] → [n, out, (h −
   * 1)·stride − 2·pad + dilation·(kernel − 1) + 1 + more, …].
   *
   * @param w weights [in, out / groups, height, width]
   * @param window stride, padding (how much is cut off; not “same”), dilation and groups; its
   *     kernel must be that of w
   * @param more rows and columns added at the bottom and right, which a convolution with this
   *     stride would not look at; 0 to stride − 1
   */
  default Tensor convTranspose2d(Tensor w, Window2d window, int more) {
    Tensor x = self();
    if (x.rank() != 4 || w.rank() != 4) {
      throw new ShapeError(
          "convTranspose2d: takes [n, channels, height, width] and weights [in, out, height, width], not %s and %s"
              .formatted(x.shape(), w.shape()));
    }
    if (x.dim(1) != w.dim(0) || w.dim(0) % window.groups() != 0) {
      throw new ShapeError(
          "convTranspose2d: input %s has %d channels, weights %s take %d, in %d group(s)"
              .formatted(x.shape(), x.dim(1), w.shape(), w.dim(0), window.groups()));
    }
    if (window.kernelH() != w.dim(2) || window.kernelW() != w.dim(3)) {
      throw new ShapeError(
          "convTranspose2d: the window is %dx%d, the weights %s are not"
              .formatted(window.kernelH(), window.kernelW(), w.shape()));
    }
    DType type = DType.promote(DType.promote(x.dtype(), w.dtype()), DType.FLOAT32);
    Window.Geometry g =
        window.under("convTranspose2d", x.shape(), w.dim(1) * window.groups(), more);
    return Tensor.apply(
            new Window(Window.Kind.CONV_INPUT_GRAD, g),
            w.cast(type).permute(2, 3, 1, 0),
            channelsLast(x.cast(type)))
        .permute(0, 3, 1, 2);
  }

  private static Tensor channelsLast(Tensor x) {
    return x.permute(0, 2, 3, 1);
  }

  private Window.Geometry pool(String what, Window2d window) {
    if (self().rank() != 4) {
      throw new ShapeError(what + ": takes [n, channels, height, width], not " + self().shape());
    }
    if (window.padH() > window.kernelH() / 2 || window.padW() > window.kernelW() / 2) {
      throw new ShapeError(
          "%s: padding %dx%d is more than half the window %dx%d, so that a window could see padding alone"
              .formatted(what, window.padH(), window.padW(), window.kernelH(), window.kernelW()));
    }
    return window.groups(1).over(what, self().shape(), self().dim(1));
  }

  /** The largest element of each window; padding never wins. */
  default Tensor maxPool2d(Window2d window) {
    Window.Geometry g = pool("maxPool2d", window);
    Tensor x = channelsLast(self());
    return Tensor.apply(new Window(Window.Kind.POOL_TAKE, g), x, x).permute(0, 3, 1, 2);
  }

  /** The mean of each window over the elements inside the picture. */
  default Tensor avgPool2d(Window2d window) {
    return avgPool2d(window, false);
  }

  /**
   * The mean of each window.
   *
   * @param countPadding whether padding counts, as zeros; what overhangs the padded picture (with
   *     {@link Window2d#ceilMode}) never does
   */
  default Tensor avgPool2d(Window2d window, boolean countPadding) {
    Tensor x = self().dtype().isFloating() ? self() : self().cast(DType.FLOAT32);
    LinearMethods methods = x;
    Window.Geometry g = methods.pool("avgPool2d", window);
    Tensor sum =
        Tensor.apply(new Window(Window.Kind.POOL_SUM, g), channelsLast(x)).permute(0, 3, 1, 2);
    Window.Geometry one = g.ofOnes(countPadding);
    if (one.isInside()) {
      return sum.mul(1.0 / (g.kh() * g.kw()));
    }
    Tensor ones = Tensor.full(Shape.of(x.dtype(), 1, one.h(), one.w(), 1), 1);
    Tensor count = Tensor.apply(new Window(Window.Kind.POOL_SUM, one), ones).permute(0, 3, 1, 2);
    return sum.div(count);
  }
}
