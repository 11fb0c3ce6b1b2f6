package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import dev.hebb.grad.Gradients;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetTest {
  private static final Tensor X = Tensor.of(new float[][] {{1, -2, 3}, {0.5f, 0, -1}});

  private static Net small() {
    return sequential(dense(4).tanh(), dropout(0.5), dense(2)).build(Shape.of(3), Seed.of(1));
  }

  private static Map<String, float[]> values(Net net, String prefix) {
    Map<String, float[]> values = new HashMap<>();
    net.variables().stream()
        .filter(v -> v.name().startsWith(prefix))
        .forEach(v -> values.put(v.name(), v.value().toFloats()));
    return values;
  }

  @Test
  void predictAnswersAsForwardFromManyThreads() {
    Net net = small();
    float[] y = net.forward(X).toFloats();
    IntStream.range(0, 64)
        .parallel()
        .forEach(i ->
            assertThat(net.predict(new float[] {1, -2, 3}))
                .containsExactly(new float[] {y[0], y[1]}, withPrecision(1e-5f)));
    assertThat(net.predict(new float[][] {{1, -2, 3}, {0.5f, 0, -1}})[1])
        .containsExactly(new float[] {y[2], y[3]}, withPrecision(1e-5f));
    assertThatThrownBy(() -> net.predict(new float[2])).hasMessageContaining("3 numbers");
  }

  @Test
  void predictSeesNewWeights() {
    Net net = dense(1).build(Shape.of(1), Seed.of(1));
    net.predict(new float[] {1});
    net.variable("0.dense.w").set(Tensor.of(new float[][] {{3}}));
    assertThat(net.predict(new float[] {2})).containsExactly(6);
  }

  @Test
  void examplesOfAnotherShapeAreRejectedWithTheFix() {
    Net net = small();
    assertThatThrownBy(() -> net.forward(Tensor.zeros(3)))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("x.reshape(1, 3)");
    assertThatThrownBy(() -> net.forward(Tensor.zeros(2, 1, 3)))
        .hasMessageContaining("x.reshape(2, 3)");
    assertThatThrownBy(() -> net.forward(Tensor.zeros(2, 4))).hasMessageContaining("[3]");
  }

  @Test
  void activationsHaveEveryPart() {
    Net net = small();
    Map<String, Tensor> a = net.activations(X);
    assertThat(a.keySet()).containsExactly("0.dense", "1.dropout", "2.dense");
    Tensor hidden =
        X.matmul(net.variable("0.dense.w").value()).add(net.variable("0.dense.b").value()).tanh();
    assertThat(requireNonNull(a.get("0.dense")).toFloats())
        .containsExactly(hidden.toFloats(), withPrecision(1e-5f));
    assertThat(requireNonNull(a.get("2.dense")).toFloats())
        .containsExactly(net.forward(X).toFloats(), withPrecision(1e-5f));
  }

  @Test
  void aNetworkIsAFunctionOfItsWeights() {
    Net net = small();
    List<Tensor> zeros = net.params().stream().map(v -> Tensor.full(v.shape(), 0)).toList();
    assertThat(net.forward(X, zeros).toFloats()).containsOnly(0);
    List<Tensor> now = net.params().stream().map(Variable::value).toList();
    assertThat(net.forward(X, now).toFloats())
        .containsExactly(net.forward(X).toFloats(), withPrecision(1e-5f));
    assertThat(Gradients.check(w -> net.forward(X, w).square().sum(), now).passes(1e-6)).isTrue();
    assertThatThrownBy(() -> net.forward(X, now.subList(1, 4)))
        .hasMessageContaining("4 parameters");
  }

  @Test
  void float64InputsMakeAFloat64Network() {
    Net net = dense(2).relu().build(Shape.of(DType.FLOAT64, 3), Seed.of(1));
    assertThat(net.params()).allMatch(v -> v.shape().dtype() == DType.FLOAT64);
    assertThat(net.forward(X.cast(DType.FLOAT64)).dtype()).isEqualTo(DType.FLOAT64);
  }

  @Test
  void namesAreThoseOfThePlaces() {
    Net net =
        sequential(conv2d(2, 1).relu().named("stem"), residual(conv2d(2, 1)), flatten(), dense(1))
            .build(Shape.of(1, 2, 2), Seed.of(1));
    assertThat(net.variables())
        .extracting(Variable::name)
        .containsExactly(
            "stem.w", "stem.b",
            "1.residual.body.0.conv2d.w", "1.residual.body.0.conv2d.b",
            "3.dense.w", "3.dense.b");
    assertThatThrownBy(() -> net.variable("stem.v"))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("stem.w");
  }

  // ---- transfer

  private static void train(Net net) {
    var opt = Sgd.of(0.1).bind(net.params());
    Step step =
        Step.trainStep(x -> {
          Tensor loss = net.forward(x).square().mean();
          opt.update(loss.grad(net.params()));
          return loss;
        });
    step.run(X);
  }

  @Test
  void aFrozenBodyKeepsItsBitsAndTheHeadLearns() {
    Net base =
        sequential(dense(4).relu(), batchNorm(), dense(3), softmax())
            .build(Shape.of(3), Seed.of(1));
    train(base);
    base.note("labels", List.of("a", "b"));
    Net net = base.replaceHead(dense(2));
    assertThat(net.out()).isEqualTo(Shape.of(2));
    assertThat(net.note("labels")).isEqualTo(List.of("a", "b"));
    assertThat(net.variable("body.0.dense.w").value().toFloats())
        .isEqualTo(base.variable("0.dense.w").value().toFloats());
    assertThat(net.variable("body.1.batchNorm.mean").value().toFloats())
        .isEqualTo(base.variable("1.batchNorm.mean").value().toFloats());
    Map<String, float[]> body = values(net, "body");
    Map<String, float[]> head = values(net, "head");
    net.freeze("body");
    assertThat(net.params()).extracting(Variable::name).containsExactly("head.w", "head.b");
    train(net);
    assertThat(values(net, "body")).usingRecursiveComparison().isEqualTo(body);
    assertThat(values(net, "head").get("head.w")).isNotEqualTo(head.get("head.w"));
    train(net.unfreeze());
    assertThat(values(net, "body").get("body.0.dense.w")).isNotEqualTo(body.get("body.0.dense.w"));
    Net again = net.replaceHead(dense(5));
    assertThat(again.variable("body.0.dense.w").value().toFloats())
        .isEqualTo(net.variable("body.0.dense.w").value().toFloats());
  }

  @Test
  void freezingWhatIsNotThereIsAnError() {
    assertThatThrownBy(() -> small().freeze("body"))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("0.dense");
    assertThat(small().freeze("2.dense.b").params())
        .extracting(Variable::name)
        .containsExactly("0.dense.w", "0.dense.b", "2.dense.w");
    assertThatThrownBy(() -> flatten().build(Shape.of(2), Seed.of(1)).replaceHead(dense(1)))
        .hasMessageContaining("has parameters");
  }

  // ---- files

  @Test
  void assignChecksEverythingBeforeItChangesAnything() {
    Net net = small();
    Map<String, Tensor> values = new HashMap<>();
    net.variables().forEach(v -> values.put(v.name(), Tensor.full(v.shape(), 1)));
    Map<String, float[]> before = values(net, "");
    values.put("2.dense.b", Tensor.zeros(5));
    assertThatThrownBy(() -> net.assign(values)).hasMessageContaining("2.dense.b");
    values.remove("2.dense.b");
    assertThatThrownBy(() -> net.assign(values)).hasMessageContaining("missing");
    values.put("2.dense.b", Tensor.zeros(2));
    values.put("3.dense.w", Tensor.zeros(2));
    assertThatThrownBy(() -> net.assign(values)).hasMessageContaining("3.dense.w");
    assertThat(values(net, "")).usingRecursiveComparison().isEqualTo(before);
    values.remove("3.dense.w");
    net.assign(values);
    assertThat(net.variable("0.dense.w").value().toFloats()).containsOnly(1);
  }

  @Test
  void aBlankNetworkIsTheSameOnceItsWeightsAreAssigned() {
    Layer layers = sequential(dense(5).relu(), dropout(0.5), batchNorm(), dense(3));
    Net net = layers.build(Shape.of(4), Seed.of(7));
    Net blank = Net.blank(layers, Shape.of(4), Seed.of(7));
    assertThat(blank.params())
        .hasSameSizeAs(net.params())
        .allSatisfy(v -> {
          assertThat(v.value().toFloats()).containsOnly(0);
        });
    Map<String, Tensor> values = new HashMap<>();
    net.variables().forEach(v -> values.put(v.name(), v.value()));
    blank.assign(values);
    Tensor x = Random.uniformOnce(Shape.of(6, 4), Seed.of(1));
    assertThat(blank.predict(x).toFloats()).isEqualTo(net.predict(x).toFloats());
    for (int step = 0; step < 3; step++) { // masks come from the seed, statistics from the batch
      assertThat(trained(blank, x)).isEqualTo(trained(net, x));
    }
  }

  private static float[] trained(Net net, Tensor x) {
    return Step.of(true, in -> List.of(net.forward(in.getFirst()))).run(x).toFloats();
  }

  @Test
  void withoutAFormatSavingSaysWhatIsMissing() {
    assertThatThrownBy(() -> small().save(Path.of("x.hebb")))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("hebb-train");
  }
}
