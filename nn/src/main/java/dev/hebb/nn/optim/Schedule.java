package dev.hebb.nn.optim;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * How the learning rate changes while training: a factor of the base rate, as a function of the
 * number of steps that have been done. The factor is a tensor expression, so it is compiled into
 * the step.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * The factor.
   *
   * @param t steps done so far, a float64 scalar: 0 at the first update
   * @return a float64 scalar
   */
  Tensor factor(Tensor t);

  /** Always 1. */
  record Constant() implements Schedule {
    @Override
    public Tensor factor(Tensor t) {
      return Tensor.full(t.shape(), 1);
    }
  }

  /**
   * gamma to the power of ⌊t / every⌋.
   *
   * @param every steps between two drops, ≥ 1
   * @param gamma what each drop multiplies by, positive
   */
  record Drops(int every, double gamma) implements Schedule {
    /** Checks the ranges. */
    public Drops {
      positive("every", every);
      positive("gamma", gamma);
    }

    @Override
    public Tensor factor(Tensor t) {
      return power(gamma, t.div(every).floor());
    }
  }

  /**
   * gammaᵗ.
   *
   * @param gamma what each step multiplies by, positive
   */
  record Exponential(double gamma) implements Schedule {
    /** Checks the range. */
    public Exponential {
      positive("gamma", gamma);
    }

    @Override
    public Tensor factor(Tensor t) {
      return power(gamma, t);
    }
  }

  /**
   * Half a cosine wave from 1 down to {@code floor}, then {@code floor} (Loshchilov and Hutter,
   * 2017).
   *
   * @param total steps until the floor, ≥ 1
   * @param floor the last factor, in [0, 1]
   */
  record Cosine(int total, double floor) implements Schedule {
    /** Checks the ranges. */
    public Cosine {
      positive("total", total);
      if (!(floor >= 0 && floor <= 1)) {
        throw new HebbException("cosine: the floor must lie in [0, 1], not " + floor);
      }
    }

    @Override
    public Tensor factor(Tensor t) {
      return wave(t.div(total), 1, floor);
    }
  }

  /**
   * Half a cosine wave from 1 down to 0, again and again, each {@code growth} times as long as the
   * one before (SGDR; Loshchilov and Hutter, 2017).
   *
   * @param first steps of the first wave, ≥ 1
   * @param growth how much longer each wave is, a whole number ≥ 1
   */
  record Restarts(int first, int growth) implements Schedule {
    /** Checks the ranges. */
    public Restarts {
      positive("first", first);
      positive("growth", growth);
    }

    @Override
    public Tensor factor(Tensor t) {
      Tensor done = t.div(first); // in lengths of the first wave
      if (growth == 1) {
        return wave(done.sub(done.floor()), 1, 0);
      }
      // Waves end at (gⁿ − 1)/(g − 1); a half step keeps rounding away from the edges.
      Tensor half = done.add(0.5 / first);
      Tensor n = half.mul(growth - 1).add(1).log().div(Math.log(growth)).floor();
      Tensor length = power(growth, n).round();
      Tensor start = length.sub(1).div(growth - 1);
      return wave(done.sub(start).div(length), 1, 0);
    }
  }

  /**
   * A straight line from 1 down to {@code floor}, then {@code floor}.
   *
   * @param total steps until the floor, ≥ 1
   * @param floor the last factor, in [0, 1]
   */
  record Linear(int total, double floor) implements Schedule {
    /** Checks the ranges. */
    public Linear {
      positive("total", total);
      if (!(floor >= 0 && floor <= 1)) {
        throw new HebbException("linear: the floor must lie in [0, 1], not " + floor);
      }
    }

    @Override
    public Tensor factor(Tensor t) {
      return t.div(total).minimum(1).mul(floor - 1).add(1);
    }
  }

  /**
   * (1 − t/total)^power, then 0.
   *
   * @param total steps until 0, ≥ 1
   * @param power positive; 1 is a straight line
   */
  record Polynomial(int total, double power) implements Schedule {
    /** Checks the ranges. */
    public Polynomial {
      positive("total", total);
      positive("power", power);
    }

    @Override
    public Tensor factor(Tensor t) {
      return t.div(total).minimum(1).neg().add(1).pow(power);
    }
  }

  /**
   * gamma to the power of how many milestones are past.
   *
   * @param gamma what each milestone multiplies by, positive
   * @param steps the milestones, each ≥ 1
   */
  record Milestones(double gamma, List<Integer> steps) implements Schedule {
    /** Checks the ranges and takes a copy. */
    public Milestones {
      positive("gamma", gamma);
      steps.forEach(s -> positive("a milestone", s));
      steps = List.copyOf(steps);
    }

    @Override
    public Tensor factor(Tensor t) {
      Tensor past = t.mul(0);
      for (int step : steps) {
        past = past.add(t.ge(step).cast(t.dtype()));
      }
      return power(gamma, past);
    }
  }

  /**
   * Up to 1 in a straight line, then down as 1/√t: min((t + 1)/steps, √(steps/(t + 1))) (Vaswani et
   * al., <a href="https://arxiv.org/abs/1706.03762">“Attention is all you need”</a>, 2017, whose
   * rate is this times 1/√(width · steps)).
   *
   * @param steps how long to warm up, ≥ 1
   */
  record InverseRoot(int steps) implements Schedule {
    /** Checks the range. */
    public InverseRoot {
      positive("steps", steps);
    }

    @Override
    public Tensor factor(Tensor t) {
      Tensor part = t.add(1).div(steps);
      return part.minimum(part.reciprocal().sqrt());
    }
  }

  /**
   * A straight line from 1/steps up to 1 in the first {@code steps} steps, then another schedule,
   * whose count starts there.
   *
   * @param steps how long to warm up, ≥ 1
   * @param then what follows
   */
  record Warmup(int steps, Schedule then) implements Schedule {
    /** Checks the range. */
    public Warmup {
      positive("steps", steps);
    }

    @Override
    public Tensor factor(Tensor t) {
      Tensor after = then.factor(t.sub(steps).maximum(0));
      return t.lt(steps).where(t.add(1).div(steps), after);
    }
  }

  /**
   * One wave up and down (Smith and Topin, 2018): by a cosine from 1/25 up to 1 during the first 30
   * % of the steps, and by another from there down to 1/250,000. The optimiser's rate is the peak.
   *
   * @param total all steps, ≥ 2
   */
  record OneCycle(int total) implements Schedule {
    /** Checks the range. */
    public OneCycle {
      if (total < 2) {
        throw new HebbException("oneCycle: needs at least two steps, not " + total);
      }
    }

    @Override
    public Tensor factor(Tensor t) {
      double last = total - 1.0;
      double peak = Math.max(0.3 * total - 1, 1e-9);
      Tensor up = wave(t.div(peak), 1.0 / 25, 1);
      Tensor down = wave(t.sub(peak).div(last - peak), 1, 1.0 / 25 / 1e4);
      return t.le(peak).where(up, down);
    }
  }

  /** Half a cosine wave from one number, at x = 0, to another, at x = 1 and beyond. */
  private static Tensor wave(Tensor x, double from, double to) {
    return x.clamp(0, 1).mul(Math.PI).cos().add(1).mul((from - to) / 2).add(to);
  }

  /** gammaˣ. */
  private static Tensor power(double gamma, Tensor x) {
    return x.mul(Math.log(gamma)).exp();
  }

  private static void positive(String what, double v) {
    if (!(v > 0)) {
      throw new HebbException("schedule: " + what + " must be positive, not " + v);
    }
  }

  /** Always the base rate. */
  static Schedule constant() {
    return new Constant();
  }

  /** The rate times {@code gamma} after every so many steps. */
  static Schedule step(int every, double gamma) {
    return new Drops(every, gamma);
  }

  /** The rate times {@code gamma} after each step. */
  static Schedule exponential(double gamma) {
    return new Exponential(gamma);
  }

  /** Half a cosine wave down to 0. */
  static Schedule cosine(int total) {
    return new Cosine(total, 0);
  }

  /** Half a cosine wave down to 0, then from the top again, each wave {@code growth} as long. */
  static Schedule cosineRestarts(int first, int growth) {
    return new Restarts(first, growth);
  }

  /** A straight line down to 0. */
  static Schedule linear(int total) {
    return new Linear(total, 0);
  }

  /** A power of a straight line down to 0. */
  static Schedule polynomial(int total, double power) {
    return new Polynomial(total, power);
  }

  /** The rate times {@code gamma} at certain steps. */
  static Schedule milestones(double gamma, int... steps) {
    return new Milestones(gamma, Arrays.stream(steps).boxed().toList());
  }

  /** Up, then down as one over the root of the step. */
  static Schedule inverseRoot(int warmup) {
    return new InverseRoot(warmup);
  }

  /** A straight line up from (almost) 0, then another schedule. */
  static Schedule warmup(int steps, Schedule then) {
    return new Warmup(steps, then);
  }

  /** Up and down once; the base rate is the peak. */
  static Schedule oneCycle(int total) {
    return new OneCycle(total);
  }
}
