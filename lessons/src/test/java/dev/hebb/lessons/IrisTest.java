package dev.hebb.lessons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.classic.LogisticRegression;
import dev.hebb.nn.classic.Perceptron;
import dev.hebb.nn.classic.Separability;
import dev.hebb.nn.classic.SoftmaxRegression;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Iris;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The classic models on Fisher's flowers, whose properties are known. */
class IrisTest {
  /** The lines of the file with their four measures, of one or more species. */
  private static List<String> flowers(String... species) throws IOException {
    try (InputStream in = Iris.class.getResourceAsStream("iris.arff")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(l -> Arrays.stream(species).anyMatch(s -> l.endsWith("," + s)))
          .toList();
    }
  }

  private static Tensor measures(List<String> flowers) {
    double[] x =
        flowers.stream()
            .flatMap(l -> Arrays.stream(l.split(",")).limit(4))
            .mapToDouble(Double::parseDouble)
            .toArray();
    return Tensor.of(x, Shape.of(flowers.size(), 4));
  }

  private static Tensor is(List<String> flowers, String species) {
    boolean[] y = new boolean[flowers.size()];
    for (int i = 0; i < y.length; i++) {
      y[i] = flowers.get(i).endsWith(species);
    }
    return Tensor.of(y, Shape.of(y.length));
  }

  @Test
  void l13SetosaIsSeparableAndTheOtherTwoAreNot() throws IOException {
    var all = flowers("Iris-setosa", "Iris-versicolor", "Iris-virginica");
    assertThat(all).hasSize(150);
    assertThat(Separability.of(measures(all), is(all, "setosa")).isSeparable()).isTrue();
    assertThat(Perceptron.zeros(4).learn(measures(all), is(all, "setosa"), 1, 1000).converged())
        .isTrue();
    var two = flowers("Iris-versicolor", "Iris-virginica");
    var verdict = Separability.of(measures(two), is(two, "virginica"));
    assertThat(verdict).isInstanceOf(Separability.Inseparable.class);
    assertThat(((Separability.Inseparable) verdict).ones().size()).isBetween(1, 6);
  }

  /** R's {@code glm(Species ~ ., binomial)} on the same hundred flowers, as widely published. */
  @Test
  void l14CoefficientsAreThosePublished() throws IOException {
    var two = flowers("Iris-versicolor", "Iris-virginica");
    var fit = LogisticRegression.fit(measures(two), is(two, "virginica"), 0);
    double[] expected = {-2.465, -6.681, 9.429, 18.286};
    for (int k = 0; k < 4; k++) {
      assertThat(fit.weights().get(k)).isCloseTo(expected[k], within(6e-4));
    }
    assertThat(fit.bias()).isCloseTo(-42.638, within(6e-4));
  }

  @Test
  void l39SoftmaxRegressionTellsTheThreeApart() throws IOException {
    var all = flowers("Iris-setosa", "Iris-versicolor", "Iris-virginica");
    int[] y = new int[150];
    for (int i = 0; i < 150; i++) {
      y[i] = all.get(i).endsWith("setosa") ? 0 : all.get(i).endsWith("versicolor") ? 1 : 2;
    }
    var fit = SoftmaxRegression.fit(measures(all), Tensor.of(y, Shape.of(150)), 1e-3);
    int[] answers = fit.of(measures(all)).toInts();
    int right = 0;
    for (int i = 0; i < 150; i++) {
      right += answers[i] == y[i] ? 1 : 0;
    }
    assertThat(right).isGreaterThanOrEqualTo(145);
  }
}
