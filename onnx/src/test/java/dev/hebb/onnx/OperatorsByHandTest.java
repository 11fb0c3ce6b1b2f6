package dev.hebb.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Operators, or types of them, that ONNX Runtime has not or computes otherwise than the
 * specification says: beside its examples, and beside loops over single numbers.
 */
class OperatorsByHandTest {
  private static List<Tensor> run(OperatorCase c) {
    return List.copyOf(Onnx.read(ByteBuffer.wrap(c.model())).run(c.inputs()).values());
  }

  private static Tensor run(String line) {
    return run(OperatorCase.of(line)).getFirst();
  }

  private static double[] input(OperatorCase c, int i) {
    Tensor t = c.inputs().get("in" + i);
    assertThat(t).isNotNull();
    return t == null ? new double[0] : t.toDoubles();
  }

  private static void assertClose(Tensor got, double[] want, int... dims) {
    assertThat(got.shape().dims()).containsExactly(dims);
    assertThat(got.toDoubles()).containsExactly(want, within(1e-5));
  }

  // ---- numbers of the specification

  @Test
  void placesOfMaxUnpoolBelongToTheSmallestOutput() {
    Tensor y =
        run(
            "MaxUnpool@11 kernel_shape=[2,2] strides=[2,2] | float[1,1,2,2]:5,6,7,8"
                + " | int64[1,1,2,2]=5,7,13,15 | int64=1,1,5,5");
    double[] want = new double[25];
    want[6] = 5;
    want[8] = 6;
    want[16] = 7;
    want[18] = 8;
    assertClose(y, want, 1, 1, 5, 5);
  }

  @Test
  void whereChoosesTruths() {
    Tensor y = run("Where@16 | bool[4]:1,0,1,0 | bool[4]:1,1,0,0 | bool[]=true -> bool");
    assertThat(y.toBooleans()).containsExactly(true, true, false, true);
  }

