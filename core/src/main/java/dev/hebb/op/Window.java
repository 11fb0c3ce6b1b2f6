package dev.hebb.op;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A window that slides over the two middle axes of an [n, height, width, channels] tensor.
 *
 * <p>The kinds are closed under differentiation: the three convolutions are each other's gradients,
 * and so are a pooling and its scatter.
 *
 * @param kind what happens under the window
 * @param g the geometry
 */
public record Window(Kind kind, Geometry g) implements Op {
  /** What happens under the window. */
  public enum Kind {
    /** x, w[kh, kw, cin/groups, cout] → y: the cross-correlation that networks call convolution. */
    CONV,
    /** w, gradient of y → gradient of x. */
    CONV_INPUT_GRAD,
    /** x, gradient of y → gradient of w. */
    CONV_WEIGHT_GRAD,
    /** x, v → v at the first largest x (or NaN) of each window; max pooling is x, x. */
    POOL_TAKE,
    /** x, gradient of y → added to the place of the first largest x of each window. */
    POOL_SCATTER,
    /** x → the sum of each window. */
    POOL_SUM,
    /** gradient of y → added to every place of its window. */
    POOL_SUM_SCATTER
  }

  /**
   * Sizes of input, output and window. A window may overhang the padded input at the bottom and
   * right (ceil mode); padding is zero for convolutions and sums and never wins a maximum.
   *
   * @param n batch
   * @param h input height
   * @param w input width
   * @param cin input channels
   * @param cout output channels; equal to cin for pooling
   * @param outH output height
   * @param outW output width
   * @param kh window height
   * @param kw window width
   * @param strideH vertical stride
   * @param strideW horizontal stride
   * @param padTop rows of padding above
   * @param padLeft columns of padding to the left
   * @param padBottom rows of padding below
   * @param padRight columns of padding to the right
   * @param dilH vertical dilation
   * @param dilW horizontal dilation
   * @param groups groups of channels that do not see each other
   */
  public record Geometry(
      int n,
      int h,
      int w,
      int cin,
      int cout,
      int outH,
      int outW,
      int kh,
      int kw,
      int strideH,
      int strideW,
      int padTop,
      int padLeft,
      int padBottom,
      int padRight,
      int dilH,
      int dilW,
      int groups) {
    /**
     * The same windows over one picture of ones, whose sums are the numbers of elements under them.
     *
     * @param padded whether padding is a part of that picture
     */
    public Geometry ofOnes(boolean padded) {
      return padded
          ? new Geometry(
              1,
              h + padTop + padBottom,
              w + padLeft + padRight,
              1,
              1,
              outH,
              outW,
              kh,
              kw,
              strideH,
              strideW,
              0,
              0,
              0,
              0,
              dilH,
              dilW,
              1)
          : new Geometry(
              1, h, w, 1, 1, outH, outW, kh, kw, strideH, strideW, padTop, padLeft, padBottom,
              padRight, dilH, dilW, 1);
    }

    /** Whether no window sees more than the picture. */
    public boolean isInside() {
      return padTop == 0
          && padLeft == 0
          && (outH - 1) * strideH + (kh - 1) * dilH < h
          && (outW - 1) * strideW + (kw - 1) * dilW < w;
    }

    /** [n, h, w, cin]. */
    Shape input(Shape like) {
      return Shape.of(like.dtype(), n, h, w, cin);
    }

    /** [n, outH, outW, cout]. */
    Shape output(Shape like) {
      return Shape.of(like.dtype(), n, outH, outW, cout);
    }

    /** [kh, kw, cin/groups, cout]. */
    Shape weights(Shape like) {
      return Shape.of(like.dtype(), kh, kw, cin / groups, cout);
    }
  }

