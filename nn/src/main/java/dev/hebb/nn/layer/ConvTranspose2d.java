package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.op.Window;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;

/**
 * A transposed convolution, which makes pictures larger: what a convolution's gradient does with
 * the picture that goes into this layer (Zeiler et al., “Deconvolutional networks”, 2010). Every
 * pixel adds its multiple of the kernel at its place in the result.
 *
 * <p>x is [n, channels in, h, w], the result [n, channels, (h − 1)·stride − 2·pad + kernel, …]; w
 * is [channels in, channels, kernel, kernel], b is [channels].
 *
 * @param channels how many channels come out, ≥ 1
 * @param kernel the window's height and width, ≥ 1
 * @param stride the distance of neighbouring pixels in the result, ≥ 1
 * @param pad how many pixels are cut off on all four sides, ≥ 0
 * @param bias whether b is there
 * @param init how w starts
 */
public record ConvTranspose2d(
    int channels, int kernel, int stride, int pad, boolean bias, Init init) implements Layer {
  /** Checks the ranges. */
  public ConvTranspose2d {
    if (channels < 1 || kernel < 1 || stride < 1 || pad < 0) {
      throw new HebbException(
          "convTranspose2d: channels, kernel and stride must be at least 1 and pad not negative, not %d, %d, %d and %d"
              .formatted(channels, kernel, stride, pad));
    }
  }

  /** With this distance of neighbouring pixels. */
  public ConvTranspose2d stride(int s) {
    return new ConvTranspose2d(channels, kernel, s, pad, bias, init);
  }

  /** With this many pixels cut off on all four sides. */
  public ConvTranspose2d pad(int p) {
    return new ConvTranspose2d(channels, kernel, stride, p, bias, init);
  }

  /** Without b. */
  public ConvTranspose2d noBias() {
    return new ConvTranspose2d(channels, kernel, stride, pad, false, init);
  }

  /** With other initial weights. */
  public ConvTranspose2d init(Init weights) {
    return new ConvTranspose2d(channels, kernel, stride, pad, bias, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 3) {
      throw p.mismatch(
          this,
          "a picture per example (channels, height, width)",
          in,
          "reshape(channels, height, width)");
    }
    int height = (in.dim(1) - 1) * stride - 2 * pad + kernel;
    int width = (in.dim(2) - 1) * stride - 2 * pad + kernel;
    if (height < 1 || width < 1) {
      throw new ShapeError(
          "nothing is left of the result after cutting off %d pixels; use less padding"
              .formatted(pad));
    }
    Tensor w = p.param("w", Shape.of(in.dim(0), channels, kernel, kernel), init);
    Shape out = Shape.of(p.dtype(), channels, height, width);
    if (!bias) {
      return Block.of(out, x -> transposed(x, w, height, width));
    }
    Tensor b = p.zeros("b", channels);
    return Block.of(out, x -> transposed(x, w, height, width).add(b.reshape(channels, 1, 1)));
  }

  /** The gradient, at x, of a convolution from height × width pixels to those of x. */
  private Tensor transposed(Tensor x, Tensor w, int height, int width) {
    Window.Geometry g =
        new Window.Geometry(
            x.dim(0), height, width, channels, x.dim(1), x.dim(2), x.dim(3), kernel, kernel, stride,
            stride, pad, pad, pad, pad, 1, 1, 1);
    return Tensor.apply(
            new Window(Window.Kind.CONV_INPUT_GRAD, g),
            w.permute(2, 3, 1, 0),
            x.permute(0, 2, 3, 1))
        .permute(0, 3, 1, 2);
  }

  @Override
  public String toString() {
    return "ConvTranspose2d(%d, %d%s%s%s)"
        .formatted(
            channels,
            kernel,
            stride > 1 ? ", stride " + stride : "",
            pad > 0 ? ", pad " + pad : "",
            bias ? "" : ", no bias");
  }
}
