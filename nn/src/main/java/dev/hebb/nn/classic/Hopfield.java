package dev.hebb.nn.classic;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Hopfield's network: n neurons, each joined to all others by symmetric weights, whose stable
 * states are memories. From a noisy or partial state it goes to a stored one. Its energy is E =
 * −½·sᵀWs + θᵀs; a neuron turns on if its field hᵢ = Σⱼ wᵢⱼsⱼ − θᵢ is positive, off if it is
 * negative, and stays at 0. One neuron at a time, the energy never rises, so every path ends.
 *
 * <p>All patterns are stored at once, in one shot. Hebb's rule keeps about 0.138·n random patterns
 * (Amit, Gutfreund and Sompolinsky, 1985), fewer if they resemble each other; the pseudo-inverse
 * keeps up to n independent ones.
 *
 * <pre>{@code
 * var memory = Hopfield.hebbian(patterns);          // [p, n] of −1 and 1, or of 0 and 1
 * var recall = memory.recall(noisy, Seed.of(1));    // [n]
 * IO.println(recall.ending() + " after " + recall.states().size() + " sweeps");
 * }</pre>
 *
 * @param weights W, float64 [n, n], symmetric with zeros on the diagonal
 * @param thresholds θ, float64 [n]
 * @param off the state of a neuron that is not on (1): −1 or 0
 * @see <a href="https://doi.org/10.1073/pnas.79.8.2554">Hopfield, "Neural networks and physical
 *     systems with emergent collective computational abilities", 1982</a>
 */
public record Hopfield(Tensor weights, Tensor thresholds, int off) {
  /** Hebb's rule stores about this many random patterns for each neuron. */
  public static final double CAPACITY = 0.138;

  private static final int MAX_SWEEPS = 1000;

