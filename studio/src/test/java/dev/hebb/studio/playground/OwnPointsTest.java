package dev.hebb.studio.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnPointsTest {
  private static Points read(String csv) {
    return OwnPoints.read(csv).points(0, 0.5, Seed.of(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t"})
  void classesWithAndWithoutHeader(String separator) {
    String rows = "1,10,yes\n3,20,no\n".repeat(6).replace(",", separator);
    for (String header : new String[] {"", "age,height,ill\n".replace(",", separator)}) {
      Points p = read(header + rows);
      assertThat(p.size()).isEqualTo(12);
      assertThat(p.learnt()).isEqualTo(6);
      assertThat(p.classes()).containsExactly("no", "yes");
      assertThat(p.axes().getFirst().name()).isEqualTo(header.isEmpty() ? "x₁" : "age");
      for (int i = 0; i < 12; i++) {
        float end = p.y()[i] == 1 ? -2.5f : 2.5f; // "yes" has the smaller numbers
        assertThat(p.x1()[i]).isCloseTo(end, within(1e-5f));
        assertThat(p.x2()[i]).isCloseTo(end, within(1e-5f));
      }
    }
  }

  @Test
  void numbersAreScaled() {
    Points p = read("1,1,0.5\n2,2,10.5\n3,3,5.5\n".repeat(4));
    assertThat(p.classes()).isEmpty();
    for (int i = 0; i < p.size(); i++) {
      assertThat(p.y()[i]).isCloseTo(p.x1()[i] < -1 ? -1 : p.x1()[i] > 1 ? 0 : 1, within(1e-5f));
    }
  }

  @Test
  void fewWholeNumbersAreClassesAndManyAreNumbers() {
    assertThat(read("1,1,0\n2,2,1\n".repeat(5)).classes()).containsExactly("0", "1");
    var many = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      many.append(i).append(",1,").append(i).append('\n');
    }
    assertThat(read(many.toString()).classes()).isEmpty();
  }

  @Test
  void theOrderBelongsToTheSeed() {
    String csv = "1,1,a\n2,5,b\n3,4,a\n4,2,b\n5,9,a\n6,7,b\n".repeat(2);
    assertThat(read(csv).x1()).isEqualTo(read(csv).x1());
    assertThat(OwnPoints.read(csv).points(0, 0.5, Seed.of(2)).x1()).isNotEqualTo(read(csv).x1());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1,2                      | line 2 has 2 value(s), but three are expected
          1,2,a,b                  | line 2 has 4 value(s)
          1,zwei,a                 | line 2, column 2: 'zwei' is not a number
          NaN,2,a                  | line 2, column 1: 'NaN' is not a number
          1e999,2,a                | line 2, column 1
          1,2,                     | line 2, column 3: the class or number is missing
          """)
  void wrongLinesAreNamed(String line, String message) {
    assertThatThrownBy(() -> read("3,4,a\n" + line + "\n" + "1,2,b\n".repeat(12)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatCannotBeShownIsRefused() {
    refused("1,2,a\n".repeat(9), "there are 9 points, but at least 10 are needed");
    refused("", "there are 0 points");
    refused("1,2,a\n".repeat(12), "all points have the class 'a'");
    refused("1,2,a\n1,3,b\n".repeat(501), "more than 1000 lines");
    refused("x".repeat(200_001), "200001 characters");
    refused("1,2,\"a\n".repeat(12), "line 1");
    var classes = new StringBuilder();
    for (char c = 'a'; c < 'n'; c++) {
      classes.append("1,2,").append(c).append('\n');
    }
    refused(classes.toString(), "13 classes");
  }

  private static void refused(String csv, String message) {
    assertThatThrownBy(() -> read(csv))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining(message);
  }
}
