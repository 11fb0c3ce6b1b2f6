package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mixup and CutMix (L44): what is mixed, in which shares, how they are distributed. */
class MixTest {
  private static final int H = 8;
  private static final int W = 6;
  private static final int N = 12;

  /** Picture i has the value i everywhere and the class i mod 3. */
  private static Dataset pictures() {
    float[] x = new float[N * 2 * H * W];
    int[] y = new int[N];
    for (int i = 0; i < x.length; i++) {
      x[i] = i / (2 * H * W);
    }
    for (int i = 0; i < N; i++) {
      y[i] = i % 3;
    }
    return Dataset.ofClasses(Shape.of(2, H, W), x, y, List.of("a", "b", "c"));
  }

  private static Loader loader(Mix how) {
    return pictures().shuffle(Seed.of(5)).batch(4).mix(how);
  }

  private static void targetsAreProbabilities(Batch b) {
    assertThat(b.y().shape()).isEqualTo(Shape.of(4, 3));
    float[] y = b.y().toFloats();
    for (int i = 0; i < 4; i++) {
      assertThat(y[3 * i] + y[3 * i + 1] + y[3 * i + 2]).isCloseTo(1, within(1e-6f));
    }
  }

  @Test
  void l44MixupMixesInputsAndTargetsInTheSameShares() {
    for (int epoch = 0; epoch < 20; epoch++) {
      var plain = pictures().shuffle(Seed.of(5)).batch(4).batches(epoch, 0).iterator();
      for (Batch b : loader(Mix.mixup(1)).batches(epoch, 0)) {
        targetsAreProbabilities(b);
        Batch before = plain.next();
        float[] x = b.x().toFloats();
        float[] old = before.x().toFloats();
        int size = 2 * H * W;
        for (int i = 0; i < 4; i++) {
          assertThat(explains(before, old, i, x[i * size], b.y().toFloats())).isTrue();
          assertThat(x[i * size]).isEqualTo(x[(i + 1) * size - 1]);
        }
      }
    }
  }

  /** Whether some partner j and a share fit both the mixed value and the mixed target. */
  private static boolean explains(Batch before, float[] old, int i, float mixed, float[] y) {
    int size = 2 * H * W;
    int[] labels = before.y().toInts();
    for (int j = 0; j < 4; j++) {
      double own = old[i * size];
      double other = old[j * size];
      double share = own == other ? 1 : (mixed - other) / (own - other);
      boolean fits = i != j || Math.abs(mixed - own) < 1e-5;
      for (int k = 0; k < 3; k++) {
        double expected = (labels[i] == k ? share : 0) + (labels[j] == k ? 1 - share : 0);
        fits &= Math.abs(expected - y[3 * i + k]) < 1e-4;
      }
      if (fits && share > -1e-6 && share < 1 + 1e-6) {
        return true;
      }
    }
    return false;
  }

  @Test
  void l44CutMixTakesARectangleAndItsShare() {
    int mixed = 0;
    for (int epoch = 0; epoch < 30; epoch++) {
      var plain = pictures().shuffle(Seed.of(5)).batch(4).batches(epoch, 0).iterator();
      for (Batch b : loader(Mix.cutmix(1)).batches(epoch, 0)) {
        targetsAreProbabilities(b);
        Batch before = plain.next();
        float[] x = b.x().toFloats();
        float[] old = before.x().toFloats();
        int[] labels = before.y().toInts();
        for (int i = 0; i < 4; i++) {
          int from = i * 2 * H * W;
          float own = old[from];
          int top = H;
          int bottom = -1;
          int left = W;
          int right = -1;
          int count = 0;
          float other = own;
          for (int p = 0; p < H * W; p++) {
            assertThat(x[from + p]).as("both channels").isEqualTo(x[from + H * W + p]);
            if (x[from + p] != own) {
              other = x[from + p];
              top = Math.min(top, p / W);
              bottom = Math.max(bottom, p / W);
              left = Math.min(left, p % W);
              right = Math.max(right, p % W);
              count++;
            }
          }
          if (count > 0) {
            mixed++;
            assertThat(count).as("a rectangle").isEqualTo((bottom - top + 1) * (right - left + 1));
            int j = (int) other % 3;
            double share = 1 - (double) count / (H * W);
            assertThat((double) b.y().toFloats()[3 * i + labels[i]])
                .isCloseTo(labels[i] == j ? 1 : share, within(1e-5));
          }
        }
      }
    }
    assertThat(mixed).isGreaterThan(100);
  }

  @Test
  void l44TheShareIsDrawnFromTheBetaDistribution() {
    // numbers as targets: the first of a pair 0, the second 1, so a mixed target shows the share
    Dataset data = Dataset.ofValues(Shape.of(1), new float[] {0, 1}, new float[] {0, 1}, 1);
    for (double alpha : new double[] {0.2, 1, 4}) {
      var shares = new ArrayList<Double>();
      for (int epoch = 0; epoch < 8000; epoch++) {
        Batch b = data.batch(2).mix(Mix.mixup(alpha)).batches(epoch, 0).iterator().next();
        float[] y = b.y().toFloats();
        assertThat(b.x().toFloats()).containsExactly(y);
        if (y[0] != 0 && y[0] != 1) { // else the partner was itself, or the share is all
          shares.add(1.0 - y[0]);
        }
      }
      double mean = shares.stream().mapToDouble(s -> s).average().orElseThrow();
      double variance =
          shares.stream().mapToDouble(s -> (s - mean) * (s - mean)).average().orElseThrow();
      assertThat(mean).isCloseTo(0.5, within(0.03));
      assertThat(variance).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.015));
    }
  }

  @Test
  void theSeedDecides() {
    Batch a = loader(Mix.mixup(0.4)).batches(3, 1).iterator().next();
    Batch b = loader(Mix.mixup(0.4)).prefetch().batches(3, 1).iterator().next();
    Batch c = loader(Mix.mixup(0.4)).batches(4, 1).iterator().next();
    assertThat(a.x().toFloats()).isEqualTo(b.x().toFloats()).isNotEqualTo(c.x().toFloats());
    assertThat(a.y().toFloats()).isEqualTo(b.y().toFloats());
    assertThat(a.index()).isEqualTo(1);
  }

  @Test
  void wrongUseSaysWhy() {
    assertThatThrownBy(() -> Mix.mixup(0)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> Mix.cutmix(Double.NaN)).hasMessageContaining("cutmix(NaN)");
    Dataset flat = Dataset.ofValues(Shape.of(2), new float[4], new float[2], 1);
    assertThatThrownBy(() -> flat.batch(2).mix(Mix.cutmix(1))).hasMessageContaining("use mixup");
  }
}
