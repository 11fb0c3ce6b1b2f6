package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import java.util.List;

/**
 * The convolution y = x ∗ w of float32 images.
 *
 * <p>Operands: 0 x, 1 w, 2 y, then what the epilogue adds, then the weights if they are {@link
 * Kernel#prepared()}, then the workspace if {@link Kernel#workspace()} is not zero.
 *
 * @see ConvShape
 */
public final class Conv2dForward {
  private Conv2dForward() {}

  /** Returns the kernel for a shape. */
  public static Kernel of(ConvShape s) {
    return of(s, Epilogue.NONE);
  }

  /** Returns the kernel for a shape that finishes its results. */
  public static Kernel of(ConvShape s, Epilogue epilogue) {
    return of(s, epilogue, ConvLoops.best());
  }

  /** The same for weights that seldom change: what is done to them is {@link Kernel#prepares}. */
  public static Kernel prepared(ConvShape s, Epilogue epilogue) {
    return s.isPointwise() ? Gemm.frozen(product(s), epilogue) : of(s, epilogue);
  }

  private static GemmShape product(ConvShape s) {
    int pixels = s.n() * s.h() * s.w();
    return GemmShape.dense(1, pixels, s.cout(), s.cin(), false, false)
        .leading(s.cin(), s.cout(), s.pitch());
  }

  static Kernel of(ConvShape s, Epilogue epilogue, ConvLoops loops) {
    Panel panel = loops.panel();
    if (s.isPointwise()) {
      return Gemm.of(product(s), epilogue, panel);
    }
    if (DepthwiseConv.fits(s)) {
      return new DepthwiseConv(DepthwiseConv.Direction.FORWARD, s, epilogue, loops.taps());
    }
    if (ConvColumns.pays(s, panel)) {
      return new ConvColumns(s, epilogue, panel);
    }
    if (WinogradCost.paysForward(s)) {
      return new WinogradConv(s, false, epilogue, panel, loops.winograd());
    }
    ConvPass.Lattice all =
        new ConvPass.Lattice(s.outH(), s.outW(), s.strideH(), s.strideW(), 0, 0, 1, 1);
    return new ConvPasses(
        List.of(new ConvPass(s, false, ConvTaps.forward(s), all, epilogue, panel)));
  }
}
