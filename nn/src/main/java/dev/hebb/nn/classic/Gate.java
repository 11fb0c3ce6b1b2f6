package dev.hebb.nn.classic;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * The sixteen logic gates of two inputs as networks of threshold neurons. Fourteen are a single
 * neuron, because a line separates their ones from their zeros; XOR and XNOR are not, and need a
 * hidden layer (see {@link Separability}).
 *
 * <p>The names are those of the field; {@code A_AND_NOT_B} is also called inhibition, {@code
 * NOT_A_OR_B} implication.
 */
public enum Gate {
  /** Never. */
  FALSE(0b0000, ThresholdNeuron.of(0, 0).bias(-1)),
  /** Both. */
  AND(0b0001, ThresholdNeuron.of(1, 1).bias(-1.5)),
  /** The first without the second. */
  A_AND_NOT_B(0b0010, ThresholdNeuron.of(1, -1).bias(-0.5)),
  /** The first, whatever the second. */
  A(0b0011, ThresholdNeuron.of(1, 0).bias(-0.5)),
  /** The second without the first. */
  NOT_A_AND_B(0b0100, ThresholdNeuron.of(-1, 1).bias(-0.5)),
  /** The second, whatever the first. */
  B(0b0101, ThresholdNeuron.of(0, 1).bias(-0.5)),
  /** One of the two but not both. */
  XOR(
      0b0110,
      List.of(ThresholdNeuron.of(1, 1).bias(-0.5), ThresholdNeuron.of(-1, -1).bias(1.5)),
      ThresholdNeuron.of(1, 1).bias(-1.5)), // OR and NAND
  /** At least one. */
  OR(0b0111, ThresholdNeuron.of(1, 1).bias(-0.5)),
  /** None. */
  NOR(0b1000, ThresholdNeuron.of(-1, -1).bias(0.5)),
  /** Both or none. */
  XNOR(
      0b1001,
      List.of(ThresholdNeuron.of(1, 1).bias(-1.5), ThresholdNeuron.of(-1, -1).bias(0.5)),
      ThresholdNeuron.of(1, 1).bias(-0.5)), // AND or NOR
  /** Not the second. */
  NOT_B(0b1010, ThresholdNeuron.of(0, -1).bias(0.5)),
  /** The second implies the first. */
  A_OR_NOT_B(0b1011, ThresholdNeuron.of(1, -1).bias(0.5)),
  /** Not the first. */
  NOT_A(0b1100, ThresholdNeuron.of(-1, 0).bias(0.5)),
  /** The first implies the second. */
  NOT_A_OR_B(0b1101, ThresholdNeuron.of(-1, 1).bias(0.5)),
  /** Not both. */
  NAND(0b1110, ThresholdNeuron.of(-1, -1).bias(1.5)),
  /** Always. */
  TRUE(0b1111, ThresholdNeuron.of(0, 0).bias(1));

  private final int table;
  private final ThresholdNet net;

  Gate(int table, ThresholdNeuron neuron) {
    this.table = table;
    this.net = ThresholdNet.of(List.of(neuron));
  }

  Gate(int table, List<ThresholdNeuron> hidden, ThresholdNeuron out) {
    this.table = table;
    this.net = ThresholdNet.of(hidden, List.of(out));
  }

  /** What the gate gives by definition. */
  public boolean of(boolean a, boolean b) {
    int row = (a ? 2 : 0) + (b ? 1 : 0);
    return (table >> (3 - row) & 1) == 1;
  }

  /** The network that computes it. */
  public ThresholdNet net() {
    return net;
  }

  /** The definition as a column of 0 and 1 for the inputs 00, 01, 10, 11, float64 [4]. */
  public Tensor table() {
    double[] column = new double[4];
    for (int row = 0; row < 4; row++) {
      column[row] = table >> (3 - row) & 1;
    }
    return Tensor.of(column, Shape.of(4));
  }

  /**
   * All inputs of 0 and 1 in counting order, the first input the slowest, float64 [2ⁿ, n].
   *
   * @param n how many inputs, 1 to 20
   */
  public static Tensor inputs(int n) {
    if (n < 1 || n > 20) {
      throw new HebbException("Gate.inputs: 1 to 20 inputs have a table, not " + n);
    }
    double[] bits = new double[(1 << n) * n];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = i / n >> (n - 1 - i % n) & 1;
    }
    return Tensor.of(bits, Shape.of(1 << n, n));
  }
}