  @Test
  void whatRoundsBeyondTheLargestFloatOfOneByteIsInfinite() {
    Tensor y = run("Cast@19 to=19 saturate=0 | float[3]:61439,61441,-61441 -> float8e5m2");
    assertThat(y.toDoubles())
        .containsExactly(57344, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
  }

  @Test
  void float16QuantisesToTheNearest() {
    Tensor y =
        run(
            "QuantizeLinear@19 | float16[4]:0.25,-0.375,1.4,-1.6 | float16[]=0.25 | uint8[]=100 -> uint8");
    assertThat(y.toLongs()).containsExactly(101, 98, 106, 94); // −1.5 goes to the even −2
  }

  @Test
  void integersAreQuantised() {
    Tensor y = run("QuantizeLinear@13 | int32[4]:-900,7,14,900 | float[]=4 | uint8[]=100 -> uint8");
    assertThat(y.toLongs()).containsExactly(0, 102, 104, 255);
  }

  @Test
  void aPadOfSeveralTurnsWrapsAround() {
    Tensor y = run("Pad@19 mode=wrap | float[3]:0,1,2 | int64=4,5");
    assertClose(y, new double[] {2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1}, 12);
  }

  @Test
  void aNumberIsRoundedOnceOnItsWayToFloat16() {
    // Just above the middle between 1 and the next number: by way of float32 it would become 1.
    assertClose(
        run("Cast@13 to=10 | double[1]:1.0004882812500002 -> float16"),
        new double[] {1.0009765625},
        1);
  }

  // ---- loops over single numbers

  @ParameterizedTest
  @CsvSource({"none,false", "none,true", "silu,true"})
  void causalConvolutionWithAState(String activation, boolean past) {
    int steps = 5;
    OperatorCase c =
        OperatorCase.of(
            "CausalConvWithState@27 activation=%s | float[1,2,5] | float[2,1,3] | float[2] | %s -> float float"
                .formatted(activation, past ? "float[1,2,2]" : "-"));
    double[] x = input(c, 1);
    double[] w = input(c, 2);
    double[] b = input(c, 3);
    double[] before = past ? input(c, 4) : new double[4];
    double[] want = new double[2 * steps];
    double[] state = new double[4];
    for (int ch = 0; ch < 2; ch++) {
      double[] line = new double[2 + steps];
      System.arraycopy(before, ch * 2, line, 0, 2);
      System.arraycopy(x, ch * steps, line, 2, steps);
      for (int t = 0; t < steps; t++) {
        double sum = b[ch];
        for (int k = 0; k < 3; k++) {
          sum += w[ch * 3 + k] * line[t + k];
        }
        want[ch * steps + t] = activation.equals("none") ? sum : sum / (1 + Math.exp(-sum));
      }
      System.arraycopy(line, steps, state, ch * 2, 2);
    }
    List<Tensor> got = run(c);
    assertClose(got.get(0), want, 1, 2, steps);
    assertClose(got.get(1), state, 1, 2, 2);
  }

  @ParameterizedTest
  @CsvSource({"linear", "gated", "delta", "gated_delta"})
  void attentionByAState(String rule) {
    int steps = 4;
    int dk = 3;
    int dv = 2;
    boolean gated = rule.startsWith("gated");
    boolean delta = rule.endsWith("delta");
    OperatorCase c =
        OperatorCase.of(
            ("LinearAttention@27 q_num_heads=1 kv_num_heads=1 scale=0.5 update_rule=%s"
                    + " | float[1,4,3] | float[1,4,3] | float[1,4,2] | float[1,1,3,2] | %s | %s"
                    + " -> float float")
                .formatted(
                    rule, gated ? "float[1,4,3](-1,0)" : "-", delta ? "float[1,4,1](0,1)" : "-"));
    double[] q = input(c, 1);
    double[] k = input(c, 2);
    double[] v = input(c, 3);
    double[] s = input(c, 4).clone(); // s[i, j] for key i and value j
    double[] want = new double[steps * dv];
    for (int t = 0; t < steps; t++) {
      for (int i = 0; gated && i < dk; i++) {
        for (int j = 0; j < dv; j++) {
          s[i * dv + j] *= Math.exp(input(c, 5)[t * dk + i]);
        }
      }
      double[] known = new double[dv];
      for (int i = 0; delta && i < dk; i++) {
        for (int j = 0; j < dv; j++) {
          known[j] += k[t * dk + i] * s[i * dv + j];
        }
      }
      for (int j = 0; j < dv; j++) {
        double add = v[t * dv + j] - known[j];
        add *= delta ? input(c, 6)[t] : 1;
        for (int i = 0; i < dk; i++) {
          s[i * dv + j] += k[t * dk + i] * add;
        }
        for (int i = 0; i < dk; i++) {
          want[t * dv + j] += 0.5 * q[t * dk + i] * s[i * dv + j];
        }
      }
    }
    List<Tensor> got = run(c);
    assertClose(got.get(0), want, 1, steps, dv);
    assertClose(got.get(1), s, 1, 1, dk, dv);
  }

  // ---- chance: shapes, bounds, moments, and the same numbers from a seed

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "RandomUniform@1 low=2.0 high=5.0 seed=3.0 shape=[100,100]",
        "RandomUniformLike@1 low=2.0 high=5.0 seed=3.0 | float[100,100]"
      })
  void uniformNumbers(String line) {
    Tensor y = run(line);
    assertThat(y.shape()).isEqualTo(Shape.of(100, 100));
    assertThat(share(y, v -> v >= 2 && v < 5)).isEqualTo(1);
    // The mean of 10⁴ has the deviation 3/√12/100.
    assertThat(mean(y)).isCloseTo(3.5, within(6 * 0.00866));
    assertThat(run(line).toDoubles()).containsExactly(y.toDoubles());
    assertThat(run(line.replace("seed=3", "seed=4")).toDoubles()).isNotEqualTo(y.toDoubles());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "RandomNormal@1 mean=2.0 scale=3.0 seed=3.0 shape=[100,100]",
        "RandomNormalLike@1 mean=2.0 scale=3.0 seed=3.0 | float[100,100]"
      })
  void normalNumbers(String line) {
    Tensor y = run(line);
    assertThat(y.shape()).isEqualTo(Shape.of(100, 100));
    assertThat(mean(y)).isCloseTo(2, within(6 * 0.03));
    double within1 = share(y, v -> Math.abs(v - 2) < 3);
    assertThat(within1).isCloseTo(0.6827, within(6 * 0.00466)); // √(p(1−p)/10⁴)
    assertThat(run(line).toDoubles()).containsExactly(y.toDoubles());
  }

  @Test
  void truthsWithTheGivenProbabilities() {
    Tensor sure = run("Bernoulli@15 seed=1.0 | float[4]:0,1,0,1");
    assertThat(sure.toDoubles()).containsExactly(0, 1, 0, 1);
    Tensor y = run("Bernoulli@15 seed=1.0 dtype=7 | float[10000](0.3,0.3000001) -> int64");
    assertThat(share(y, v -> v == 1)).isCloseTo(0.3, within(6 * 0.00458));
    assertThat(share(y, v -> v == 0)).isCloseTo(0.7, within(6 * 0.00458));
  }

  @Test
  void classesWithTheGivenOdds() {
    Tensor y =
        run(
            "Multinomial@7 sample_size=10000 seed=1.0 dtype=7 | float[1,3]:0,-200,1.0986123 -> int64");
    assertThat(y.shape().dims()).containsExactly(1, 10_000);
    assertThat(share(y, v -> v == 2)).isCloseTo(0.75, within(6 * 0.00433)); // 3 to 1
    assertThat(share(y, v -> v == 1)).isZero();
  }

  private static double mean(Tensor t) {
    return Arrays.stream(t.toDoubles()).average().orElse(Double.NaN);
  }

  private static double share(Tensor t, DoublePredicate p) {
    return (double) Arrays.stream(t.toDoubles()).filter(p).count() / t.size();
  }
}
