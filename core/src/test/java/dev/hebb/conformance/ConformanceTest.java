package dev.hebb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.grad.GradientCheck;
import dev.hebb.grad.Gradients;
import dev.hebb.op.Activation;
import dev.hebb.op.Curve;
import dev.hebb.op.ScalarOp;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Device;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation on every device: values against float64, gradients against differences. */
class ConformanceTest {
  private static final double[] SPECIAL = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0,
    -0.0,
    1,
    -1,
    1e-38,
    1e38,
    100,
    -100,
    0.5,
    -0.5
  };

  static Stream<Case> cases() {
    return Cases.all();
  }

  static Stream<Case> differentiable() {
    return Cases.all().filter(Case::differentiable);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyDeviceAgreesWithTheOracle(Case c) {
    for (Device d : Device.values()) {
      compare(c, d, 3e-6);
      compare(c.wide(), d, 1e-12);
    }
  }

  private static void compare(Case c, Device device, double tolerance) {
    Tensor expected = Device.REFERENCE.run(() -> c.f().apply(c.inputs()).eval());
    Tensor actual = device.run(() -> c.f().apply(c.inputs()).eval());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double[] want = expected.toDoubles();
    double[] got = actual.toDoubles();
    double scale = 1;
    for (double w : want) {
      scale = Double.isFinite(w) ? Math.max(scale, Math.abs(w)) : scale;
    }
    for (int i = 0; i < want.length; i++) {
      if (Double.isNaN(want[i])) {
        assertThat(got[i]).as("%s on %s at %d", c, device, i).isNaN();
      } else if (Double.isInfinite(want[i])) {
        assertThat(got[i]).as("%s on %s at %d", c, device, i).isEqualTo(want[i]);
      } else {
        assertThat(Math.abs(got[i] - want[i]))
            .as("%s on %s at %d: %s, not %s", c, device, i, got[i], want[i])
            .isLessThanOrEqualTo(tolerance * scale);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void gradientsAgreeWithDifferences(Case c) {
    // fixed weights make a scalar of the result in which no two elements cancel
    GradientCheck check =
        Gradients.check(
            in -> {
              Tensor y = c.f().apply(in);
              Tensor w = Case.sample(99, 0.5, 1.5, y.shape().dims()).cast(y.dtype());
              return y.mul(w).sum();
            },
            c.inputs());
    assertThat(check.passes(1e-6)).as("%s: %s", c, check).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarOp.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"CAST", "WHERE"})
  void specialValuesPropagateAsInTheOracle(ScalarOp op) {
    int n = SPECIAL.length;
    double[] a = new double[n * n];
    double[] b = new double[n * n];
    for (int i = 0; i < n * n; i++) {
      a[i] = SPECIAL[i / n];
      b[i] = SPECIAL[i % n];
    }
    DType type = op.result() == ScalarOp.Result.BOOL ? DType.BOOL : DType.FLOAT32;
    Tensor x = Tensor.of(a, Shape.of(n * n)).cast(DType.FLOAT32).eval();
    Tensor y = Tensor.of(b, Shape.of(n * n)).cast(DType.FLOAT32).eval();
    boolean logical =
        op == ScalarOp.AND || op == ScalarOp.OR || op == ScalarOp.XOR || op == ScalarOp.NOT;
    Tensor p = logical ? x.cast(DType.BOOL).eval() : x;
    Tensor q = logical ? y.cast(DType.BOOL).eval() : y;
    Tensor[] in = op.arity() == 1 ? new Tensor[] {p} : new Tensor[] {p, q};
    var node = new dev.hebb.op.Elementwise(op, type);
    double[] want = Device.REFERENCE.run(() -> Tensor.apply(node, in).toDoubles());
    double[] got = Device.SIMD.run(() -> Tensor.apply(node, in).toDoubles());
    for (int i = 0; i < want.length; i++) {
      String where = "%s(%s, %s)".formatted(op, a[i], b[i]);
      double limit = (float) want[i]; // overflow to ∞ as float32 does
      if (Double.isNaN(limit)) {
        assertThat(got[i]).as(where).isNaN();
      } else if (Double.isInfinite(limit)) {
        assertThat(got[i]).as(where).isEqualTo(limit);
      } else {
        assertThat(Math.abs(got[i] - limit))
            .as("%s = %s, not %s", where, got[i], limit)
            .isLessThanOrEqualTo(1e-6 * Math.max(Math.abs(limit), 1e-30));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsEqualTheirIndependentDefinition(Activation a) {
    double[] x = new double[401];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 200) / 20.0 + 0.003;
    }
    double[] y = Device.REFERENCE.run(() -> Tensor.of(x).apply(a).toDoubles());
    for (int i = 0; i < x.length; i++) {
      assertThat(y[i])
          .as("%s(%s)", a, x[i])
          .isCloseTo(
              a.reference(x[i]),
              org.assertj.core.data.Offset.offset(1e-12 * Math.max(1, Math.abs(y[i]))));
    }
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void curvesEqualTheirIndependentDefinition(Curve c) {
    double[] x = new double[401];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 200) / 20.0 + 0.003;
    }
    for (double p : new double[] {0.25, 1, 2.5}) {
      double[] y = Device.REFERENCE.run(() -> c.of(Tensor.of(x), p).toDoubles());
      for (int i = 0; i < x.length; i++) {
        assertThat(y[i])
            .as("%s(%s, %s)", c, x[i], p)
            .isCloseTo(
                c.reference(x[i], p),
                org.assertj.core.data.Offset.offset(1e-12 * Math.max(1, Math.abs(y[i]))));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = dev.hebb.op.Reduce.Kind.class)
  void reductionsPropagateNaN(dev.hebb.op.Reduce.Kind kind) {
    float[] v = new float[300];
    java.util.Arrays.fill(v, 1);
    v[77] = Float.NaN;
    v[250] = Float.POSITIVE_INFINITY;
    for (int axis : new int[] {0, 1}) {
      Tensor x = Tensor.of(v, Shape.of(3, 100));
      var op = new dev.hebb.op.Reduce(kind, List.of(axis));
      double[] want = Device.REFERENCE.run(() -> Tensor.apply(op, x).toDoubles());
      double[] got = Device.SIMD.run(() -> Tensor.apply(op, x).toDoubles());
      assertThat(got).containsExactly(want);
    }
  }
}
