package dev.hebb.lessons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.HebbException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every lesson is told, and its numbers are compared with plain arithmetic or published ones. */
class LessonsTest {
  private static final Map<Lesson, Page> TOLD = new HashMap<>();

  private static Page english(Lesson lesson) {
    return TOLD.computeIfAbsent(lesson, l -> l.tell(Language.EN));
  }

  private static Map<String, Double> numbers(String row) {
    return english(Lessons.about(row)).numbers();
  }

  private static void is(String row, String name, double expected, double tolerance) {
    assertThat(numbers(row)).containsKey(name);
    assertThat(numbers(row).get(name)).as(row + " " + name).isCloseTo(expected, within(tolerance));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static List<Lesson> all() {
    return Lessons.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyLessonIsToldInBothLanguages(Lesson lesson) {
    Page en = english(lesson);
    Page zh = lesson.tell(Language.ZH);
    assertThat(en.text()).contains("✓").startsWith(lesson.rows().getFirst());
    assertThat(en.text()).doesNotContainPattern("[\\u4e00-\\u9fff]").doesNotContain("NaN%");
    assertThat(zh.text()).containsPattern("[\\u4e00-\\u9fff]").contains("✓");
    assertThat(zh.numbers().values()).containsExactlyElementsOf(en.numbers().values());
    for (Page page : new Page[] {en, zh}) {
      assertThat(page.text().lines()).allMatch(line -> Page.width(line) <= 110);
    }
  }

  @Test
  void rowsAreFoundAndMissingOnesSuggestOthers() {
    Set<String> mains = new HashSet<>();
    for (Lesson lesson : Lessons.all()) {
      assertThat(lesson.rows()).allMatch(r -> r.matches("L([1-9]|[1-5]\\d|6[0-5])"));
      assertThat(mains.add(lesson.rows().getFirst())).isTrue();
    }
    assertThat(Lessons.about("l59").rows()).contains("L59");
    assertThat(Lessons.about("09").rows()).contains("L9");
    assertThat(Lessons.about(" 3 ").rows().getFirst()).isEqualTo("L3");
    for (int row :
        new int[] {
          3, 5, 8, 9, 10, 11, 13, 14, 15, 19, 20, 28, 36, 37, 43, 47, 50, 53, 57, 58, 59, 60, 62, 63
        }) {
      assertThat(Lessons.about("L" + row).rows()).contains("L" + row);
    }
    assertThatThrownBy(() -> Lessons.about("L99"))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("L63, L62, L61");
    assertThatThrownBy(() -> Lessons.about("perceptron"))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("'perceptron'");
  }

  @Test
  void aFalseNumberFailsTheLesson() {
    var page = new Page(Language.EN);
    page.check("x", 1, 1.05, 0.1);
    assertThatThrownBy(() -> page.check("x", 1, 1.2, 0.1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> page.check("x", Double.NaN, 1, 0.1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> page.holds(false, "no", "否"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void chineseIsTwoColumnsWide() {
    assertThat(Page.width("L59 · 网络")).isEqualTo(6 + 4);
    assertThat(Page.num(0.1 + 0.2)).isEqualTo("0.3");
    assertThat(Page.num(-0.0)).isEqualTo("0");
    assertThat(Page.num(1e-8)).isEqualTo("1.000e-08");
  }

  // ---- numbers, row by row

  @Test
  void l19TheCalculator() {
    is("L19", "q = x + y", 3, 0);
    is("L19", "f = q·z", -12, 0);
    is("L19", "∂f/∂x", -4, 0);
    is("L19", "∂f/∂y", -4, 0);
    is("L19", "∂f/∂z", 3, 0);
  }

  /** The whole example in plain arithmetic, and its published numbers. */
  @Test
  void l59TheWorkedExample() {
    double[] w = {.15, .20, .25, .30, .40, .45, .50, .55};
    double[] b = {.35, .35, .60, .60};
    double[] gw = new double[8];
    double[] gb = new double[4];
    is("L59", "E", error(w, b, gw, gb), 1e-12);
    is("L59", "E", 0.298371109, 5e-10);
    is("L59", "w5'", 0.35891648, 5e-9);
    is("L59", "w1'", 0.149780716, 5e-10);
    for (int i = 0; i < 8; i++) {
      is("L59", "w" + (i + 1) + "'", w[i] - 0.5 * gw[i], 1e-12);
    }
    String[] names = {"b_h1", "b_h2", "b_o1", "b_o2"};
    for (int i = 0; i < 4; i++) {
      is("L59", names[i] + "'", b[i] - 0.5 * gb[i], 1e-12);
    }
    is("L59", "E after one step, weights alone", 0.291027774, 5e-10);
    is("L59", "E after one step, weights and biases", 0.280471447, 5e-10);
    for (int step = 0; step < 10_000; step++) {
      error(w, b, gw, gb);
      for (int i = 0; i < 8; i++) {
        w[i] -= 0.5 * gw[i];
      }
      for (int i = 0; i < 4; i++) {
        b[i] -= 0.5 * gb[i];
      }
    }
    is("L59", "E (10000)", error(w, b, gw, gb), 1e-9);
  }

  private static double error(double[] w, double[] b, double[] gw, double[] gb) {
    double h1 = sigmoid(w[0] * .05 + w[1] * .10 + b[0]);
    double h2 = sigmoid(w[2] * .05 + w[3] * .10 + b[1]);
    double o1 = sigmoid(w[4] * h1 + w[5] * h2 + b[2]);
    double o2 = sigmoid(w[6] * h1 + w[7] * h2 + b[3]);
    double d1 = (o1 - .01) * o1 * (1 - o1);
    double d2 = (o2 - .99) * o2 * (1 - o2);
    double e1 = (d1 * w[4] + d2 * w[6]) * h1 * (1 - h1);
    double e2 = (d1 * w[5] + d2 * w[7]) * h2 * (1 - h2);
    double[] g = {e1 * .05, e1 * .10, e2 * .05, e2 * .10, d1 * h1, d1 * h2, d2 * h1, d2 * h2};
    System.arraycopy(g, 0, gw, 0, 8);
    System.arraycopy(new double[] {e1, e2, d1, d2}, 0, gb, 0, 4);
    return .5 * (o1 - .01) * (o1 - .01) + .5 * (o2 - .99) * (o2 - .99);
  }

  @Test
  void l20TheOutputsGradientIsTheDifference() {
    double[] x = {0.5, -1, 2};
    double[][] w1 = {{0.1, -0.2, 0.3, 0.4}, {0.5, 0.2, -0.1, 0.3}, {-0.3, 0.1, 0.2, 0.25}};
    double[] b1 = {0.05, -0.05, 0.1, 0};
    double[] w2 = {0.3, -0.5, 0.2, 0.6};
    double[] h = new double[4];
    double z = 0.1;
    for (int k = 0; k < 4; k++) {
      h[k] = sigmoid(x[0] * w1[0][k] + x[1] * w1[1][k] + x[2] * w1[2][k] + b1[k]);
      z += w2[k] * h[k];
    }
    double y = sigmoid(z);
    is("L20", "L", -Math.log(y), 1e-9);
    for (int k = 0; k < 4; k++) {
      for (int i = 0; i < 3; i++) {
        is(
            "L20",
            "∂L/∂W1[%d,%d]".formatted(i, k),
            (y - 1) * w2[k] * h[k] * (1 - h[k]) * x[i],
            1e-9);
      }
    }
    assertThat(numbers("L20").get("check")).isLessThan(1e-6);
  }

  @Test
  void l10EveryPartialOfTheSmallNetwork() {
    double a1 = sigmoid(0.5 * 0.6 - 0.3 * -0.4 + 0.1);
    double a2 = sigmoid(0.8 * 0.6 + 0.2 * -0.4 - 0.1);
    double y = sigmoid(0.7 * a1 - 0.6 * a2 + 0.2);
    double d = (y - 1) * y * (1 - y);
    is("L10", "∂J/∂v1", d * a1, 1e-9);
    is("L10", "∂J/∂v2", d * a2, 1e-9);
    is("L10", "∂J/∂c", d, 1e-9);
    is("L10", "∂J/∂w11", d * 0.7 * a1 * (1 - a1) * 0.6, 1e-9);
    is("L10", "∂J/∂w21", d * 0.7 * a1 * (1 - a1) * -0.4, 1e-9);
    is("L10", "∂J/∂b1", d * 0.7 * a1 * (1 - a1), 1e-9);
    is("L10", "∂J/∂w12", d * -0.6 * a2 * (1 - a2) * 0.6, 1e-9);
    is("L10", "∂J/∂w22", d * -0.6 * a2 * (1 - a2) * -0.4, 1e-9);
    is("L10", "∂J/∂b2", d * -0.6 * a2 * (1 - a2), 1e-9);
    assertThat(numbers("L10").get("worst")).isLessThan(1e-6);
  }

  @Test
  void l3TheForwardTrace() {
    double z1 = 0.2 + 0.7 * 0.5 + 0.3 * 1.5 + 0.1;
    double z2 = -0.4 + 0.1 * 0.5 - 0.5 * 1.5 - 0.2;
    is("L3", "z(h1)", z1, 1e-9);
    is("L3", "z(h2)", z2, 1e-9);
    is("L3", "a(h2) = max(z, 0)", 0, 0);
    is("L3", "z(o)", 0.6 * z1 + 0.05, 1e-9);
    is("L3", "a(o) = 1/(1 + e⁻ᶻ)", sigmoid(0.6 * z1 + 0.05), 1e-9);
  }

  @Test
  void l8TheDescentOfOneNeuron() {
    is("L8", "w(1)", 2 - 0.2 * (2 * 2 - 1) * 2, 1e-12);
    is("L8", "w1", 29.0 / 29, 1e-9);
    is("L8", "w2", 1, 1e-9);
  }

  @Test
  void l9ErrorsByShare() {
    is("L9", "e(h1) = 2/5·0.8 + 1/5·0.5", 0.42, 1e-12);
    is("L9", "e(h2) = 3·0.8 + 4·0.5", 4.4, 1e-12);
    double a = sigmoid(0.4);
    double c = sigmoid(-0.2);
    double o1 = sigmoid(2 * a + 3 * c);
    double o2 = sigmoid(a + 4 * c);
    double d1 = (o1 - 0.2) * o1 * (1 - o1);
    double d2 = (o2 - 0.6) * o2 * (1 - o2);
    is("L9", "δ(h1)", (2 * d1 + d2) * a * (1 - a), 1e-12);
    is("L9", "δ(h2)", (3 * d1 + 4 * d2) * c * (1 - c), 1e-12);
  }

  @Test
  void l5AndL50ActivationsAndSlopes() {
    is("L5", "sigmoid(1)", sigmoid(1), 1e-9);
    is("L5", "sigmoid'(-2)", sigmoid(-2) * (1 - sigmoid(-2)), 1e-9);
    is("L5", "tanh'(1)", 1 - Math.tanh(1) * Math.tanh(1), 1e-9);
    is("L5", "relu'(-1)", 0, 0);
    is("L5", "leakyRelu(-2)", -0.02, 1e-9);
    is("L5", "leakyRelu'(-2)", 0.01, 1e-9);
    is("L5", "elu(-1)", Math.exp(-1) - 1, 1e-9);
    is("L5", "selu(2)", 2.1014019, 1e-6);
    is("L5", "selu'(-1)", 1.0507009873554805 * 1.6732632423543772 * Math.exp(-1), 1e-9);
    is("L5", "swish(2)", 2 * sigmoid(2), 1e-9);
    is("L5", "swish'(2)", sigmoid(2) * (1 + 2 * (1 - sigmoid(2))), 1e-9);
    is("L5", "mish(1)", Math.tanh(Math.log(1 + Math.E)), 1e-9);
    is("L50", "softplus(0)", Math.log(2), 1e-9);
  }

  @Test
  void l13PerceptronLearnsAndAndOrAndReportsXor() {
    is("L13", "OR w1", 2, 0);
    is("L13", "OR w2", 2, 0);
    is("L13", "OR b", -1, 0);
    is("L13", "OR corrections", 9, 0);
    is("L13", "XOR separable", 0, 0);
    double w1 = numbers("L13").get("AND w1");
    double w2 = numbers("L13").get("AND w2");
    double b = numbers("L13").get("AND b");
    assertThat(b).isNegative();
    assertThat(w1 + b).isNegative();
    assertThat(w2 + b).isNegative();
    assertThat(w1 + w2 + b).isPositive();
  }

  @Test
  void l15LayersOnXor() {
    assertThat(numbers("L15").get("right1")).isLessThanOrEqualTo(3);
    is("L15", "right2", 4, 0);
    is("L15", "right3", 4, 0);
  }

  @Test
  void l53L47AndL60TruthTables() {
    for (int i = 0; i < 4; i++) {
      is("L53", "AND" + i, i == 3 ? 1 : 0, 0);
      is("L53", "OR" + i, i > 0 ? 1 : 0, 0);
    }
    is("L53", "NOT0", 1, 0);
    is("L53", "NOT1", 0, 0);
    assertThat(numbers("L53").get("slope(0)")).isNaN();
    is("L47", "y0", 0, 0);
    is("L47", "y3", 1, 0);
    is("L60", "XOR", 0b0110, 0);
    is("L60", "NAND", 0b1110, 0);
    is("L60", "NOT_A_OR_B", 0b1101, 0);
  }

  @Test
  void l36AndL37Advice() {
    is("L36", "parameters", 2 * 3 + 3 + 3 * 2 + 2 + 2 + 1, 0);
    is("L36", "warnings", 1, 0);
    is("L37", "softmax sum", 1, 1e-12);
    is("L37", "sigmoid sum", sigmoid(2) + sigmoid(1) + sigmoid(-1), 1e-9);
  }

  /** How well shallow nets do is measured, not asserted; the deep sigmoid net must fail. */
  @Test
  void l57DepthSeparatesActivations() {
    assertThat(numbers("L57").get("relu8")).isGreaterThan(0.95);
    assertThat(numbers("L57").get("sigmoid8")).isLessThan(0.95);
    assertThat(numbers("L57").get("relu reach"))
        .isGreaterThan(100 * numbers("L57").get("sigmoid reach"));
  }

  @Test
  void l28HistoryBeginsIn1943() {
    is("L28", "first", 1943, 0);
  }

  @Test
  void l43TheInjectedBugIsFound() {
    is("L43", "found", 6, 0);
    assertThat(numbers("L43").get("worst right")).isLessThan(1e-6);
    assertThat(numbers("L43").get("J after")).isLessThan(numbers("L43").get("J"));
  }

  @Test
  void l11TheLoopStops() {
    is("L11", "steps: 3 epochs of 64/16 batches", 12, 0);
    assertThat(numbers("L11").get("epochs")).isBetween(2.0, 199.0);
  }

  @Test
  void l58CrossEntropyHasTheLargerGradient() {
    double a = sigmoid(4);
    is("L58", "quadratic", a * a * (1 - a), 1e-12);
    is("L58", "entropy", a, 1e-12);
    int[] half = {halfway(true), halfway(false)};
    is("L58", "half quadratic", half[0], 0);
    is("L58", "half entropy", half[1], 0);
  }

  private static int halfway(boolean isQuadratic) {
    double w = 2;
    double b = 2;
    for (int k = 0; ; k++) {
      double a = sigmoid(w + b);
      if (a < 0.5 || k > 300) {
        return k;
      }
      double g = isQuadratic ? a * a * (1 - a) : a;
      w -= 0.15 * g;
      b -= 0.15 * g;
    }
  }

  /** The likelihood's slope in plain loops: the lesson's weights make it 0. */
  @Test
  void l14TheBestWeights() {
    double w = numbers("L14").get("w");
    double b = numbers("L14").get("b");
    double[] passed = {0, 0, 1, 0, 1, 0, 1, 1};
    double first = 0;
    double second = 0;
    for (int i = 0; i < 8; i++) {
      double miss = sigmoid(w * (i + 1) + b) - passed[i];
      first += miss;
      second += miss * (i + 1);
    }
    assertThat(first).isCloseTo(0, within(1e-9));
    assertThat(second).isCloseTo(0, within(1e-9));
  }

  @Test
  void l61WithLabelsAndWithout() {
    assertThat(numbers("L61").get("supervised")).isGreaterThan(0.95);
    assertThat(numbers("L61").get("unsupervised")).isBetween(0.8, 0.95);
  }

  @Test
  void l62TheCurveIsFitted() {
    assertThat(numbers("L62").get("rmse")).isLessThan(0.02);
    assertThat(numbers("L62").get("after")).isLessThan(numbers("L62").get("before") / 3);
  }

  @Test
  void l63DigitsAreRecalledFromHalfNoise() {
    is("L63", "recalled", 10, 0);
    is("L63", "E after", -1.5, 0);
    assertThat(numbers("L63").get("hebbian kept")).isLessThan(10);
    assertThat(numbers("L63").get("modern")).isLessThan(1e-3);
  }
}