  @Override
  public String name() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return name + "[" + g.kh + "x" + g.kw + (g.strideH > 1 ? "/" + g.strideH : "") + "]";
  }

  @Override
  public Shape infer(List<Shape> in) {
    Shape like = in.getFirst();
    List<Shape> expected =
        switch (kind) {
          case CONV -> List.of(g.input(like), g.weights(like));
          case CONV_INPUT_GRAD -> List.of(g.weights(like), g.output(like));
          case CONV_WEIGHT_GRAD, POOL_SCATTER -> List.of(g.input(like), g.output(like));
          case POOL_TAKE -> List.of(g.input(like), g.input(like));
          case POOL_SUM -> List.of(g.input(like));
          case POOL_SUM_SCATTER -> List.of(g.output(like));
        };
    if (!in.equals(expected)) {
      throw new ShapeError(name() + " takes " + expected + ", not " + in);
    }
    return switch (kind) {
      case CONV, POOL_TAKE, POOL_SUM -> g.output(like);
      case CONV_INPUT_GRAD, POOL_SCATTER, POOL_SUM_SCATTER -> g.input(like);
      case CONV_WEIGHT_GRAD -> g.weights(like);
    };
  }

  /** Visits every pair of an output position and an input position under its window. */
  private void visit(Visitor visitor) {
    for (int b = 0; b < g.n; b++) {
      for (int oy = 0; oy < g.outH; oy++) {
        for (int ox = 0; ox < g.outW; ox++) {
          for (int ky = 0; ky < g.kh; ky++) {
            for (int kx = 0; kx < g.kw; kx++) {
              int iy = oy * g.strideH + ky * g.dilH - g.padTop;
              int ix = ox * g.strideW + kx * g.dilW - g.padLeft;
              if (iy >= 0 && iy < g.h && ix >= 0 && ix < g.w) {
                visitor.at(
                    (b * g.outH + oy) * g.outW + ox, (b * g.h + iy) * g.w + ix, ky * g.kw + kx);
              }
            }
          }
        }
      }
    }
  }

  private interface Visitor {
    void at(int outPixel, int inPixel, int tap);
  }

  @Override
  public NdArray reference(List<NdArray> in, Shape out) {
    var y = new NdArray(out);
    NdArray a = in.getFirst();
    NdArray b = in.getLast();
    switch (kind) {
      case CONV, CONV_INPUT_GRAD, CONV_WEIGHT_GRAD -> {
        int cinG = g.cin / g.groups;
        int coutG = g.cout / g.groups;
        visit((o, i, tap) -> {
          for (int co = 0; co < g.cout; co++) {
            for (int c = 0; c < cinG; c++) {
              int x = i * g.cin + co / coutG * cinG + c;
              int w = (tap * cinG + c) * g.cout + co;
              int z = o * g.cout + co;
              switch (kind) {
                case CONV -> y.set(z, y.get(z) + a.get(x) * b.get(w));
                case CONV_INPUT_GRAD -> y.set(x, y.get(x) + a.get(w) * b.get(z));
                default -> y.set(w, y.get(w) + a.get(x) * b.get(z));
              }
            }
          }
        });
      }
      case POOL_TAKE, POOL_SCATTER -> {
        int[] best = new int[g.n * g.outH * g.outW * g.cin];
        Arrays.fill(best, -1);
        visit((o, i, tap) -> {
          for (int c = 0; c < g.cin; c++) {
            int at = o * g.cin + c;
            double x = a.get(i * g.cin + c);
            double m = best[at] < 0 ? 0 : a.get(best[at]);
            if (best[at] < 0 || x > m || Double.isNaN(x) && !Double.isNaN(m)) {
              best[at] = i * g.cin + c;
            }
          }
        });
        for (int o = 0; o < best.length; o++) {
          if (kind == Kind.POOL_TAKE) {
            y.set(o, b.get(best[o]));
          } else {
            y.set(best[o], y.get(best[o]) + b.get(o));
          }
        }
      }
      case POOL_SUM, POOL_SUM_SCATTER ->
          visit((o, i, tap) -> {
            for (int c = 0; c < g.cin; c++) {
              int to = (kind == Kind.POOL_SUM ? o : i) * g.cin + c;
              int from = (kind == Kind.POOL_SUM ? i : o) * g.cin + c;
              y.set(to, y.get(to) + a.get(from));
            }
          });
    }
    return y;
  }

  private Tensor of(Kind other, Tensor... in) {
    return Tensor.apply(new Window(other, g), in);
  }

  @Override
  public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor d) {
    Tensor a = in.getFirst();
    Tensor b = in.getLast();
    return switch (kind) {
      case CONV -> Arrays.asList(of(Kind.CONV_INPUT_GRAD, b, d), of(Kind.CONV_WEIGHT_GRAD, a, d));
      case CONV_INPUT_GRAD -> Arrays.asList(of(Kind.CONV_WEIGHT_GRAD, d, b), of(Kind.CONV, d, a));
      case CONV_WEIGHT_GRAD -> Arrays.asList(of(Kind.CONV_INPUT_GRAD, d, b), of(Kind.CONV, a, d));
      case POOL_TAKE -> Arrays.asList(null, of(Kind.POOL_SCATTER, a, d));
      case POOL_SCATTER -> Arrays.asList(null, of(Kind.POOL_TAKE, a, d));
      case POOL_SUM -> Arrays.asList(of(Kind.POOL_SUM_SCATTER, d));
      case POOL_SUM_SCATTER -> Arrays.asList(of(Kind.POOL_SUM, d));
    };
  }
}
