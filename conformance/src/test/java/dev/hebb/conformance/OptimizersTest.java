package dev.hebb.conformance;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.hebb.nn.optim.AdaGrad;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.optim.AdamW;
import dev.hebb.nn.optim.AmsGrad;
import dev.hebb.nn.optim.Bound;
import dev.hebb.nn.optim.Optimizer;
import dev.hebb.nn.optim.RmsProp;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** L42: optimisers, twelve steps with gradients of sizes from 0.001 to 1000. */
class OptimizersTest {
  private static final double RATE = 0.05;

  @TestFactory
  Stream<DynamicTest> l42StepByStep() {
    return Stream.of(
        follows("sgd", Sgd.of(RATE)),
        follows("sgd-decay", Sgd.of(RATE).weightDecay(0.1)),
        follows("sgd-momentum", Sgd.of(RATE).momentum(0.9)),
        follows("sgd-momentum-decay", Sgd.of(RATE).momentum(0.8).weightDecay(0.1)),
        follows("sgd-nesterov", Sgd.of(RATE).momentum(0.9).nesterov()),
        follows("sgd-nesterov-decay", Sgd.of(RATE).momentum(0.9).nesterov().weightDecay(0.1)),
        follows("adagrad", AdaGrad.of(RATE)),
        follows("adagrad-decay", AdaGrad.of(RATE).weightDecay(0.1)),
        follows("rmsprop", RmsProp.of(RATE)),
        follows("rmsprop-alpha", RmsProp.of(RATE).alpha(0.7)),
        follows("rmsprop-centred", RmsProp.of(RATE).centred()),
        follows("rmsprop-momentum", RmsProp.of(RATE).momentum(0.9)),
        follows(
            "rmsprop-centred-momentum-decay",
            RmsProp.of(RATE).centred().momentum(0.9).weightDecay(0.1)),
        follows("adam", Adam.of(RATE)),
        follows("adam-decay", Adam.of(RATE).weightDecay(0.1)),
        follows("amsgrad", AmsGrad.of(RATE)),
        follows("amsgrad-decay", AmsGrad.of(RATE).weightDecay(0.1)),
        follows("adamw", AdamW.of(RATE)),
        follows("adamw-decay", AdamW.of(RATE).weightDecay(0.2)));
  }

  private static DynamicTest follows(String fixture, Optimizer rule) {
    return dynamicTest(
        fixture,
        () -> {
          Fixture f = Fixture.of("optimizers/" + fixture);
          follow(f, rule, DType.FLOAT64, 1e-10);
          follow(f, rule, DType.FLOAT32, 1e-4);
        });
  }

  private static void follow(Fixture fixture, Optimizer rule, DType type, double tolerance) {
    Variable w = Variable.of("w", fixture.get("start").cast(type).eval());
    Bound bound = rule.bind(List.of(w));
    Step step =
        Step.of(
            true,
            gradient -> {
              bound.update(gradient);
              return gradient;
            });
    Tensor gradients = fixture.get("gradients").cast(type);
    Tensor values = fixture.get("output");
    for (int i = 0; i < gradients.dim(0); i++) {
      step.run(gradients.narrow(0, i, 1).squeeze(0).eval());
      String what = "%s in %s, step %d".formatted(fixture, type.label(), i + 1);
      Proof.close(what, w.value(), values.narrow(0, i, 1).squeeze(0), tolerance);
    }
  }
}
