package dev.hebb.studio.playground;

import dev.hebb.op.Activation;
import dev.hebb.tensor.HebbException;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that decides what a playground computes: the same settings give the same numbers.
 *
 * @param seed the origin of points, initial weights, order and dropout
 */
record Settings(Data data, Layout layout, Learning learning, Restraint restraint, long seed) {
  static final int MOST_POINTS = 1000;
  static final int MOST_LAYERS = 8;
  static final int MOST_UNITS = 12;

  /** Checks that no part is missing, as it may be in a request. */
  Settings {
    present("data", data);
    present("layout", layout);
    present("learning", learning);
    present("restraint", restraint);
  }

  /**
   * These settings with a loss that fits points of so many classes, 0 for numbers, and with the
   * output that the loss wants.
   */
  Settings suited(int classes) {
    Objective objective =
        learning.objective.fits(classes)
            ? learning.objective
            : classes == 0 ? Objective.SQUARED : Objective.CROSS_ENTROPY;
    Activation output = objective.wantsLinearOutput() ? Activation.LINEAR : layout.output;
    return new Settings(
        data,
        new Layout(layout.features, layout.hidden, output, layout.start),
        new Learning(objective, learning.rule, learning.rate, learning.batch),
        restraint,
        seed);
  }

  /** The same for other points. */
  Settings problem(Problem problem) {
    return new Settings(
        new Data(problem, data.points, data.noise, data.testShare),
        layout,
        learning,
        restraint,
        seed);
  }

  /**
   * What is learnt from.
   *
   * @param problem what there is to learn
   * @param points how many points are drawn; the user's own are as many as they are
   * @param noise the standard deviation by which points are moved, 0 … 1
   * @param testShare the share of points that test, 0.1 … 0.9
   */
  record Data(Problem problem, int points, double noise, double testShare) {
    Data {
      present("problem", problem);
      check("points", points, 10, MOST_POINTS);
      check("noise", noise, 0, 1);
      check("testShare", testShare, 0.1, 0.9);
    }
  }

  /**
   * A hidden layer.
   *
   * @param units how many
   * @param activation what each puts its sum through
   */
  record Hidden(int units, Activation activation) {
    Hidden {
      present("activation", activation);
      check("units", units, 1, MOST_UNITS);
      Derivative.of(activation);
    }
  }

  /**
   * The network.
   *
   * @param features what goes in, in this order
   * @param hidden the layers between input and output
   * @param output the activation of the last layer
   * @param start how weights begin
   */
  record Layout(List<Feature> features, List<Hidden> hidden, Activation output, Start start) {
    Layout {
      present("features", features);
      present("hidden", hidden);
      present("output", output);
      present("start", start);
      features.forEach(f -> present("a feature", f));
      hidden.forEach(h -> present("a hidden layer", h));
      check("layers", hidden.size(), 0, MOST_LAYERS);
      if (features.isEmpty()) {
        throw new HebbException("the network gets no feature; switch at least one on");
      }
      if (EnumSet.copyOf(features).size() < features.size()) {
        throw new HebbException("a feature is given twice: " + features);
      }
      Derivative.of(output);
      features = List.copyOf(features);
      hidden = List.copyOf(hidden);
    }
  }

  /**
   * How it learns.
   *
   * @param rate the learning rate
   * @param batch how many points each step looks at, if there are as many
   */
  record Learning(Objective objective, Rule rule, double rate, int batch) {
    Learning {
      present("objective", objective);
      present("rule", rule);
      check("rate", rate, 1e-6, 100);
      check("batch", batch, 1, 200);
    }
  }

  /** A penalty on weights. */
  enum Penalty {
    NONE,
    L1,
    L2
  }

  /**
   * What holds it back.
   *
   * @param strength λ of the penalty
   * @param dropout the share of hidden units that are dropped in each step
   */
  record Restraint(Penalty penalty, double strength, double dropout) {
    Restraint {
      present("penalty", penalty);
      check("strength", strength, 0, 10);
      check("dropout", dropout, 0, 0.9);
    }
  }

  /** Throws if a part is missing; {@code what} is its name. */
  static void present(String what, @Nullable Object part) {
    if (part == null) {
      throw new HebbException(what + " is missing, or null");
    }
  }

  private static void check(String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new HebbException(
          "%s is %s, but has to lie between %s and %s"
              .formatted(what, plain(value), plain(least), plain(most)));
    }
  }

  private static String plain(double v) {
    return v == Math.rint(v) && Math.abs(v) < 1e9 ? Long.toString((long) v) : Double.toString(v);
  }
}
