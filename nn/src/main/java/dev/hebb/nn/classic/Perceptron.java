package dev.hebb.nn.classic;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Rosenblatt's perceptron: sign(w·x + b), +1 or −1, and +1 on the line itself. Its rule learns from
 * mistakes alone: for an example x of class t on the wrong side, or on the line, w ← w + η·t·x and
 * b ← b + η·t. If a line separates the classes, the rule finds one after finitely many mistakes
 * (Novikoff, 1962); if not, it goes on for ever.
 *
 * <pre>{@code
 * var and = Perceptron.zeros(2).learn(Gate.inputs(2), Gate.AND.table(), 1, 100);
 * IO.println(and.perceptron() + " after " + and.corrections().size() + " corrections");
 * IO.println(Perceptron.zeros(2).learn(Gate.inputs(2), Gate.XOR.table(), 1, 100).separability());
 * }</pre>
 *
 * @param weights w, one for each input
 * @param bias b
 * @see <a href="https://doi.org/10.1037/h0042519">Rosenblatt, "The perceptron", 1958</a>
 */
public record Perceptron(List<Double> weights, double bias) {
  /** Checks and copies. */
  public Perceptron {
    weights = List.copyOf(weights);
    Rows.checkWeights("Perceptron", weights, bias);
  }

  /**
   * One mistake and what the rule made of it.
   *
   * @param epoch in which pass over the examples, from 1
   * @param example the number of the example, from 0
   * @param target its class, +1 or −1
   * @param score w·x + b before the correction
   * @param after the perceptron after it
   */
  public record Correction(int epoch, int example, int target, double score, Perceptron after) {}

  /**
   * What came of learning.
   *
   * @param perceptron the last one
   * @param epochs how many passes were made; the last one of a success is without a mistake
   * @param corrections all mistakes in order
   * @param separability whether a perceptron can learn these examples at all, with the proof; when
   *     it did, that is the perceptron itself
   */
  public record Training(
      Perceptron perceptron, int epochs, List<Correction> corrections, Separability separability) {
    /** Copies. */
    public Training {
      corrections = List.copyOf(corrections);
    }

    /** Whether the last pass was without a mistake. */
    public boolean converged() {
      return corrections.isEmpty() || corrections.getLast().epoch() < epochs;
    }
  }

  /** One that knows nothing. */
  public static Perceptron zeros(int inputs) {
    if (inputs < 1) {
      throw new HebbException("Perceptron: needs at least one input, not " + inputs);
    }
    return new Perceptron(Rows.list(new double[inputs]), 0);
  }

  /**
   * w·x + b.
   *
   * @param x [n, in] or [in]
   * @return float64 [n]
   */
  public Tensor score(Tensor x) {
    return Rows.of("Perceptron", x, weights.size()).matmul(Rows.vector(weights)).add(bias);
  }

  /** +1 where w·x + b ≥ 0, else −1; float64 [n]. */
  public Tensor of(Tensor x) {
    return score(x).ge(0).cast(DType.FLOAT64).mul(2).sub(1);
  }

  /** The rule for one example that it got wrong. */
  public Perceptron corrected(double[] x, int target, double rate) {
    double[] w = new double[x.length];
    for (int k = 0; k < w.length; k++) {
      w[k] = weights.get(k) + rate * target * x[k];
    }
    return new Perceptron(Rows.list(w), bias + rate * target);
  }

  /**
   * Goes through the examples in their order, again and again, until there is no mistake.
   *
   * @param x examples [n, in], finite
   * @param y [n], 1 for class +1 and 0 or −1 for class −1
   * @param rate η, above 0; from zero weights it only scales the result
   * @param epochs how many passes at most; after that, it is decided exactly whether more could
   *     help
   */
  public Training learn(Tensor x, Tensor y, double rate, int epochs) {
    double[][] rows = Rows.toLearn("Perceptron", x);
    boolean[] ones = Rows.yesOrNo("Perceptron", y, rows.length);
    if (rows[0].length != weights.size() || !(rate > 0 && Double.isFinite(rate)) || epochs < 1) {
      throw new HebbException(
          ("Perceptron.learn: %d inputs meet examples of %d, rate %s, %d epochs; sizes must agree,"
                  + " the rate be above 0, and there be at least one epoch")
              .formatted(weights.size(), rows[0].length, rate, epochs));
    }
    Perceptron now = this;
    var corrections = new ArrayList<Correction>();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      int before = corrections.size();
      for (int i = 0; i < rows.length; i++) {
        double score = now.score(rows[i]);
        int target = ones[i] ? 1 : -1;
        if (score * target <= 0) {
          now = now.corrected(rows[i], target, rate);
          corrections.add(new Correction(epoch, i, target, score, now));
        }
      }
      if (corrections.size() == before) {
        return new Training(
            now, epoch, corrections, new Separability.Separable(now.weights, now.bias));
      }
    }
    return new Training(now, epochs, corrections, Separability.of(x, y));
  }

  private double score(double[] x) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += weights.get(k) * x[k];
    }
    return sum + bias;
  }
}
