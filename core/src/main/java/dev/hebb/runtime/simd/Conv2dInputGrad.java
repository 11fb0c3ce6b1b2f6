package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradient of a convolution with respect to its input: dx = dy ∗ w, transposed.
 *
 * <p>With a stride, the inputs whose coordinates have the same remainder are reached by the same
 * kernel elements: each remainder is a dense convolution of dy with a part of the kernel, and no
 * zeros are inserted. Where that would compute mostly on padding, {@link ConvScatter} adds up what
 * each output hands back instead.
 *
 * <p>Operands: 0 dy, 1 w, 2 dx, then the weights if they are {@link Kernel#prepared()}, then the
 * workspace if {@link Kernel#workspace()} is not zero.
 *
 * @see ConvShape
 */
public final class Conv2dInputGrad {
  /** Scattering works on whole images; with fewer of them there is too little to share. */
  private static final int MANY_IMAGES = 8;

  /** Scattering costs about as much as two fifths of wasted multiply-adds. */
  private static final double SCATTER_BELOW = 0.6;

  private Conv2dInputGrad() {}

  /** Returns the kernel for the shape of the forward convolution. */
  public static Kernel of(ConvShape s) {
    return of(s, ConvLoops.best());
  }

  static Kernel of(ConvShape s, ConvLoops loops) {
    Panel panel = loops.panel();
    if (s.isPointwise()) {
      return Gemm.of(
          GemmShape.dense(1, s.n() * s.h() * s.w(), s.cin(), s.cout(), false, true), panel);
    }
    if (DepthwiseConv.fits(s)) {
      return new DepthwiseConv(DepthwiseConv.Direction.INPUT, s, Epilogue.NONE, loops.taps());
    }
    if (WinogradCost.paysBackward(s)) {
      return new WinogradConv(s, true, Epilogue.NONE, panel, loops.winograd());
    }
    if (s.groups() == 1 && s.n() >= MANY_IMAGES && usefulShare(s) < SCATTER_BELOW) {
      return new ConvScatter(s, panel, loops.runs());
    }
    List<ConvPass> passes = new ArrayList<>();
    for (int y = 0; y < Math.min(s.strideH(), s.h()); y++) {
      for (int x = 0; x < Math.min(s.strideW(), s.w()); x++) {
        ConvPass.Lattice part =
            new ConvPass.Lattice(
                Math.ceilDiv(s.h() - y, s.strideH()),
                Math.ceilDiv(s.w() - x, s.strideW()),
                1,
                1,
                y,
                x,
                s.strideH(),
                s.strideW());
        passes.add(new ConvPass(s, true, ConvTaps.backward(s, y, x), part, Epilogue.NONE, panel));
      }
    }
    return new ConvPasses(passes);
  }

  /**
   * Returns which share of a dense convolution's multiply-adds would not meet padding, with vectors
   * of {@link Panel#MOST_LANES}.
   */
  private static double usefulShare(ConvShape s) {
    int padded = Math.ceilDiv(s.cin(), Panel.MOST_LANES) * Panel.MOST_LANES;
    double columns = Math.min(1, (double) s.outW() * s.strideW() / s.w());
    return (double) s.cin() / Math.max(1, padded) * columns;
  }
}
