package dev.hebb.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.grad.GradientCheck;
import dev.hebb.grad.Gradients;
import dev.hebb.nn.Losses;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CTC against the sum over all paths, and losses of embeddings against loops over pairs. */
class SequenceAndPairTest {
  private static final int T = 6;
  private static final int K = 3;

  private static Tensor numbers(int seed, double scale, int... dims) {
    return Random.normalOnce(Shape.of(DType.FLOAT64, dims), Seed.of(seed)).mul(scale).eval();
  }

  private static Tensor labels(int[]... rows) {
    int[] flat = Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
    return Tensor.of(flat, Shape.of(rows.length, rows[0].length));
  }

  // ---- CTC

  /** Graves' B: repetitions merged, then blanks dropped. */
  private static List<Integer> read(int[] path, int blank) {
    var out = new ArrayList<Integer>();
    for (int t = 0; t < path.length; t++) {
      if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) {
        out.add(path[t]);
      }
    }
    return out;
  }

  /** −ln of the sum over all kᵗ paths that read as the labels, divided by their number. */
  private static double allPaths(double[] logits, int steps, int[] labels, int blank) {
    List<Integer> wanted = Arrays.stream(labels).filter(l -> l >= 0).boxed().toList();
    double sum = 0;
    for (int code = 0; code < Math.pow(K, steps); code++) {
      int[] path = new int[steps];
      double p = 1;
      for (int t = 0, rest = code; t < steps; t++, rest /= K) {
        path[t] = rest % K;
        double all = 0;
        for (int k = 0; k < K; k++) {
          all += Math.exp(logits[t * K + k]);
        }
        p *= Math.exp(logits[t * K + path[t]]) / all;
      }
      sum += read(path, blank).equals(wanted) ? p : 0;
    }
    return -Math.log(sum) / Math.max(1, wanted.size());
  }

  private static final int[][] WORDS = {
    {1, 2, -1}, {2, 2, -1}, {1, -1, -1}, {-1, -1, -1}, {1, 2, 1}
  };

  @Test
  void l18CtcIsTheSumOverAllAlignments() {
    Tensor x = numbers(1, 1.2, WORDS.length, T, K);
    for (int[] lengths : new int[][] {{T, T, T, T, T}, {6, 5, 1, 2, 4}}) {
      double expected = 0;
      for (int i = 0; i < WORDS.length; i++) {
        double[] own = Arrays.copyOfRange(x.toDoubles(), i * T * K, (i + 1) * T * K);
        expected += allPaths(own, lengths[i], WORDS[i], 0) / WORDS.length;
      }
      Tensor lens = Tensor.of(lengths, Shape.of(lengths.length));
      Ctc ctc = Losses.ctc(0);
      assertThat(ctc.of(x, labels(WORDS), lens).item()).isCloseTo(expected, within(1e-12));
      Step step = Step.of(true, in -> List.of(ctc.of(in.get(0), in.get(1), in.get(2))));
      assertThat(step.run(x.cast(DType.FLOAT32).eval(), labels(WORDS), lens).item())
          .isCloseTo(expected, within(1e-5));
      GradientCheck check =
          Gradients.check(in -> ctc.of(in.getFirst(), labels(WORDS), lens), List.of(x));
      assertThat(check.passes(1e-6)).as("%s", check).isTrue();
    }
    assertThat(Losses.ctc(0).of(x, labels(WORDS)).item())
        .as("targets may be floats, as data sets give them")
        .isEqualTo(Losses.ctc(0).of(x, labels(WORDS).cast(DType.FLOAT32)).item());
  }

  @Test
  void ctcMayHaveItsBlankAnywhere() {
    Tensor x = numbers(2, 1, 1, 4, K);
    assertThat(Losses.ctc(2).of(x, labels(new int[] {0, 1})).item())
        .isCloseTo(allPaths(x.toDoubles(), 4, new int[] {0, 1}, 2), within(1e-12));
  }

  @Test
  void ctcOfATargetThatDoesNotFitIsInfinite() {
    Tensor x = numbers(3, 1, 2, 2, K);
    Tensor y = labels(new int[] {1, 1}, new int[] {1, 2}); // 1, 1 needs a blank between: 3 steps
    assertThat(Losses.ctc(0).of(x, y).item()).isEqualTo(Double.POSITIVE_INFINITY);
    double second = allPaths(Arrays.copyOfRange(x.toDoubles(), 6, 12), 2, new int[] {1, 2}, 0);
    Ctc without = Losses.ctc(0).zeroInfinity();
    assertThat(without.of(x, y).item()).isCloseTo(second / 2, within(1e-12));
    double[] g = without.of(x, y).grad(x).getFirst().toDoubles();
    assertThat(Arrays.copyOf(g, 6)).containsOnly(0);
    assertThat(Arrays.stream(g).map(Math::abs).sum()).isFinite().isPositive();
  }

  @Test
  void l18CtcIsFiniteAtAThousand() {
    float[] far = new float[2 * 5 * K];
    for (int i = 0; i < far.length; i++) {
      far[i] = i % 4 == 0 ? 1000 : i % 4 == 1 ? -1000 : 0;
    }
    Tensor x = Tensor.of(far, Shape.of(2, 5, K));
    Tensor loss = Losses.ctc(0).of(x, labels(new int[] {1, 2}, new int[] {2, -1}));
    assertThat(loss.item()).isFinite().isPositive();
    for (double d : loss.grad(x).getFirst().toDoubles()) {
      assertThat(d).isFinite();
    }
  }

  @Test
  void ctcSaysWhatDoesNotFit() {
    Tensor x = Tensor.zeros(2, 4, K);
    Tensor y = labels(new int[] {1}, new int[] {2});
    assertThatThrownBy(() -> Losses.ctc(3).of(x, y)).hasMessageContaining("classes 0 to 2");
    assertThatThrownBy(() -> Losses.ctc(0).of(x, y.reshape(2)))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("[n, s]");
    assertThatThrownBy(() -> Losses.ctc(0).of(x, y, Tensor.zeros(3)))
        .hasMessageContaining("one length for each example");
    assertThatThrownBy(() -> Losses.ctc(0).of(x, labels(new int[] {1}, new int[] {7})).item())
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("index 7 is outside 0 … 2");
  }

  // ---- embeddings

  private static final int[] CLASSES = {0, 1, 0, 2, 1, 0};

  private static double distance(double[] x, int i, int j) {
    double sum = 0;
    for (int k = 0; k < 2; k++) {
      sum += Math.pow(x[2 * i + k] - x[2 * j + k], 2);
    }
    return Math.sqrt(sum);
  }

  @Test
  void tripletTakesTheHardestOfABatch() {
    Tensor x = numbers(4, 1, 6, 2);
    double[] v = x.toDoubles();
    double sum = 0;
    int anchors = 0;
    for (int a = 0; a < 6; a++) {
      double far = -1;
      double near = Double.MAX_VALUE;
      for (int j = 0; j < 6; j++) {
        if (CLASSES[j] != CLASSES[a]) {
          near = Math.min(near, distance(v, a, j));
        } else if (j != a) {
          far = Math.max(far, distance(v, a, j));
        }
      }
      if (far >= 0) {
        anchors++;
        sum += Math.max(0, far - near + 0.5);
      }
    }
    Tensor y = Tensor.of(CLASSES, Shape.of(6));
    assertThat(anchors).isEqualTo(5);
    Triplet triplet = Losses.triplet(0.5);
    assertThat(triplet.of(x, y).item()).isCloseTo(sum / anchors, within(1e-12));
    GradientCheck check = Gradients.check(in -> triplet.of(in.getFirst(), y), List.of(x));
    assertThat(check.passes(1e-6)).as("%s", check).isTrue();
    Tensor alone = Tensor.of(new int[] {0, 1, 2, 3, 4, 5}, Shape.of(6));
    assertThat(triplet.of(x, alone).item()).isZero();
    assertThat(triplet.of(x.mul(0), y).grad(x).getFirst().toDoubles()).doesNotContain(Double.NaN);
    assertThatThrownBy(() -> triplet.of(x, y.reshape(6, 1))).hasMessageContaining("[n, d]");
  }

  @Test
  void tripletAndContrastiveOfGivenTuples() {
    Tensor a = numbers(5, 1, 4, 3);
    Tensor p = numbers(6, 1, 4, 3);
    Tensor n = numbers(7, 1, 4, 3);
    boolean[] same = {true, false, true, false};
    double triplets = 0;
    double pairs = 0;
    for (int i = 0; i < 4; i++) {
      double near = 0;
      double far = 0;
      for (int k = 0; k < 3; k++) {
        near += Math.pow(a.toDoubles()[3 * i + k] - p.toDoubles()[3 * i + k], 2);
        far += Math.pow(a.toDoubles()[3 * i + k] - n.toDoubles()[3 * i + k], 2);
      }
      near = Math.sqrt(near);
      triplets += Math.max(0, near - Math.sqrt(far) + 1) / 4;
      pairs += 0.5 * Math.pow(same[i] ? near : Math.max(0, 2 - near), 2) / 4;
    }
    assertThat(Losses.triplet(1).of(a, p, n).item()).isCloseTo(triplets, within(1e-12));
    assertThat(Losses.contrastive(2).of(a, p, Tensor.of(same, Shape.of(4))).item())
        .isCloseTo(pairs, within(1e-12));
    double angles = 0;
    for (int i = 0; i < 4; i++) {
      double dot = 0;
      double aa = 0;
      double pp = 0;
      for (int k = 0; k < 3; k++) {
        dot += a.toDoubles()[3 * i + k] * p.toDoubles()[3 * i + k];
        aa += Math.pow(a.toDoubles()[3 * i + k], 2);
        pp += Math.pow(p.toDoubles()[3 * i + k], 2);
      }
      double cos = dot / Math.sqrt(aa * pp);
      angles += (same[i] ? 1 - cos : Math.max(0, cos + 0.9)) / 4;
    }
    Tensor signs = Tensor.of(1, -1, 1, -1); // as PyTorch has them
    assertThat(Losses.cosine().margin(-0.9).of(a, p, signs).item())
        .isCloseTo(angles, within(1e-12));
    assertThatThrownBy(() -> Losses.cosine().margin(2)).hasMessageContaining("margin");
    assertThatThrownBy(() -> Losses.triplet(1).of(a, p, n.narrow(0, 0, 2)))
        .isInstanceOf(ShapeError.class);
    assertThatThrownBy(() -> Losses.contrastive(1).of(a, p, Tensor.zeros(4, 1)))
        .hasMessageContaining("need one truth value each");
  }

  @Test
  void contrastiveTakesAllPairsOfABatch() {
    Tensor x = numbers(8, 0.7, 6, 2);
    double[] v = x.toDoubles();
    double sum = 0;
    for (int i = 0; i < 6; i++) {
      for (int j = i + 1; j < 6; j++) {
        double d = distance(v, i, j);
        sum += 0.5 * Math.pow(CLASSES[i] == CLASSES[j] ? d : Math.max(0, 1.5 - d), 2);
      }
    }
    Tensor y = Tensor.of(CLASSES, Shape.of(6));
    Contrastive loss = Losses.contrastive(1.5);
    assertThat(loss.of(x, y).item()).isCloseTo(sum / 15, within(1e-12));
    GradientCheck check = Gradients.check(in -> loss.of(in.getFirst(), y), List.of(x));
    assertThat(check.passes(1e-6)).as("%s", check).isTrue();
    assertThatThrownBy(() -> loss.of(Tensor.zeros(1, 2), Tensor.of(new int[] {0}, Shape.of(1))))
        .hasMessageContaining("two embeddings");
  }
}
