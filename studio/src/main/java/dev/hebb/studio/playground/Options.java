package dev.hebb.studio.playground;

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
    List<Problem> problems,
    List<Scene> scenes,
    Limits limits) {
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
      Objective id, boolean ofTwo, boolean ofSeveral, boolean ofNumbers, boolean wantsLinearOutput) {}

  /** How much there may be of what. */
  record Limits(int points, int layers, int units, int speed, double reach, int side, int unitSide) {}

  static Options all() {
    return new Options(
        Stream.of(Feature.values()).map(f -> new Choice(f.name(), f.label())).toList(),
        Derivative.all().stream().map(f -> new Choice(f.name(), f.title())).toList(),
        Arrays.stream(Objective.values()).map(Options::loss).toList(),
        List.of(Rule.values()),
        List.of(Start.values()),
        List.of(Settings.Penalty.values()),
        List.of(Problem.values()),
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

  private static Loss loss(Objective o) {
    return new Loss(o, o.fits(2), o.fits(3), o.fits(0), o.wantsLinearOutput());
  }
}
