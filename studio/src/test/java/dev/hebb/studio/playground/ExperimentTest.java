package dev.hebb.studio.playground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.op.Activation;
import dev.hebb.tensor.Seed;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scenes promise is what the engine computes. */
class ExperimentTest {
  static Experiment of(Settings settings) {
    Settings.Data data = settings.data();
    Points points =
        data.problem()
            .draw(data.points(), data.noise(), data.testShare(), Seed.of(settings.seed()));
    return new Experiment(settings.suited(points.classes().size()), points);
  }

  private static Experiment scene(String id) {
    return of(Scenes.get(id).settings());
  }

  private static Frame after(Experiment experiment, int steps) {
    while (experiment.steps() < steps) {
      experiment.step();
    }
    return experiment.look();
  }

  private static double accuracy(Frame.Score score) {
    return Objects.requireNonNull(score.accuracy());
  }

  private static double loss(Frame.Score score) {
    return Objects.requireNonNull(score.loss());
  }

  private static double gradient(Frame.Layer layer) {
    return Objects.requireNonNull(layer.gradient());
  }

  @Test
  void twoLayersSeparateTheSpiral() {
    Experiment spiral = scene("spiral");
    assertThat(spiral.settings().layout().hidden()).hasSize(2);
    Frame frame = after(spiral, 6000);
    assertThat(accuracy(frame.test())).isGreaterThan(0.95);
    assertThat(accuracy(frame.train())).isGreaterThan(0.95);
  }

  @Test
  void xorNeedsAHiddenLayer() {
    Experiment one = scene("xorOne");
    for (int steps = 0; steps <= 4000; steps += 500) {
      Frame frame = after(one, steps);
      assertThat(accuracy(frame.train())).isLessThanOrEqualTo(0.75);
      assertThat(accuracy(frame.test())).isLessThanOrEqualTo(0.75);
    }
    Frame two = after(scene("xorTwo"), 6000);
    assertThat(accuracy(two.train())).isEqualTo(1);
    assertThat(accuracy(two.test())).isEqualTo(1);
  }

  @Test
  void thePerceptronStopsWhenAllIsRight() {
    Experiment perceptron = scene("perceptron");
    assertThat(accuracy(perceptron.look().train())).isLessThan(0.9);
    Frame right = after(perceptron, 2000);
    assertThat(accuracy(right.train())).isEqualTo(1);
    Frame later = after(perceptron, 3000);
    assertThat(later.layers()).isEqualTo(right.layers());
  }

  @Test
  void gradientsVanishInDeepSigmoids() {
    Frame sigmoid = after(scene("vanishing"), 500);
    assertThat(gradient(sigmoid.layers().getFirst()) / gradient(sigmoid.layers().getLast()))
        .isLessThan(1e-3);
    assertThat(accuracy(sigmoid.test())).isLessThan(0.6);
    Experiment relu = scene("vanishingCure");
    Frame start = after(relu, 1);
    assertThat(gradient(start.layers().getFirst()) / gradient(start.layers().getLast()))
        .isGreaterThan(0.05);
    assertThat(accuracy(after(relu, 2000).test())).isGreaterThan(0.95);
  }

  @Test
  void largeStepsKillReluUnits() {
    Experiment relu = scene("deadRelu");
    Frame dead = after(relu, 300);
    assertThat(dead.layers().get(1).slopes()).containsOnly(0.0);
    assertThat(gradient(dead.layers().getFirst())).isZero();
    assertThat(after(relu, 600).layers().getFirst().weights())
        .isEqualTo(dead.layers().getFirst().weights());
    assertThat(after(scene("deadReluCure"), 300).layers().get(1).slopes()).doesNotContain(0.0);
  }

  @Test
  void aLargeNetworkLearnsNoiseByHeart() {
    Experiment large = scene("overfitting");
    double best = Double.POSITIVE_INFINITY;
    for (int steps = 0; steps <= 1000; steps += 20) {
      best = Math.min(best, loss(after(large, steps).test()));
    }
    Frame end = after(large, 4000);
    assertThat(accuracy(end.train())).isEqualTo(1);
    assertThat(loss(end.test())).isGreaterThan(3 * best);
    Frame held = after(scene("overfittingCure"), 4000);
    assertThat(loss(held.test())).isLessThan(0.6 * loss(end.test()));
  }

  @Test
  void weightsOfZeroNeverDiffer() {
    Frame frame = after(scene("zeros"), 2000);
    assertThat(frame.layers().getFirst().weights()).containsOnly(0.0);
    assertThat(accuracy(frame.test())).isEqualTo(0.5);
  }

  @Test
  void theSameSettingsGiveTheSameNumbers() {
    assertThat(after(scene("spiral"), 200)).isEqualTo(after(scene("spiral"), 200));
    Settings s = Scenes.get("spiral").settings();
    Settings other = new Settings(s.data(), s.layout(), s.learning(), s.restraint(), 2);
    assertThat(after(of(other), 200)).isNotEqualTo(after(scene("spiral"), 200));
  }

