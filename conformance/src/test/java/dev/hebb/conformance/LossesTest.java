package dev.hebb.conformance;

import static dev.hebb.nn.Losses.bce;
import static dev.hebb.nn.Losses.bceWithLogits;
import static dev.hebb.nn.Losses.binaryFocal;
import static dev.hebb.nn.Losses.contrastive;
import static dev.hebb.nn.Losses.cosine;
import static dev.hebb.nn.Losses.crossEntropy;
import static dev.hebb.nn.Losses.ctc;
import static dev.hebb.nn.Losses.focal;
import static dev.hebb.nn.Losses.halfSquaredError;
import static dev.hebb.nn.Losses.hinge;
import static dev.hebb.nn.Losses.huber;
import static dev.hebb.nn.Losses.klDivergence;
import static dev.hebb.nn.Losses.logCosh;
import static dev.hebb.nn.Losses.mae;
import static dev.hebb.nn.Losses.mse;
import static dev.hebb.nn.Losses.multiHinge;
import static dev.hebb.nn.Losses.poisson;
import static dev.hebb.nn.Losses.triplet;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.hebb.nn.Loss;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** L8, L18, L58: losses and their gradients. */
class LossesTest {
  private static DynamicTest loss(String fixture, Loss loss) {
    return proof(fixture, x -> loss.of(x.get("input"), x.get("target")));
  }

  private static DynamicTest proof(String fixture, Function<Proof.Inputs, Tensor> f) {
    return dynamicTest(fixture, () -> Proof.of("losses/" + fixture).function(f));
  }

  private static double[] numbers(String fixture, String name) {
    return Fixture.of("losses/" + fixture).get(name).toDoubles();
  }

  @TestFactory
  Stream<DynamicTest> l8OfNumbers() {
    return Stream.of(
        loss("mse", mse()),
        loss("half_squared_error", halfSquaredError()),
        loss("l1", mae()),
        loss("huber", huber(1)),
        loss("huber-delta", huber(0.6)),
        loss("smooth_l1", huber(1)),
        proof("smooth_l1-beta", x -> huber(0.6).of(x.get("input"), x.get("target")).div(0.6)),
        loss("log_cosh", logCosh()),
        loss("poisson_nll", poisson()),
        loss("poisson_nll-full", poisson().full()),
        loss("poisson_nll-rate", poisson().ofRates()));
  }

  @TestFactory
  Stream<DynamicTest> l18OfYesOrNo() {
    return Stream.of(
        loss("bce", bce()),
        loss("bce-labels", bce()),
        loss("bce_with_logits", bceWithLogits()),
        loss("bce_with_logits-far", bceWithLogits()),
        loss(
            "bce_with_logits-pos_weight",
            bceWithLogits().posWeight(numbers("bce_with_logits-pos_weight", "pos_weight"))),
        loss("focal", binaryFocal(2).alpha(0.25)),
        loss("hinge", hinge()),
        loss("squared_hinge", hinge().squared()));
  }

  @TestFactory
  Stream<DynamicTest> l58OfClasses() {
    return Stream.of(
        loss("cross_entropy", crossEntropy()),
        loss("cross_entropy-far", crossEntropy()),
        loss("cross_entropy-sequence", crossEntropy()),
        loss("cross_entropy-smoothing", crossEntropy().smoothing(0.1)),
        loss("cross_entropy-ignore", crossEntropy().ignore(-100)),
        loss(
            "cross_entropy-weight",
            crossEntropy().weights(numbers("cross_entropy-weight", "weight"))),
        loss(
            "cross_entropy-weight-smoothing",
            crossEntropy()
                .weights(numbers("cross_entropy-weight-smoothing", "weight"))
                .smoothing(0.1)),
        loss(
            "cross_entropy-ignore-weight-smoothing",
            crossEntropy()
                .weights(numbers("cross_entropy-ignore-weight-smoothing", "weight"))
                .smoothing(0.1)
                .ignore(4)),
        loss("cross_entropy-probabilities", crossEntropy()),
        loss("cross_entropy-probabilities-smoothing", crossEntropy().smoothing(0.1)),
        loss(
            "cross_entropy-probabilities-weight",
            crossEntropy().weights(numbers("cross_entropy-probabilities-weight", "weight"))),
        loss("nll", crossEntropy().ofLogProbabilities()),
        loss("nll-ignore", crossEntropy().ofLogProbabilities().ignore(-100)),
        loss(
            "nll-weight",
            crossEntropy().ofLogProbabilities().weights(numbers("nll-weight", "weight"))),
        loss("focal-classes", focal(2)),
        loss("multi_margin", multiHinge()),
        loss("multi_margin-squared", multiHinge().squared()),
        loss(
            "multi_margin-weight",
            multiHinge().margin(0.7).weights(numbers("multi_margin-weight", "weight"))),
        loss("kl_div-batchmean", klDivergence().ofLogProbabilities()));
  }

  @TestFactory
  Stream<DynamicTest> l58OfPairs() {
    return Stream.of(
        proof(
            "cosine_embedding",
            x -> cosine().of(x.get("input"), x.get("other"), x.get("target").gt(0))),
        proof(
            "cosine_embedding-margin",
            x -> cosine().margin(0.3).of(x.get("input"), x.get("other"), x.get("target").gt(0))),
        proof(
            "triplet_margin-exact",
            x -> triplet(1).of(x.get("input"), x.get("positive"), x.get("negative"))),
        proof(
            "contrastive",
            x -> contrastive(2.5).of(x.get("input"), x.get("other"), x.get("target"))));
  }

  /** PyTorch has time in front, and says how long targets are; Hebb fills them up with −1. */
  @TestFactory
  Stream<DynamicTest> l58OfSequences() {
    Tensor target = Tensor.of(new int[] {1, 2, 2, 3, 3, 4, 4, 1, -1}, Shape.of(3, 3));
    Tensor shorter = Tensor.of(new int[] {1, 2, 2, 3, 3, -1, 4, -1, -1}, Shape.of(3, 3));
    return Stream.of(
        proof("ctc", x -> ctc(0).of(x.get("input").permute(1, 0, 2), target)),
        proof(
            "ctc-lengths",
            x -> ctc(0).of(x.get("input").permute(1, 0, 2), shorter, Tensor.of(7, 5, 4))));
  }
}
