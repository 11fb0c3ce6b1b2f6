package dev.hebb.conformance;

import static dev.hebb.nn.Layers.glu;
import static dev.hebb.nn.Layers.logSoftmax;
import static dev.hebb.nn.Layers.maxout;
import static dev.hebb.nn.Layers.prelu;
import static dev.hebb.nn.Layers.rrelu;
import static dev.hebb.nn.Layers.softmax;

import dev.hebb.nn.Layers;
import dev.hebb.op.Activation;
import dev.hebb.op.Curve;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** L5: activation functions, as tensor operations and as layers. */
class ActivationsTest {
  @ParameterizedTest
  @CsvSource({
    "LINEAR, identity",
    "RELU, relu",
    "RELU6, relu6",
    "LEAKY_RELU, leaky_relu",
    "ELU, elu",
    "SELU, selu",
    "SIGMOID, sigmoid",
    "TANH, tanh",
    "SOFTPLUS, softplus",
    "SOFTSIGN, softsign",
    "SWISH, silu",
    "MISH, mish",
    "GELU, gelu",
    "GELU_TANH, gelu-tanh",
    "HARD_SWISH, hardswish",
    "HARD_TANH, hardtanh",
    "CELU, celu",
    "LOG_SIGMOID, logsigmoid",
    "TANH_SHRINK, tanhshrink",
    "SOFT_SHRINK, softshrink",
    "HARD_SHRINK, hardshrink",
  })
  void l5Elementwise(Activation f, String fixture) {
    Proof proof = Proof.of("activations/" + fixture);
    proof.function(x -> f.of(x.get("input")));
    proof.layer(Layers.activation(f));
  }

  @ParameterizedTest
  @CsvSource({
    "LEAKY_RELU, 0.3, leaky_relu-steep",
    "ELU, 0.7, elu-alpha",
    "SOFTPLUS, 2, softplus-beta",
    "SWISH, 1, silu",
    "HARD_SHRINK, 0.5, hardshrink",
    "SOFT_SHRINK, 0.5, softshrink",
    "HARD_TANH, 1, hardtanh",
  })
  void l5WithANumber(Curve f, double p, String fixture) {
    Proof.of("activations/" + fixture).layer(Layers.activation(f, p));
  }

  /** PyTorch's own gradient rounds α to float32, also between float64 numbers. */
  @Test
  void l5Celu() {
    Proof.of("activations/celu-alpha").twofold(1e-7).layer(Layers.activation(Curve.CELU, 0.7));
  }

  /** PyTorch's own gradient holds 1/6 in float32, also between float64 numbers. */
  @Test
  void l5HardSigmoid() {
    Proof.of("activations/hardsigmoid")
        .twofold(1e-7)
        .layer(Layers.activation(Activation.HARD_SIGMOID));
  }

  @Test
  void l5SlopesThatAreLearntOrDrawn() {
    Proof.of("activations/prelu-shared").layer(prelu(), "weight");
    Proof.of("activations/prelu-channels").layer(prelu().perChannel(), "weight");
    Proof.of("activations/rrelu-evaluation").layer(rrelu());
  }

  @ParameterizedTest
  @CsvSource({"softmax, 2e-5", "softmax-large, 2e-3"}) // at 1000 float32 is 6e-5 apart
  void l5Softmax(String fixture, double tolerance) {
    Proof proof = Proof.of("activations/" + fixture).single(tolerance);
    proof.function(x -> x.get("input").softmax(-1));
    proof.layer(softmax());
  }

  @ParameterizedTest
  @CsvSource({"log_softmax, 2e-5", "log_softmax-large, 2e-3"})
  void l5LogSoftmax(String fixture, double tolerance) {
    Proof proof = Proof.of("activations/" + fixture).single(tolerance);
    proof.function(x -> x.get("input").logSoftmax(-1));
    proof.layer(logSoftmax());
  }

  @Test
  void l5SoftmaxAlongAnotherAxis() {
    Proof.of("activations/softmax-axis1").function(x -> x.get("input").softmax(1));
  }

  @Test
  void l5Gates() {
    Proof.of("activations/glu").layer(glu());
  }

  @Test
  void l5Maxout() {
    Proof.of("activations/maxout")
        .layer(
            maxout(5, 2),
            x ->
                List.of(
                    x.get("weight").permute(1, 2, 0).reshape(4, 10),
                    x.get("bias").permute(1, 0).reshape(10)));
  }
}
