package dev.hebb.studio.playground;

import dev.hebb.tensor.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What can be chosen, for the page to build its controls from. */
record Options(
    List<Choice> features,
    List<Choice> activations,
    List<Loss> objectives,
    List<Rule> rules,
    List<Start> starts,
    List<Settings.Penalty> penalties,
    List<Preview> problems,
    List<Scene> scenes,
    Limits limits) {
  private static final int PREVIEWED = 80;

  /** A name and how it is written in formulas. */
  record Choice(String id, String label) {}

  /**
   * A loss.
   *
   * @param ofTwo whether it fits two classes
   * @param ofSeveral whether it fits more than two
   * @param ofNumbers whether it fits numbers
   * @param wantsLinearOutput whether the output cannot be chosen
   */
  record Loss(
      Objective id,
      boolean ofTwo,
      boolean ofSeveral,
      boolean ofNumbers,
      boolean wantsLinearOutput) {}

  /** A problem, and some of its points to know it by. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  record Preview(Problem id, float[] x1, float[] x2, float[] y) {}

  /** How much there may be of what. */
  record Limits(
      int points, int layers, int units, int speed, double reach, int side, int unitSide) {}

  static Options all() {
    return new Options(
        Stream.of(Feature.values()).map(f -> new Choice(f.name(), f.label())).toList(),
        Derivative.all().stream().map(f -> new Choice(f.name(), f.title())).toList(),
        Arrays.stream(Objective.values()).map(Options::loss).toList(),
        List.of(Rule.values()),
        List.of(Start.values()),
        List.of(Settings.Penalty.values()),
        Stream.of(Problem.values()).map(Options::preview).toList(),
        Scenes.all(),
        new Limits(
            Settings.MOST_POINTS,
            Settings.MOST_LAYERS,
            Settings.MOST_UNITS,
            Session.MOST_STEPS_A_SECOND,
            Points.REACH,
            Experiment.SIDE,
            Experiment.UNIT_SIDE));
  }

  private static Preview preview(Problem problem) {
    if (problem == Problem.OWN) {
      return new Preview(problem, new float[0], new float[0], new float[0]);
    }
    Points p = problem.draw(PREVIEWED, 0, 0.5, Seed.of(1));
    return new Preview(problem, p.x1(), p.x2(), p.y());
  }

  private static Loss loss(Objective o) {
    return new Loss(o, o.fits(2), o.fits(3), o.fits(0), o.wantsLinearOutput());
  }
}
