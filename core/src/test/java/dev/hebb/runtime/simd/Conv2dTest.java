package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.KernelRunner.VECTOR_PANEL;
import static dev.hebb.runtime.simd.KernelRunner.VECTOR_WINOGRAD;
import static dev.hebb.runtime.simd.KernelRunner.assertClose;
import static dev.hebb.runtime.simd.KernelRunner.assertSame;
import static dev.hebb.runtime.simd.KernelRunner.assertSameBits;
import static dev.hebb.runtime.simd.KernelRunner.random;
import static dev.hebb.runtime.simd.KernelRunner.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class Conv2dTest {
  private static final List<ConvShape> SHAPES =
      List.of(
          ConvShape.plain(1, 1, 1, 1, 1, 1, 0),
          ConvShape.plain(2, 5, 7, 3, 4, 3, 1),
          ConvShape.plain(3, 6, 6, 5, 7, 1, 0),
          ConvShape.plain(2, 13, 9, 1, 20, 5, 0),
          ConvShape.plain(2, 12, 12, 20, 50, 5, 0),
          ConvShape.plain(1, 7, 7, 3, 33, 7, 3),
          ConvShape.plain(1, 4, 4, 2, 3, 3, 2),
          ConvShape.plain(5, 9, 8, 64, 17, 3, 1),
          ConvShape.plain(1, 6, 5, 150, 40, 3, 1),
          ConvShape.plain(0, 6, 5, 2, 3, 3, 1),
          // few channels and many images: the input gradient is scattered
          ConvShape.plain(9, 6, 5, 3, 20, 3, 1),
          ConvShape.plain(8, 12, 12, 20, 50, 5, 0),
          new ConvShape(8, 9, 8, 3, 7, 3, 2, 2, 3, 1, 0, 2, 1, 1, 1, 1),
          new ConvShape(8, 9, 9, 2, 19, 3, 3, 1, 2, 2, 3, 2, 3, 2, 2, 1),
          // few channels and wide rows, which are written out
          ConvShape.plain(2, 24, 28, 1, 6, 5, 0),
          ConvShape.plain(1, 3, 40, 3, 64, 3, 1),
          new ConvShape(2, 45, 47, 3, 64, 7, 7, 2, 2, 3, 3, 3, 3, 1, 1, 1),
          new ConvShape(3, 9, 50, 2, 99, 3, 4, 1, 2, 0, 5, 2, 1, 1, 1, 1),
          new ConvShape(1, 3, 2, 2, 64, 3, 3, 1, 1, 1, 12, 1, 12, 1, 1, 1),
          // strides, and windows that do not reach the last rows
          new ConvShape(2, 11, 13, 3, 5, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1),
          new ConvShape(1, 10, 9, 4, 6, 3, 2, 3, 2, 0, 0, 0, 0, 1, 1, 1),
          new ConvShape(2, 9, 9, 3, 8, 1, 1, 2, 2, 0, 0, 0, 0, 1, 1, 1),
          new ConvShape(2, 9, 9, 36, 40, 1, 1, 2, 2, 0, 0, 0, 0, 1, 1, 1),
          new ConvShape(1, 9, 8, 33, 20, 2, 2, 3, 3, 0, 0, 0, 0, 1, 1, 1),
          new ConvShape(1, 16, 15, 3, 10, 7, 7, 2, 2, 3, 3, 3, 3, 1, 1, 1),
          new ConvShape(1, 8, 8, 2, 3, 2, 2, 5, 4, 0, 0, 0, 0, 1, 1, 1),
          // asymmetric padding, also wider than the kernel
          new ConvShape(2, 6, 7, 3, 5, 3, 4, 1, 1, 0, 2, 1, 1, 1, 1, 1),
          new ConvShape(1, 5, 5, 2, 3, 2, 2, 1, 1, 4, 0, 3, 5, 1, 1, 1),
          new ConvShape(1, 5, 6, 2, 3, 2, 3, 2, 3, 3, 1, 0, 4, 1, 1, 1),
          // dilation, with and without stride
          new ConvShape(2, 11, 12, 3, 5, 3, 3, 1, 1, 2, 2, 2, 2, 2, 2, 1),
          new ConvShape(1, 12, 13, 3, 5, 3, 2, 2, 3, 1, 0, 2, 1, 3, 2, 1),
          new ConvShape(1, 12, 13, 3, 5, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 1),
          // depthwise, with all that can be combined with it
          new ConvShape(2, 9, 8, 33, 33, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 33),
          new ConvShape(3, 13, 7, 207, 207, 5, 3, 2, 1, 2, 0, 2, 0, 1, 1, 207),
          new ConvShape(1, 12, 13, 16, 16, 3, 2, 2, 3, 1, 0, 2, 1, 3, 2, 16),
          new ConvShape(1, 2, 2, 7, 7, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 7),
          // groups, depthwise, more outputs than inputs
          new ConvShape(2, 7, 6, 6, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 2),
          new ConvShape(2, 7, 6, 5, 5, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 5),
          new ConvShape(1, 9, 9, 4, 12, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 4),
          new ConvShape(1, 6, 6, 68, 68, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 2));

  /** Else the shapes above would not test what they are for. */
  @Test
  void fewChannelsAreWrittenOutWhereTheirRowsAreWide() {
    Panel panel = new ScalarPanel(16);
    List<ConvShape> written = SHAPES.stream().filter(s -> ConvColumns.pays(s, panel)).toList();
    assertThat(written).hasSize(5).allMatch(s -> s.cin() <= 3 && s.outW() >= 20);
  }

  private interface Term {
    void at(int x, int w, int y);
  }

  /** Visits all products of a convolution: indices into x, w and y. */
  private static void visit(ConvShape s, Term term) {
    int gin = s.cin() / s.groups();
    int gout = s.cout() / s.groups();
    for (int i = 0; i < s.n(); i++) {
      for (int p = 0; p < s.outH(); p++) {
        for (int q = 0; q < s.outW(); q++) {
          for (int r = 0; r < s.kh(); r++) {
            for (int t = 0; t < s.kw(); t++) {
              int y = p * s.strideH() + r * s.dilH() - s.padTop();
              int x = q * s.strideW() + t * s.dilW() - s.padLeft();
              if (y >= 0 && y < s.h() && x >= 0 && x < s.w()) {
                for (int c = 0; c < gin; c++) {
                  for (int o = 0; o < s.cout(); o++) {
                    term.at(
                        ((i * s.h() + y) * s.w() + x) * s.cin() + o / gout * gin + c,
                        ((r * s.kw() + t) * gin + c) * s.cout() + o,
                        ((i * s.outH() + p) * s.outW() + q) * s.cout() + o);
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  private static int xs(ConvShape s) {
    return s.n() * s.h() * s.w() * s.cin();
  }

  private static int ws(ConvShape s) {
    return s.kh() * s.kw() * s.cin() / s.groups() * s.cout();
  }

  private static int ys(ConvShape s) {
    return s.n() * s.outH() * s.outW() * s.cout();
  }

  /** The two sets of inner loops that a convolution is made from. */
  private record Loops(ConvLoops loops) {
    static final Loops VECTOR =
        new Loops(
            new ConvLoops(
                VECTOR_PANEL, VECTOR_WINOGRAD, KernelRunner.VECTOR_RUNS, KernelRunner.VECTOR_TAPS));
    static final Loops TWIN = scalar(VECTOR_PANEL.lanes());
    static final List<Loops> ALL = List.of(VECTOR, TWIN, scalar(4));

    private static Loops scalar(int lanes) {
      return new Loops(
          new ConvLoops(
              new ScalarPanel(lanes),
              new ScalarWinograd(lanes),
              new ScalarConvRuns(),
              new ScalarTaps()));
    }

    Kernel forward(ConvShape s) {
      return forward(s, Epilogue.NONE);
    }

    Kernel forward(ConvShape s, Epilogue epilogue) {
      return Conv2dForward.of(s, epilogue, loops);
    }

    Kernel input(ConvShape s) {
      return Conv2dInputGrad.of(s, loops);
    }

    Kernel weights(ConvShape s) {
      return Conv2dWeightGrad.of(s, loops);
    }
  }

  @Test
  void theForwardPassAgreesWithThePlainSum() {
    for (ConvShape s : SHAPES) {
      float[] x = random(xs(s), 1);
      float[] w = random(ws(s), 2);
      double[] expected = new double[ys(s)];
      visit(s, (a, b, c) -> expected[c] += (double) x[a] * w[b]);
      for (Loops p : Loops.ALL) {
        float[] y = run(p.forward(s), ys(s), x, w);
        assertClose(s.toString(), y, expected, s.kh() * s.kw() * s.cin());
      }
    }
  }

  @Test
  void theEpilogueAddsBiasAndResidualAndCutsOff() {
    for (ConvShape s : SHAPES) {
      float[] x = random(xs(s), 1);
      float[] w = random(ws(s), 2);
      for (Loops p : Loops.ALL) {
        float[] plain = run(p.forward(s), ys(s), x, w);
        for (KernelRunner.Tail t : KernelRunner.Tail.all(s.cout(), ys(s))) {
          float[] expected = plain.clone();
          for (int i = 0; i < expected.length; i++) {
            expected[i] = (float) t.apply(plain[i], i, (u, v) -> (float) u + (float) v);
          }
          for (int threads : new int[] {1, 3}) {
            float[] y =
                KernelRunner.run(Gang.of(threads), p.forward(s, t.epilogue()), ys(s), t, x, w);
            assertSame(t.epilogue() + " " + s, y, expected);
          }
        }
      }
    }
  }

  @Test
  void pixelsOfAResultCanLieApart() {
    var shapes = new ArrayList<>(SHAPES);
    ConvShape large = ConvShape.plain(2, 18, 21, 40, 70, 3, 1);
    assertThat(Loops.VECTOR.forward(large)).isInstanceOf(WinogradConv.class);
    shapes.add(large);
    for (ConvShape s : shapes) {
      float[] x = random(xs(s), 1);
      float[] w = random(ws(s), 2);
      int pitch = s.cout() + 3;
      var epilogue = new Epilogue(true, false, true);
      var tail = new KernelRunner.Tail(epilogue, s.cout(), List.of(random(s.cout(), 15)));
      for (Loops p : List.of(Loops.VECTOR, Loops.TWIN)) {
        float[] dense = run(Gang.of(1), p.forward(s, epilogue), ys(s), tail, x, w);
        float[] expected = new float[ys(s) / s.cout() * pitch];
        Arrays.fill(expected, KernelRunner.MARK);
        for (int i = 0; i < dense.length; i++) {
          expected[i / s.cout() * pitch + i % s.cout()] = dense[i];
        }
        Kernel apart = p.forward(s.pitch(pitch), epilogue);
        assertSame(s.toString(), run(Gang.of(3), apart, expected.length, tail, x, w), expected);
      }
    }
  }

  @Test
  void theInputGradientAgreesWithThePlainSum() {
    for (ConvShape s : SHAPES) {
      float[] dy = random(ys(s), 3);
      float[] w = random(ws(s), 4);
      double[] expected = new double[xs(s)];
      visit(s, (a, b, c) -> expected[a] += (double) dy[c] * w[b]);
      for (Loops p : Loops.ALL) {
        float[] dx = run(p.input(s), xs(s), dy, w);
        assertClose(s.toString(), dx, expected, s.kh() * s.kw() * s.cout());
      }
    }
  }

  @Test
  void theWeightGradientAgreesWithThePlainSum() {
    for (ConvShape s : SHAPES) {
      float[] x = random(xs(s), 5);
      float[] dy = random(ys(s), 6);
      double[] expected = new double[ws(s)];
      visit(s, (a, b, c) -> expected[b] += (double) x[a] * dy[c]);
      for (Loops p : Loops.ALL) {
        float[] dw = run(p.weights(s), ws(s), x, dy);
        assertClose(s.toString(), dw, expected, s.n() * s.outH() * s.outW());
      }
    }
  }

  @Test
  void hasTheSameBitsForAnyNumberOfLanesAndWithoutVectors() {
    for (ConvShape s : SHAPES) {
      float[] x = random(xs(s), 7);
      float[] w = random(ws(s), 8);
      float[] dy = random(ys(s), 9);
      float[] forward = run(Loops.VECTOR.forward(s), ys(s), x, w);
      float[] input = run(Loops.VECTOR.input(s), xs(s), dy, w);
      float[] weights = run(Loops.VECTOR.weights(s), ws(s), x, dy);
      for (int lanes : new int[] {4, 8, 16}) {
        Loops twin = Loops.scalar(lanes);
        String what = " by " + lanes + " lanes, " + s;
        assertSame("forward" + what, run(twin.forward(s), ys(s), x, w), forward);
        assertSame("input" + what, run(twin.input(s), xs(s), dy, w), input);
        assertSame("weights" + what, run(twin.weights(s), ws(s), x, dy), weights);
      }
    }
  }

  @Test
  void hasTheSameBitsForAnyNumberOfThreads() {
    List<ConvShape> shapes =
        List.of(
            ConvShape.plain(13, 14, 14, 20, 33, 3, 1),
            new ConvShape(5, 31, 29, 3, 60, 5, 5, 2, 2, 2, 2, 2, 2, 1, 1, 1),
            ConvShape.plain(1, 20, 20, 40, 70, 3, 1));
    for (ConvShape s : shapes) {
      float[] x = random(xs(s), 10);
      float[] w = random(ws(s), 11);
      float[] dy = random(ys(s), 12);
      assertThat(Loops.VECTOR.forward(s).tasks(1)).isGreaterThan(1);
      assertThat(Loops.VECTOR.weights(s).tasks(0)).isGreaterThan(1);
      assertSameBits(Loops.VECTOR.forward(s), ys(s), x, w);
      assertSameBits(Loops.VECTOR.input(s), xs(s), dy, w);
      assertSameBits(Loops.VECTOR.weights(s), ws(s), x, dy);
    }
  }

  @Test
  void notANumberReachesTheOutputsWhoseWindowHoldsIt() {
    ConvShape s = ConvShape.plain(1, 8, 8, 3, 18, 3, 1);
    float[] x = random(xs(s), 13);
    float[] w = random(ws(s), 14);
    x[(4 * 8 + 5) * 3 + 1] = Float.NaN;
    float[] y = run(Loops.VECTOR.forward(s), ys(s), x, w);
    for (int p = 0; p < 8; p++) {
      for (int q = 0; q < 8; q++) {
        boolean near = Math.abs(p - 4) <= 1 && Math.abs(q - 5) <= 1;
        for (int o = 0; o < 18; o++) {
          assertThat(Float.isNaN(y[(p * 8 + q) * 18 + o])).isEqualTo(near);
        }
      }
    }
  }

  @Test
  void refusesImpossibleShapes() {
    assertThatThrownBy(() -> ConvShape.plain(1, 2, 2, 3, 4, 5, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("smaller than the 5×5 kernel");
    assertThatThrownBy(() -> new ConvShape(1, 9, 9, 4, 6, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 groups");
  }
}
