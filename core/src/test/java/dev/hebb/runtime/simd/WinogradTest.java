package dev.hebb.runtime.simd;

import static dev.hebb.runtime.simd.KernelRunner.VECTOR_PANEL;
import static dev.hebb.runtime.simd.KernelRunner.VECTOR_WINOGRAD;
import static dev.hebb.runtime.simd.KernelRunner.assertSame;
import static dev.hebb.runtime.simd.KernelRunner.assertSameBits;
import static dev.hebb.runtime.simd.KernelRunner.random;
import static dev.hebb.runtime.simd.KernelRunner.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.runtime.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class WinogradTest {
  /** Widths that fill vectors and tiles, and widths that do not. */
  private static final List<ConvShape> SHAPES =
      List.of(
          ConvShape.plain(1, 4, 4, 1, 1, 3, 1),
          ConvShape.plain(1, 1, 1, 3, 2, 3, 1),
          ConvShape.plain(2, 7, 13, 5, 7, 3, 1),
          ConvShape.plain(3, 8, 8, 16, 32, 3, 1),
          ConvShape.plain(2, 12, 16, 33, 49, 3, 1),
          ConvShape.plain(5, 14, 9, 64, 20, 3, 0),
          ConvShape.plain(1, 6, 5, 150, 40, 3, 2),
          ConvShape.plain(1, 14, 14, 256, 70, 3, 1),
          ConvShape.plain(2, 14, 15, 131, 40, 3, 1),
          ConvShape.plain(0, 6, 5, 2, 3, 3, 1),
          ConvShape.plain(1, 5, 5, 0, 3, 3, 1),
          new ConvShape(2, 9, 10, 20, 36, 3, 3, 1, 1, 0, 2, 3, 1, 1, 1, 1),
          new ConvShape(1, 5, 5, 2, 3, 3, 3, 1, 1, 4, 0, 3, 5, 1, 1, 1));

  /** 256 channels and 3,000 pixels: sums as long as those of real networks. */
  private static final ConvShape LARGE = ConvShape.plain(2, 40, 38, 256, 24, 3, 1);

  /**
   * Rounding errors relative to the root mean square of a result. In float64 the matrices are
   * exact; in float32 the mean error is eight to ten times that of a plain sum of 600 products
   * (9e-8), and the largest of a million is seven times the mean. Longer sums have larger errors,
   * as their roots, in every order of summation that goes from front to back.
   */
  private static final double MEAN_ERROR = 1.5e-6;

  private static final double LARGEST_ERROR = 1.5e-5;

  private record Form(Panel panel, Winograd winograd) {
    static final Form VECTOR = new Form(VECTOR_PANEL, VECTOR_WINOGRAD);
    static final Form TWIN = scalar(VECTOR_PANEL.lanes());

    static Form scalar(int lanes) {
      return new Form(new ScalarPanel(lanes), new ScalarWinograd(lanes));
    }

    Kernel forward(ConvShape s) {
      return new WinogradConv(s, false, Epilogue.NONE, panel, winograd);
    }

    Kernel input(ConvShape s) {
      return new WinogradConv(s, true, Epilogue.NONE, panel, winograd);
    }

    Kernel weights(ConvShape s) {
      return new WinogradWeightGrad(s, panel, winograd);
    }
  }

  private static int pixels(ConvShape s) {
    return s.n() * s.outH() * s.outW();
  }

  private static int xs(ConvShape s) {
    return s.n() * s.h() * s.w() * s.cin();
  }

  private static int ws(ConvShape s) {
    return 9 * s.cin() * s.cout();
  }

  private static int ys(ConvShape s) {
    return s.n() * s.outH() * s.outW() * s.cout();
  }

  /** The sums in float64: of x and w in y, of y and w in x, of x and y in w. */
  private static double[] exact(ConvShape s, char result, float[] a, float[] b) {
    double[] sums = new double[result == 'y' ? ys(s) : result == 'x' ? xs(s) : ws(s)];
    for (int i = 0; i < s.n() * s.outH() * s.outW(); i++) {
      for (int t = 0; t < 9; t++) {
        int row = i / s.outW() % s.outH() + t / 3 - s.padTop();
        int col = i % s.outW() + t % 3 - s.padLeft();
        if (row < 0 || row >= s.h() || col < 0 || col >= s.w()) {
          continue;
        }
        int pixel = (i / s.outW() / s.outH() * s.h() + row) * s.w() + col;
        for (int c = 0; c < s.cin(); c++) {
          for (int o = 0; o < s.cout(); o++) {
            int x = pixel * s.cin() + c;
            int w = (t * s.cin() + c) * s.cout() + o;
            int y = i * s.cout() + o;
            switch (result) {
              case 'y' -> sums[y] += (double) a[x] * b[w];
              case 'x' -> sums[x] += (double) a[y] * b[w];
              default -> sums[w] += (double) a[x] * b[y];
            }
          }
        }
      }
    }
    return sums;
  }

  private static void assertAccurate(String what, float[] actual, double[] exact, int terms) {
    double size = 0;
    double errors = 0;
    double largest = 0;
    for (int i = 0; i < exact.length; i++) {
      double error = Math.abs(actual[i] - exact[i]);
      assertThat(error).as(what + ", element " + i).isNotNaN();
      size += exact[i] * exact[i];
      errors += error * error;
      largest = Math.max(largest, error);
    }
    double growth = Math.sqrt(Math.max(1, terms / 1000.0));
    double rms = growth * Math.sqrt(size / Math.max(1, exact.length));
    assertThat(Math.sqrt(errors / Math.max(1, exact.length)))
        .as("mean error, " + what)
        .isLessThanOrEqualTo(MEAN_ERROR * rms);
    assertThat(largest).as("largest error, " + what).isLessThanOrEqualTo(LARGEST_ERROR * rms);
  }

  @Test
  void allThreeDirectionsAgreeWithThePlainSum() {
    for (ConvShape s : SHAPES) {
      float[] x = random(xs(s), 1);
      float[] w = random(ws(s), 2);
      float[] dy = random(ys(s), 3);
      for (Form f : List.of(Form.VECTOR, Form.TWIN, Form.scalar(4))) {
        String what = s + " " + f;
        assertAccurate(
            "forward " + what, run(f.forward(s), ys(s), x, w), exact(s, 'y', x, w), 9 * s.cin());
        assertAccurate(
            "input " + what, run(f.input(s), xs(s), dy, w), exact(s, 'x', dy, w), 9 * s.cout());
        assertAccurate(
            "weights " + what, run(f.weights(s), ws(s), x, dy), exact(s, 'w', x, dy), pixels(s));
      }
    }
  }

  @Test
  void errorsStaySmallInLongSums() {
    ConvShape s = LARGE;
    float[] x = random(xs(s), 4);
    float[] w = random(ws(s), 5);
    float[] dy = random(ys(s), 6);
    Form f = Form.VECTOR;
    assertAccurate("forward", run(f.forward(s), ys(s), x, w), exact(s, 'y', x, w), 9 * s.cin());
    assertAccurate("input", run(f.input(s), xs(s), dy, w), exact(s, 'x', dy, w), 9 * s.cout());
    assertAccurate("weights", run(f.weights(s), ws(s), x, dy), exact(s, 'w', x, dy), pixels(s));
  }

  @Test
  void hasTheSameBitsForAnyNumberOfLanesAndWithoutVectors() {
    for (ConvShape s : SHAPES) {
      float[] x = random(xs(s), 7);
      float[] w = random(ws(s), 8);
      float[] dy = random(ys(s), 9);
      float[] forward = run(Form.VECTOR.forward(s), ys(s), x, w);
      float[] input = run(Form.VECTOR.input(s), xs(s), dy, w);
      float[] weights = run(Form.VECTOR.weights(s), ws(s), x, dy);
      for (int lanes : new int[] {4, 8, 16}) {
        Form twin = Form.scalar(lanes);
        String what = " by " + lanes + " lanes, " + s;
        assertSame("forward" + what, run(twin.forward(s), ys(s), x, w), forward);
        assertSame("input" + what, run(twin.input(s), xs(s), dy, w), input);
        assertSame("weights" + what, run(twin.weights(s), ws(s), x, dy), weights);
      }
    }
  }

  @Test
  void anImageHasTheSameBitsAloneAndInABatchThoughWeightsAreTransformedElsewhere() {
    ConvShape one = ConvShape.plain(1, 14, 14, 163, 70, 3, 1);
    ConvShape many = ConvShape.plain(40, 14, 14, 163, 70, 3, 1);
    float[] x = random(xs(many), 10);
    float[] w = random(ws(one), 11);
    for (Form f : List.of(Form.VECTOR, Form.scalar(4))) {
      Kernel alone = f.forward(one);
      Kernel batch = f.forward(many);
      assertThat(alone.prepared()).as("weights as they are").isEqualTo(batch.prepared() / 4);
      assertSame(
          f.toString(),
          run(alone, ys(one), x, w),
          Arrays.copyOf(run(batch, ys(many), x, w), ys(one)));
    }
  }

  @Test
  void hasTheSameBitsForAnyNumberOfThreads() {
    ConvShape s = ConvShape.plain(5, 30, 26, 40, 70, 3, 1);
    float[] x = random(xs(s), 10);
    float[] w = random(ws(s), 11);
    float[] dy = random(ys(s), 12);
    Form f = Form.VECTOR;
    assertThat(f.forward(s).tasks(1)).isGreaterThan(1);
    assertThat(f.weights(s).tasks(0)).isGreaterThan(1);
    assertSameBits(f.forward(s), ys(s), x, w);
    assertSameBits(f.input(s), xs(s), dy, w);
    assertSameBits(f.weights(s), ws(s), x, dy);
  }

  @Test
  void sumsOverSeveralBatchesOfSquares() {
    ConvShape s = ConvShape.plain(3, 64, 64, 20, 40, 3, 1);
    assertThat(Form.VECTOR.weights(s).phases()).isGreaterThan(3);
    float[] x = random(xs(s), 13);
    float[] dy = random(ys(s), 14);
    assertAccurate(
        "weights", run(Form.VECTOR.weights(s), ws(s), x, dy), exact(s, 'w', x, dy), pixels(s));
  }

  @Test
  void isChosenForLargeConvolutionsWithKernelsOfThree() {
    ConvShape large = ConvShape.plain(8, 28, 28, 128, 192, 3, 1);
    assertThat(WinogradCost.paysForward(large)).isTrue();
    assertThat(WinogradCost.paysBackward(large)).isTrue();
    for (ConvShape other :
        List.of(
            ConvShape.plain(8, 28, 28, 128, 192, 5, 2),
            ConvShape.plain(1, 28, 28, 3, 64, 3, 1),
            ConvShape.plain(1, 7, 7, 192, 384, 3, 1),
            new ConvShape(8, 28, 28, 128, 192, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1),
            new ConvShape(8, 28, 28, 128, 192, 3, 3, 1, 1, 2, 2, 2, 2, 2, 1, 1),
            new ConvShape(8, 28, 28, 128, 192, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 2))) {
      assertThat(WinogradCost.paysForward(other)).as(other.toString()).isFalse();
    }
  }

  @Test
  void findsWholeNumbers() {
    // One tile of one channel: what rounding leaves is far below one half.
    ConvShape s = ConvShape.plain(1, 6, 6, 1, 1, 3, 0);
    float[] x = new float[36];
    float[] w = new float[9];
    for (int i = 0; i < 36; i++) {
      x[i] = i * i % 7 - 3;
    }
    for (int i = 0; i < 9; i++) {
      w[i] = i % 4 - 1;
    }
    double[] exact = exact(s, 'y', x, w);
    float[] y = run(Form.VECTOR.forward(s), 16, x, w);
    for (int i = 0; i < 16; i++) {
      assertThat((double) Math.round(y[i]))
          .as(String.format(Locale.ROOT, "output %d: %f", i, y[i]))
          .isEqualTo(exact[i]);
    }
  }
}
