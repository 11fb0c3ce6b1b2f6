package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final List<String> NAMES = List.of("no", "yes");

  @Test
  void givesBackWhatWasPutIn() {
    float[] x = {1, 2, 3, 4, 5, 6};
    int[] y = {1, 0, 1};
    var data = Dataset.ofClasses(Shape.of(2), x, y, NAMES);
    x[0] = 99; // the data set has its own copy
    y[0] = 0;
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.classes()).isEqualTo(2);
    assertThat(data.outputs()).isEqualTo(2);
    assertThat(data.labels()).isEqualTo(NAMES);
    assertThat(data.classCounts()).containsExactly(1, 2);
    assertThat(data.input(0)).containsExactly(1, 2);
    assertThat(data.input(2)).containsExactly(5, 6);
    assertThat(data.label(0)).isEqualTo(1);
    assertThat(data.preprocessing()).isEqualTo(Preprocessing.NONE);
    var batch = data.all();
    assertThat(batch.x().shape()).isEqualTo(Shape.of(3, 2));
    assertThat(batch.x().toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(batch.y().shape()).isEqualTo(Shape.of(3).as(DType.INT32));
    assertThat(batch.y().toInts()).containsExactly(1, 0, 1);
  }

  @Test
  void numbersToPredictKeepTheirRows() {
    var data = Dataset.ofValues(Shape.of(1), new float[] {1, 2}, new float[] {10, 11, 20, 21}, 2);
    assertThat(data.isClassification()).isFalse();
    assertThat(data.outputs()).isEqualTo(2);
    assertThat(data.target(1)).containsExactly(20, 21);
    assertThat(data.all().y().shape()).isEqualTo(Shape.of(2, 2));
    assertThat(data.subset(1, 0).all().y().toFloats()).containsExactly(20, 21, 10, 11);
    assertThatThrownBy(data::classes)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("outputs()");
  }

  @Test
  void oneExampleIsStillABatch() {
    var batch = TestData.counting(5).take(1).all();
    assertThat(batch.x().shape()).isEqualTo(Shape.of(1, 1));
    assertThat(batch.y().shape()).isEqualTo(Shape.of(1).as(DType.INT32));
  }

  @Test
  void subsetsOfSubsetsAreRight() {
    var odd = TestData.counting(10).subset(9, 7, 5, 3, 1);
    assertThat(odd.skip(1).take(2).all().x().toFloats()).containsExactly(7, 5);
    assertThat(odd.skip(1).subset(3).input(0)).containsExactly(1);
    assertThat(odd.classCounts()).containsExactly(0, 5);
    assertThat(odd.take(99).size()).isEqualTo(5);
    assertThat(odd.skip(99).size()).isZero();
    assertThatThrownBy(() -> odd.subset(5)).isInstanceOf(DataException.class);
  }

  @Test
  void refusesWhatCannotBeLearnedFrom() {
    float[] four = {0, 1, 2, 3};
    assertThatThrownBy(() -> Dataset.ofClasses(Shape.of(2), four, new int[] {0, 2}, NAMES))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("example 1: label 2 is out of range")
        .hasMessageContaining("0 to 1");
    assertThatThrownBy(() -> Dataset.ofClasses(Shape.of(2), four, new int[] {0, -1}, NAMES))
        .hasMessageContaining("label -1");
    assertThatThrownBy(() -> Dataset.ofClasses(Shape.of(2), four, new int[3], NAMES))
        .hasMessageContaining("need 6 numbers, but there are 4");
    assertThatThrownBy(() -> Dataset.ofClasses(Shape.of(2), four, new int[2], List.of("only")))
        .hasMessageContaining("only one class");
    float[] nan = {0, 1, Float.NaN, 3};
    assertThatThrownBy(() -> Dataset.ofClasses(Shape.of(2), nan, new int[2], NAMES))
        .hasMessageContaining("example 1: its input number 0 is NaN");
    float[] infinite = {Float.POSITIVE_INFINITY};
    assertThatThrownBy(() -> Dataset.ofValues(Shape.of(4), four, infinite, 1))
        .hasMessageContaining("example 0: its target is Infinity");
  }

  @Test
  void splitsAreDisjointCompleteAndInProportion() {
    int[] y = new int[100];
    float[] x = new float[100];
    for (int i = 0; i < 100; i++) {
      x[i] = i;
      y[i] = i < 70 ? 0 : i < 95 ? 1 : 2; // 70, 25, 5
    }
    var data = Dataset.ofClasses(Shape.of(1), x, y, List.of("a", "b", "c"));
    var parts = data.split(0.8, Seed.of(3));
    assertThat(parts.train().classCounts()).containsExactly(56, 20, 4);
    assertThat(parts.test().classCounts()).containsExactly(14, 5, 1);
    var seen = new ArrayList<Float>();
    for (var part : List.of(parts.train(), parts.test())) {
      for (float v : part.all().x().toFloats()) {
        seen.add(v);
      }
    }
    var each = IntStream.range(0, 100).mapToObj(i -> (float) i).toList();
    assertThat(seen).containsExactlyInAnyOrderElementsOf(each).isNotEqualTo(each);
    assertThat(data.split(0.8, Seed.of(3)).train().fingerprint())
        .isEqualTo(parts.train().fingerprint());
    assertThat(data.split(0.8, Seed.of(4)).train().fingerprint())
        .isNotEqualTo(parts.train().fingerprint());
  }

  @Test
  void splitsLeaveNoClassOutWhereTwoExamplesExist() {
    var y = new int[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2};
    var data = Dataset.ofClasses(Shape.of(1), new float[11], y, List.of("a", "b", "c"));
    for (int seed = 0; seed < 20; seed++) {
      var parts = data.split(0.9, Seed.of(seed));
      assertThat(parts.train().classCounts()).containsExactly(7, 1, 1);
      assertThat(parts.test().classCounts()).containsExactly(1, 1, 0);
    }
  }

  @Test
  void splitsOfTooLittleAreRefused() {
    var data = TestData.counting(10);
    assertThatThrownBy(() -> data.take(1).split(0.5, Seed.of(1)))
        .hasMessageContaining("at least 2");
    for (double fraction : new double[] {0, 1, -1, 2, Double.NaN}) {
      assertThatThrownBy(() -> data.split(fraction, Seed.of(1)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("between 0 and 1");
    }
  }

  @Test
  void validationComesOutOfTraining() {
    var parts = TestData.counting(100).split(0.8, Seed.of(1)).withValidation(0.25, Seed.of(2));
    assertThat(parts.train().size()).isEqualTo(60);
    assertThat(parts.validation().size()).isEqualTo(20);
    assertThat(parts.test().size()).isEqualTo(20);
    assertThat(parts.validation().classCounts()).containsExactly(10, 10);
    assertThatThrownBy(() -> parts.withValidation(0.5, Seed.of(1)))
        .hasMessageContaining("already 20");
  }

  @Test
  void fingerprintIsTheDigestOfShapeInputsAndTargets() throws Exception {
    var bytes = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("[2]".getBytes(StandardCharsets.UTF_8));
    bytes.putFloat(1).putFloat(2).putInt(1).putFloat(3).putFloat(4).putInt(0);
    bytes.flip();
    var sha = MessageDigest.getInstance("SHA-256");
    sha.update(bytes);
    String expected = HexFormat.of().formatHex(sha.digest()).substring(0, 16);
    var data = Dataset.ofClasses(Shape.of(2), new float[] {1, 2, 3, 4}, new int[] {1, 0}, NAMES);
    assertThat(data.fingerprint()).isEqualTo(expected);
    assertThat(data.subset(1, 0).fingerprint()).isNotEqualTo(expected);
    assertThat(data.subset(1, 0).subset(1, 0).fingerprint()).isEqualTo(expected);
  }
}