  /** The surface's bytes against predictions of single points. */
  @Test
  void theSurfaceIsWhatTheNetworkPredicts() {
    Experiment spiral = scene("spiral");
    Frame frame = after(spiral, 500);
    byte[] surface = Base64.getDecoder().decode(frame.surface());
    assertThat(surface).hasSize(Experiment.SIDE * Experiment.SIDE);
    for (int i = 0; i < surface.length; i += 37) {
      int row = i / Experiment.SIDE;
      int column = i % Experiment.SIDE;
      float x1 = (float) (-3 + 6 * (column + 0.5) / Experiment.SIDE);
      float x2 = (float) (3 - 6 * (row + 0.5) / Experiment.SIDE);
      float logit = spiral.architecture().net().predict(new float[] {x1, x2})[0];
      double probability = 1 / (1 + Math.exp(-logit));
      assertThat((double) surface[i])
          .isBetween(127 * (2 * probability - 1) - 1, 127 * (2 * probability - 1) + 1);
    }
  }

  /** 0.4² of 3² squares around a centre each, in three classes. */
  private static String threeClasses() {
    return IntStream.range(0, 90)
        .mapToObj(i ->
            "%s,%s,%s"
                .formatted(
                    i % 3 * 10 + i / 3 % 5,
                    100 * (i % 3 == 1 ? 1 : 0) + i / 15,
                    "abc".charAt(i % 3)))
        .collect(Collectors.joining("\n"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Objective.class,
      names = {"CROSS_ENTROPY", "HINGE", "SQUARED"})
  void severalClassesAreLearnt(Objective objective) {
    Settings s = Scenes.get("xorTwo").settings();
    Points points = OwnPoints.read(threeClasses()).points(0, 0.3, Seed.of(1));
    assertThat(points.classes()).containsExactly("a", "b", "c");
    Settings settings =
        new Settings(
            s.data(),
            s.layout(),
            new Settings.Learning(objective, Rule.ADAM, 0.05, 16),
            s.restraint(),
            1);
    Experiment experiment = new Experiment(settings, points);
    Frame frame = after(experiment, 600);
    assertThat(accuracy(frame.test())).isGreaterThan(0.95);
    byte[] classes = Base64.getDecoder().decode(frame.classes());
    for (int i = 0; i < classes.length; i += 41) {
      float x1 = (float) (-3 + 6 * (i % Experiment.SIDE + 0.5) / Experiment.SIDE);
      float x2 = (float) (3 - 6 * (i / Experiment.SIDE + 0.5) / Experiment.SIDE);
      float[] out = experiment.architecture().net().predict(new float[] {x1, x2});
      int largest = 0;
      for (int k = 1; k < 3; k++) {
        largest = out[k] > out[largest] ? k : largest;
      }
      assertThat((int) classes[i]).isEqualTo(largest);
    }
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void eachRuleLearnsThePlane(Rule rule) {
    double rate = rule == Rule.ADAGRAD ? 0.3 : 0.02;
    Settings s =
        new Settings(
            new Settings.Data(Problem.PLANE, 200, 0, 0.5),
            new Settings.Layout(
                List.of(Feature.X1, Feature.X2), List.of(), Activation.LINEAR, Start.GLOROT),
            new Settings.Learning(Objective.SQUARED, rule, rate, 20),
            new Settings.Restraint(Settings.Penalty.NONE, 0, 0),
            1);
    Frame frame = after(of(s), 1500);
    assertThat(loss(frame.test())).isLessThan(1e-3);
    assertThat(frame.test().accuracy()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"L1", "L2"})
  void penaltiesKeepWeightsSmall(Settings.Penalty penalty) {
    Settings s = Scenes.get("xorTwo").settings();
    Settings held =
        new Settings(
            s.data(), s.layout(), s.learning(), new Settings.Restraint(penalty, 0.05, 0), 1);
    assertThat(size(after(of(held), 1000))).isLessThan(size(after(of(s), 1000)) / 2);
  }

  private static double size(Frame frame) {
    return frame.layers().stream()
        .flatMap(l -> l.weights().stream())
        .mapToDouble(w -> Math.abs(Objects.requireNonNull(w)))
        .sum();
  }

  @Test
  void dropoutChangesLearningButNotLooking() {
    Settings s = Scenes.get("xorTwo").settings();
    Settings dropping =
        new Settings(
            s.data(),
            s.layout(),
            s.learning(),
            new Settings.Restraint(Settings.Penalty.NONE, 0, 0.5),
            1);
    Experiment experiment = of(dropping);
    Frame first = experiment.look();
    assertThat(experiment.look()).isEqualTo(first);
    for (int i = 0; i < 50; i++) {
      experiment.step();
    }
    Frame then = experiment.look();
    assertThat(then).isNotEqualTo(first);
    assertThat(experiment.look()).isEqualTo(then);
  }

  @ParameterizedTest
  @EnumSource(
      value = Problem.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OWN"})
  void problemsAreBalancedAndLieInThePlane(Problem problem) {
    Points p = problem.draw(400, 0.2, 0.3, Seed.of(3));
    assertThat(p.learnt()).isEqualTo(280);
    for (int i = 0; i < p.size(); i++) {
      assertThat(Math.abs(p.x1()[i])).isLessThanOrEqualTo(3);
      assertThat(Math.abs(p.x2()[i])).isLessThanOrEqualTo(3);
      assertThat(Math.abs(p.y()[i])).isLessThanOrEqualTo(1);
    }
    if (!p.classes().isEmpty()) {
      assertThat(IntStream.range(0, 280).filter(i -> p.y()[i] == 1)).hasSize(140);
    }
  }
}