  /** Checks shapes and symmetry. */
  public Hopfield {
    int n = thresholds.size();
    if (weights.rank() != 2 || weights.dim(0) != n || weights.dim(1) != n) {
      throw new ShapeError(
          "Hopfield: weights [n, n] need thresholds [n], got %s and %s"
              .formatted(weights.shape(), thresholds.shape()));
    }
    if (off != 0 && off != -1) {
      throw new HebbException("Hopfield: a neuron that is not on is −1 or 0, not " + off);
    }
    weights = weights.cast(DType.FLOAT64).detach().eval();
    thresholds = thresholds.cast(DType.FLOAT64).detach().eval();
    double[] w = weights.toDoubles();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        if (!(Math.abs(w[i * n + j] - w[j * n + i]) <= 1e-12) || i == j && w[i * n + i] != 0) {
          throw new HebbException(
              ("Hopfield: weights must be symmetric with zeros on the diagonal, or the energy may"
                      + " rise; look at [%d, %d]")
                  .formatted(i, j));
        }
      }
    }
  }

  /** How a recall ended. */
  public enum Ending {
    /** Nothing changes any more: a memory, or a mixture of some. */
    FIXED_POINT,
    /** Two states take turns for ever; it happens only where all neurons change together. */
    TWO_CYCLE,
    /** The planned sweeps are done. */
    DONE
  }

  /**
   * The way to a memory.
   *
   * @param states the state [n] before the first sweep and after each
   * @param energies the energy of the first state and after each single change of a neuron, or
   *     where all change together after each sweep
   * @param ending why it stopped
   */
  public record Recall(List<Tensor> states, List<Double> energies, Ending ending) {
    /** Copies. */
    public Recall {
      states = List.copyOf(states);
      energies = List.copyOf(energies);
    }

    /** The last state, [n]. */
    public Tensor state() {
      return states.getLast();
    }
  }

  /**
   * Hebb's rule: wᵢⱼ = 1/n·Σ ξᵢξⱼ over the patterns ξ of −1 and 1. Patterns of 0 and 1 get weights
   * and thresholds that do the same.
   *
   * @param patterns [p, n], all of −1 and 1, or all of 0 and 1
   */
  public static Hopfield hebbian(Tensor patterns) {
    Tensor xi = bipolar(patterns);
    return of(xi.transpose().matmul(xi).div(xi.dim(1)), off(patterns));
  }

  /**
   * The pseudo-inverse or projection rule: W = 1/n·ΞᵀQ⁻¹Ξ with the overlaps Q = ΞΞᵀ/n, so that
   * every pattern is stable however much they resemble each other (Personnaz, Guyon and Dreyfus,
   * 1985).
   *
   * @param patterns [p, n], all of −1 and 1, or all of 0 and 1, none a combination of the others
   */
  public static Hopfield pseudoInverse(Tensor patterns) {
    Tensor xi = bipolar(patterns);
    int n = xi.dim(1);
    Tensor overlaps = xi.matmul(xi.transpose()).div(n);
    var q =
        new Cholesky(
            overlaps,
            "Hopfield.pseudoInverse: a pattern is a combination of others; leave out duplicates"
                + " and opposites");
    Tensor w = xi.transpose().matmul(q.solve(xi)).div(n);
    return of(w.add(w.transpose()).mul(0.5), off(patterns)); // symmetric to the last bit
  }

  /** The network of −1 and 1 with these weights, or the one of 0 and 1 that does the same. */
  private static Hopfield of(Tensor w, int off) {
    int n = w.dim(0);
    Tensor free = w.mul(Tensor.eye(n).neg().add(1).cast(DType.FLOAT64));
    return off == -1
        ? new Hopfield(free, Tensor.full(Shape.of(DType.FLOAT64, n), 0), -1)
        : new Hopfield(free.mul(4), free.sum(1).mul(2), 0); // s = 2v − 1 put into E
  }

  private static int off(Tensor patterns) {
    double[] v = patterns.toDoubles();
    int off = Arrays.stream(v).anyMatch(a -> a == 0) ? 0 : -1;
    for (double a : v) {
      if (a != 1 && a != off) {
        throw new HebbException(
            "Hopfield: patterns are of −1 and 1, or of 0 and 1, but there is " + a);
      }
    }
    return off;
  }

  private static Tensor bipolar(Tensor patterns) {
    Rows.toLearn("Hopfield", patterns);
    Tensor p = patterns.cast(DType.FLOAT64);
    return (off(patterns) == 0 ? p.mul(2).sub(1) : p).eval();
  }

  /** How many neurons. */
  public int neurons() {
    return thresholds.size();
  }

  /** E = −½·sᵀWs + θᵀs for each state; float64 [k] for [k, n], or [1] for [n]. */
  public Tensor energy(Tensor states) {
    Tensor s = Rows.of("Hopfield", states, neurons());
    return s.matmul(weights).mul(s).sum(1).mul(-0.5).add(s.matmul(thresholds));
  }

  /**
   * Recalls one neuron at a time, in a new random order in each sweep, until nothing changes. The
   * energy never rises.
   *
   * @param state [n]
   * @param seed of the orders
   */
  public Recall recall(Tensor state, Seed seed) {
    return oneByOne(state, seed, new double[MAX_SWEEPS], true);
  }

  /**
   * One sweep at each temperature T: a neuron is on with probability σ(ΔE/T), where ΔE is what
   * being on lowers the energy by, so the energy may rise, and states far from a memory are left.
   * In the long run a state has probability ∝ e^(−E/T) (Ackley, Hinton and Sejnowski, 1985). At 0
   * it is what {@link #recall} does.
   *
   * @param state [n]
   * @param seed of the orders and of the decisions
   * @param temperatures of the sweeps, each 0 or more
   */
  public Recall anneal(Tensor state, Seed seed, double... temperatures) {
    for (double t : temperatures) {
      if (!(t >= 0)) {
        throw new HebbException("Hopfield.anneal: a temperature is 0 or more, not " + t);
      }
    }
    return oneByOne(state, seed, temperatures, false);
  }

  private Recall oneByOne(Tensor start, Seed seed, double[] temperatures, boolean untilStable) {
    int n = neurons();
    double[] s = checked(start);
    double[] w = weights.toDoubles();
    double[] field = fields(s);
    var states = new ArrayList<Tensor>(List.of(vector(s)));
    var energies = new ArrayList<Double>(List.of(energy(start).item()));
    var random = new SplittableRandom(seed.value());
    int[] order = IntStream.range(0, n).toArray();
    for (double t : temperatures) {
      shuffle(order, random);
      boolean changed = false;
      for (int i : order) {
        double next = decide(field[i], s[i], t, random);
        if (next == s[i]) {
          continue;
        }
        double change = next - s[i];
        energies.add(energies.getLast() - change * field[i]);
        s[i] = next;
        changed = true;
        for (int j = 0; j < n; j++) {
          field[j] += w[i * n + j] * change;
        }
      }
      states.add(vector(s));
      if (untilStable && !changed) {
        return new Recall(states, energies, Ending.FIXED_POINT);
      }
    }
    return new Recall(states, energies, Ending.DONE);
  }

  private double decide(double field, double now) {
    return field > 0 ? 1 : field < 0 ? off : now;
  }

  private double decide(double field, double now, double t, SplittableRandom random) {
    if (t == 0) {
      return decide(field, now);
    }
    double gain = (1 - off) * field; // what being on lowers the energy by
    return random.nextDouble() < 1 / (1 + Math.exp(-gain / t)) ? 1 : off;
  }

  /** Fisher and Yates's shuffle. */
  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
  }

  /**
   * All neurons together, from the same old state. That ends in a stable state or in two that take
   * turns (Goles, 1985), and the energy may rise.
   *
   * @param state [n]
   */
  public Recall synchronous(Tensor state) {
    double[] s = checked(state);
    double[] before = new double[0];
    var states = new ArrayList<Tensor>(List.of(vector(s)));
    var energies = new ArrayList<Double>(List.of(energy(state).item()));
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      double[] field = fields(s);
      double[] next = new double[s.length];
      for (int i = 0; i < s.length; i++) {
        next[i] = decide(field[i], s[i]);
      }
      boolean stable = Arrays.equals(next, s);
      boolean cycle = Arrays.equals(next, before);
      before = s;
      s = next;
      states.add(vector(s));
      energies.add(energy(vector(s)).item());
      if (stable || cycle) {
        return new Recall(states, energies, stable ? Ending.FIXED_POINT : Ending.TWO_CYCLE);
      }
    }
    return new Recall(states, energies, Ending.DONE);
  }

  private double[] fields(double[] s) {
    return vector(s).matmul(weights).sub(thresholds).toDoubles();
  }

  private double[] checked(Tensor state) {
    if (state.size() != neurons()) {
      throw new ShapeError(
          "Hopfield: a state has %d neurons, not %s".formatted(neurons(), state.shape()));
    }
    double[] s = state.toDoubles();
    for (double v : s) {
      if (v != 1 && v != off) {
        throw new HebbException(
            "Hopfield: this network's neurons are %d or 1, but there is %s".formatted(off, v));
      }
    }
    return s;
  }

  private static Tensor vector(double[] s) {
    return Tensor.of(s, Shape.of(s.length));
  }
}
