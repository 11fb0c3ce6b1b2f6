package dev.hebb.nn.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.op.Activation;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Single neurons and nets of threshold neurons against their truth tables and formulas. */
class NeuronsTest {
  private static final Tensor BITS = Gate.inputs(2);

  @Test
  void theInputsOfATableAreInCountingOrder() {
    assertThat(BITS.toDoubles()).containsExactly(0, 0, 0, 1, 1, 0, 1, 1);
    assertThat(Gate.inputs(1).toDoubles()).containsExactly(0, 1);
    assertThat(Gate.inputs(3).slice("5").toDoubles()).containsExactly(1, 0, 1);
    assertThatThrownBy(() -> Gate.inputs(0)).isInstanceOf(HebbException.class);
  }

  @Test
  void l53McCullochPittsComputesAndOrNot() {
    assertThat(McCullochPitts.and(2).of(BITS).toDoubles()).containsExactly(0, 0, 0, 1);
    assertThat(McCullochPitts.or(2).of(BITS).toDoubles()).containsExactly(0, 1, 1, 1);
    assertThat(McCullochPitts.not().of(Gate.inputs(1)).toDoubles()).containsExactly(1, 0);
    assertThat(McCullochPitts.and(3).of(Gate.inputs(3)).toDoubles())
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 1);
  }

  @Test
  void l53OneInhibitoryInputForbidsFiring() {
    var neuron = new McCullochPitts(2, 1, 1); // (a or b) and not c
    assertThat(neuron.of(Gate.inputs(3)).toDoubles()).containsExactly(0, 0, 1, 0, 1, 0, 1, 0);
    assertThat(neuron.of(Tensor.of(1f, 1f, 0f)).toDoubles()).containsExactly(1);
    assertThatThrownBy(() -> new McCullochPitts(0, 0, 1)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> new McCullochPitts(1, 0, -1)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> neuron.of(BITS))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("[n, 3]");
  }

  @Test
  void l53TheStepHasNoDerivative() {
    var neuron = ThresholdNeuron.of(1).threshold(0.5);
    double[] slopes = neuron.slope(Tensor.of(new float[][] {{-3}, {0.5f}, {0.51f}})).toDoubles();
    assertThat(slopes[0]).isZero();
    assertThat(slopes[1]).isNaN();
    assertThat(slopes[2]).isZero();
    for (double h : new double[] {1e-2, 1e-4, 1e-8}) { // the quotient across the jump has no limit
      double[] f =
          neuron.of(Tensor.of(new double[] {0.5 - h, 0.5 + h}, Shape.of(2, 1))).toDoubles();
      assertThat((f[1] - f[0]) / (2 * h)).isCloseTo(1 / (2 * h), within(1e-3 / h));
    }
  }

  @Test
  void l47ThresholdAndBiasAgreeOnAllInputs() {
    var xor = ThresholdNeuron.of(2, -1, 0.5).threshold(0.25);
    assertThat(xor.bias()).isEqualTo(-0.25);
    assertThat(xor).isEqualTo(ThresholdNeuron.of(2, -1, 0.5).bias(-0.25));
    Tensor x = Random.normalOnce(Shape.of(DType.FLOAT64, 2000, 3), Seed.of(4)).eval();
    double[] values = x.toDoubles();
    double[] expected = new double[2000];
    for (int i = 0; i < 2000; i++) {
      double z = 2 * values[3 * i] - values[3 * i + 1] + 0.5 * values[3 * i + 2];
      expected[i] = z >= 0.25 ? 1 : 0;
    }
    assertThat(xor.of(x).toDoubles()).containsExactly(expected);
    assertThat(xor.ofBiased(x).toDoubles()).containsExactly(expected);
    Tensor edge =
        Tensor.of(new float[][] {{0.125f, 0, 0}, {0, 0, 0.5f}, {0, -0.25f, 0}}); // w·x = θ
    assertThat(xor.of(edge).toDoubles()).containsExactly(1, 1, 1);
    assertThat(xor.ofBiased(edge).toDoubles()).containsExactly(1, 1, 1);
  }

  @Test
  void l12TheNeuronEqualsItsFormulaWithAndWithoutBias() {
    Tensor x = Tensor.of(new double[] {1, 2, -0.5, 0.25}, Shape.of(2, 2));
    Neuron bare = Neuron.of(0.3, -0.7);
    assertThat(bare.of(x).toDoubles())
        .containsExactly(new double[] {0.3 - 1.4, -0.15 - 0.175}, within(1e-15));
    Neuron full = bare.bias(0.2).activation(Activation.SIGMOID);
    assertThat(full.sum(x).toDoubles())
        .containsExactly(new double[] {-1.1 + 0.2, -0.325 + 0.2}, within(1e-15));
    assertThat(full.of(x).toDoubles())
        .containsExactly(
            new double[] {1 / (1 + Math.exp(0.9)), 1 / (1 + Math.exp(0.125))}, within(1e-12));
    assertThatThrownBy(() -> Neuron.of(Double.NaN)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> Neuron.of()).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> full.of(Tensor.zeros(2, 3))).isInstanceOf(ShapeError.class);
  }

  @ParameterizedTest
  @EnumSource(Gate.class)
  void l60EveryGateIsAFeedForwardNet(Gate gate) {
    double[] y = gate.net().of(BITS).toDoubles();
    for (int i = 0; i < 4; i++) {
      boolean a = i >= 2;
      boolean b = i % 2 == 1;
      boolean expected =
          switch (gate) {
            case FALSE -> false;
            case AND -> a && b;
            case A_AND_NOT_B -> a && !b;
            case A -> a;
            case NOT_A_AND_B -> !a && b;
            case B -> b;
            case XOR -> a != b;
            case OR -> a || b;
            case NOR -> !(a || b);
            case XNOR -> a == b;
            case NOT_B -> !b;
            case A_OR_NOT_B -> a || !b;
            case NOT_A -> !a;
            case NOT_A_OR_B -> !a || b;
            case NAND -> !(a && b);
            case TRUE -> true;
          };
      assertThat(y[i] == 1).as("%s(%s, %s)", gate, a, b).isEqualTo(expected);
      assertThat(gate.of(a, b)).isEqualTo(expected);
      assertThat(gate.table().toDoubles()[i]).isEqualTo(expected ? 1 : 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Gate.class)
  void l60OnlyXorAndItsNegationNeedAHiddenLayer(Gate gate) {
    boolean needs = gate == Gate.XOR || gate == Gate.XNOR;
    assertThat(gate.net().hiddenLayers()).isEqualTo(needs ? 1 : 0);
    assertThat(Separability.of(BITS, gate.table()).isSeparable()).isEqualTo(!needs);
  }

  @Test
  void netsOfThresholdNeuronsMustFit() {
    assertThatThrownBy(() ->
            ThresholdNet.of(List.of(ThresholdNeuron.of(1, 1)), List.of(ThresholdNeuron.of(1, 1))))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("layer 1 has 2 weights for 1 inputs");
    assertThatThrownBy(() -> ThresholdNet.of()).isInstanceOf(HebbException.class);
  }
}
