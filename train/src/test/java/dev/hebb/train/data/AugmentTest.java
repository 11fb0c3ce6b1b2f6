package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AugmentTest {
  private static final int H = 6;
  private static final int W = 8;

  /** Two-channel pictures of random values; the first value of each is its number. */
  private static Dataset pictures(int n) {
    var random = new Random(1);
    float[] x = new float[n * 2 * H * W];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat();
    }
    return Dataset.ofClasses(Shape.of(2, H, W), x, new int[n], List.of("a", "b"));
  }

  private static List<float[]> read(Iterable<Batch> batches) {
    var out = new ArrayList<float[]>();
    for (Batch b : batches) {
      float[] all = b.x().toFloats();
      int each = all.length / b.size();
      for (int i = 0; i < b.size(); i++) {
        out.add(Arrays.copyOfRange(all, i * each, (i + 1) * each));
      }
    }
    return out;
  }

  private static float at(float[] x, int c, int row, int column, float outside) {
    return row < 0 || row >= H || column < 0 || column >= W
        ? outside
        : x[(c * H + row) * W + column];
  }

  @Test
  void nothingChangesAtZero() {
    var data = pictures(5);
    var nothing =
        Augment.shift(0)
            .then(Augment.rotate(0))
            .then(new Augment.FlipHorizontal(0))
            .then(Augment.randomCrop(0));
    var out = read(data.batch(5).augment(nothing));
    for (int i = 0; i < 5; i++) {
      assertThat(out.get(i)).containsExactly(data.input(i));
    }
  }

  @Test
  void flipMirrorsEveryRow() {
    var data = pictures(3);
    var out = read(data.batch(3).augment(new Augment.FlipHorizontal(1)));
    for (int i = 0; i < 3; i++) {
      for (int c = 0; c < 2; c++) {
        for (int y = 0; y < H; y++) {
          for (int x = 0; x < W; x++) {
            assertThat(at(out.get(i), c, y, x, 0)).isEqualTo(at(data.input(i), c, y, W - 1 - x, 0));
          }
        }
      }
    }
  }

  @Test
  void flipIsRightForAboutHalf() {
    var data = pictures(400);
    var out = read(data.batch(400).augment(Augment.flipHorizontal()));
    int flipped = 0;
    for (int i = 0; i < 400; i++) {
      flipped += Arrays.equals(out.get(i), data.input(i)) ? 0 : 1;
    }
    assertThat(flipped).isBetween(160, 240);
  }

  @Test
  void cropIsAShiftByWholePixelsAndUsesAllOfThem() {
    var data = pictures(300);
    var out = read(data.batch(64).augment(Augment.randomCrop(1)));
    var seen = new HashSet<String>();
    for (int i = 0; i < 300; i++) {
      var found = new ArrayList<String>();
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          if (isShift(data.input(i), out.get(i), dy, dx)) {
            found.add(dy + "," + dx);
          }
        }
      }
      assertThat(found).hasSize(1);
      seen.addAll(found);
    }
    assertThat(seen).hasSize(9);
  }

  private static boolean isShift(float[] from, float[] to, int dy, int dx) {
    for (int c = 0; c < 2; c++) {
      for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
          if (at(to, c, y, x, 0) != at(from, c, y + dy, x + dx, 0)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  @Test
  void shiftOfARampIsTheRampShifted() {
    // Bilinear sampling is exact on v = 3x + 5y, away from the edge.
    float[] ramp = new float[20 * 20];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = 3 * (i % 20) + 5 * (i / 20);
    }
    var data = Dataset.ofClasses(Shape.of(1, 20, 20), ramp, new int[1], List.of("a", "b"));
    var loader = data.shuffle(Seed.of(4)).batch(1).augment(Augment.shift(2.5));
    var offsets = new HashSet<Float>();
    for (int epoch = 0; epoch < 20; epoch++) {
      float[] out = read(loader.batches(epoch, 0)).getFirst();
      float offset = out[10 * 20 + 10] - ramp[10 * 20 + 10];
      assertThat(Math.abs(offset)).isLessThanOrEqualTo(2.5f * 8);
      offsets.add(offset);
      for (int y = 4; y < 16; y++) {
        for (int x = 4; x < 16; x++) {
          assertThat(out[y * 20 + x]).isCloseTo(ramp[y * 20 + x] + offset, within(1e-3f));
        }
      }
    }
    assertThat(offsets).hasSize(20);
  }

  @Test
  void rotationKeepsTheCentreAndTheDistances() {
    // A bright spot at distance 6 from the centre of a dark picture stays at distance 6.
    float[] x = new float[21 * 21];
    x[10 * 21 + 16] = 1;
    x[10 * 21 + 10] = 1;
    var data = Dataset.ofClasses(Shape.of(1, 21, 21), x, new int[1], List.of("a", "b"));
    var loader = data.shuffle(Seed.of(4)).batch(1).augment(Augment.rotate(90));
    double least = 90;
    double most = -90;
    for (int epoch = 0; epoch < 40; epoch++) {
      float[] out = read(loader.batches(epoch, 0)).getFirst();
      assertThat(out[10 * 21 + 10]).isCloseTo(1f, within(1e-5f));
      double mass = 0;
      double mx = 0;
      double my = 0;
      for (int i = 0; i < out.length; i++) {
        int dx = i % 21 - 10;
        int dy = i / 21 - 10;
        if (Math.hypot(dx, dy) > 3) { // else it is the centre's spot, spread over its neighbours
          mass += out[i];
          mx += out[i] * dx;
          my += out[i] * dy;
        }
      }
      assertThat(Math.hypot(mx / mass, my / mass)).isCloseTo(6, within(0.35));
      double angle = Math.toDegrees(Math.atan2(my, mx));
      assertThat(angle).isBetween(-95.0, 95.0);
      least = Math.min(least, angle);
      most = Math.max(most, angle);
    }
    assertThat(least).isLessThan(-45);
    assertThat(most).isGreaterThan(45);
  }

  @Test
  void whatMovesInIsBlackInTheUnitsOfTheData() {
    var prep =
        ImagePrep.of(1, 3, 1, ImagePrep.Style.PLAIN)
            .normalised(List.of(0.5), List.of(0.25)); // black is (0 − 0.5) / 0.25 = −2
    var data =
        Dataset.ofClasses(Shape.of(1, 1, 3), new float[] {7, 7, 7}, new int[1], List.of("a", "b"))
            .with(prep);
    var values = new HashSet<Float>();
    var loader = data.shuffle().batch(1).augment(Augment.randomCrop(1));
    for (int epoch = 0; epoch < 30; epoch++) {
      for (float v : read(loader.batches(epoch, 0)).getFirst()) {
        values.add(v);
      }
    }
    assertThat(values).containsExactlyInAnyOrder(7f, -2f);
  }

  @Test
  void whatHappensToAnExampleDependsOnSeedEpochAndExampleAlone() {
    var data = pictures(50);
    var how = Augment.shift(1.5).then(Augment.rotate(20)).then(Augment.flipHorizontal());
    Map<Float, float[]> byFirst = new HashMap<>();
    var plain = data.shuffle(Seed.of(3)).batch(50);
    var order = read(plain.batches(2, 0));
    var reference = read(plain.augment(how).batches(2, 0));
    for (int i = 0; i < 50; i++) {
      byFirst.put(order.get(i)[0], reference.get(i));
    }
    for (var other :
        List.of(
            data.shuffle(Seed.of(3)).batch(7).augment(how),
            data.shuffle(Seed.of(3)).batch(7).prefetch(3).augment(how),
            data.skip(10).shuffle(Seed.of(3)).batch(4).augment(how))) {
      var rows = new ArrayList<float[]>(read(other.batches(2, 0)));
      var source = read(other.data().shuffle(Seed.of(3)).batch(other.batchSize()).batches(2, 0));
      assertThat(rows).hasSameSizeAs(source);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i)).containsExactly(byFirst.get(source.get(i)[0]));
      }
    }
    var next = read(data.shuffle(Seed.of(3)).batch(50).augment(how).batches(3, 0));
    var nextOrder = read(plain.batches(3, 0));
    int same = 0;
    for (int i = 0; i < 50; i++) {
      same += Arrays.equals(next.get(i), byFirst.get(nextOrder.get(i)[0])) ? 1 : 0;
    }
    assertThat(same).isZero();
  }

  @Test
  void aChainIsAppliedInItsOrder() {
    // Flip then a crop that can only shift: mirrored at first, so the shift is not mirrored.
    var steps = Augment.shift(1).then(Augment.rotate(2)).then(Augment.randomCrop(3));
    assertThat(steps)
        .isEqualTo(
            new Augment.Chain(
                List.of(new Augment.Shift(1), new Augment.Rotate(2), new Augment.RandomCrop(3))));
  }

  @Test
  void rangesAreChecked() {
    assertThatThrownBy(() -> Augment.shift(-1)).hasMessageContaining("shift(-1.0)");
    assertThatThrownBy(() -> Augment.rotate(Double.NaN)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> new Augment.FlipHorizontal(1.5)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> Augment.randomCrop(-1)).isInstanceOf(DataException.class);
  }

  @Test
  void l44CutoutBlackensOneSquare() {
    var data = pictures(60);
    boolean[] whole = new boolean[2];
    var out = read(data.shuffle(Seed.of(2)).batch(60).augment(Augment.cutout(3)));
    var order = read(data.shuffle(Seed.of(2)).batch(60));
    for (int i = 0; i < 60; i++) {
      int top = H;
      int bottom = -1;
      int left = W;
      int right = -1;
      int count = 0;
      for (int p = 0; p < H * W; p++) {
        boolean isCut = out.get(i)[p] == 0;
        assertThat(out.get(i)[H * W + p] == 0).as("both channels").isEqualTo(isCut);
        if (isCut) {
          count++;
          top = Math.min(top, p / W);
          bottom = Math.max(bottom, p / W);
          left = Math.min(left, p % W);
          right = Math.max(right, p % W);
        } else {
          assertThat(out.get(i)[p]).isEqualTo(order.get(i)[p]);
        }
      }
      assertThat(count).isEqualTo((bottom - top + 1) * (right - left + 1)).isBetween(4, 9);
      whole[count == 9 ? 1 : 0] = true;
    }
    assertThat(whole).as("some reach over the edge, some do not").containsExactly(true, true);
    assertThatThrownBy(() -> Augment.cutout(0)).hasMessageContaining("cutout");
  }
}
