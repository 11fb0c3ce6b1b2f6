package dev.hebb.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withPrecision;

import dev.hebb.grad.GradientCheck;
import dev.hebb.grad.Gradients;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What every layer keeps: one call checks shapes, element types, the way to data and back,
 * evaluation without chance, training, gradients, counts and freezing.
 *
 * @param layer the layer
 * @param in the shape of one example
 * @param parameters how many numbers it should learn
 * @param isRandom whether it draws random numbers in training
 * @param own classes that {@link LayerSpec#restore} must be told
 */
record LayerContract(
    Layer layer, Shape in, long parameters, boolean isRandom, List<Class<? extends Layer>> own) {
  private static final int BATCH = 3;

  /** A layer without random numbers, of Hebb's own. */
  static LayerContract of(Layer layer, Shape in, long parameters) {
    return new LayerContract(layer, in, parameters, false, List.of());
  }

  /** The layer draws random numbers in training. */
  LayerContract random() {
    return new LayerContract(layer, in, parameters, true, own);
  }

  /** The layer is not one of Hebb's own. */
  LayerContract own(Class<? extends Layer> type) {
    return new LayerContract(layer, in, parameters, isRandom, List.of(type));
  }

  /** Checks everything and returns the network for further questions. */
  Net check() {
    Net net = layer.build(in, Seed.of(7));
    shapes(net);
    data(net);
    evaluation(net);
    counts(net);
    training(layer.build(in, Seed.of(7)));
    gradients();
    freezing(net);
    return net;
  }

  private Tensor input(DType type) {
    Shape batch = in.prepend(BATCH);
    return in.dtype().isFloating()
        ? Random.normalOnce(batch.as(type), Seed.of(11)).eval()
        : Random.uniformOnce(batch.as(DType.FLOAT32), Seed.of(11)).mul(4).cast(in.dtype()).eval();
  }

  private void shapes(Net net) {
    Tensor y = net.forward(input(DType.FLOAT32));
    assertThat(y.shape()).as("shape of a batch").isEqualTo(net.out().prepend(BATCH));
    assertThat(y.dtype()).as("element type").isEqualTo(DType.FLOAT32);
    assertThat(y.toFloats()).as("values are finite").doesNotContain(Float.NaN);
    Shape wide = in.dtype().isFloating() ? in.as(DType.FLOAT64) : in;
    assertThat(layer.build(wide, Seed.of(7)).out().dims()).isEqualTo(net.out().dims());
  }

  private void data(Net net) {
    Layer back = LayerSpec.restore(LayerSpec.describe(layer), own);
    assertThat(back).as("described and restored").isEqualTo(layer).hasToString(layer.toString());
    Net copy = back.build(in, Seed.of(99));
    Map<String, Tensor> values = new LinkedHashMap<>();
    net.variables().forEach(v -> values.put(v.name(), v.value()));
    copy.assign(values);
    Tensor x = input(DType.FLOAT32);
    assertThat(copy.forward(x).toFloats()).isEqualTo(net.forward(x).toFloats());
  }

  private void evaluation(Net net) {
    Tensor x = input(DType.FLOAT32);
    assertThat(net.forward(x).toFloats()).as("twice").isEqualTo(net.forward(x).toFloats());
    assertThat(net.predict(x).toFloats())
        .as("compiled")
        .containsExactly(net.forward(x).toFloats(), withPrecision(1e-5f));
    Net twin = layer.build(in, Seed.of(7));
    assertThat(twin.forward(x).toFloats()).as("same seed").isEqualTo(net.forward(x).toFloats());
  }

  private void counts(Net net) {
    Summary s = net.summary();
    assertThat(s.parameters()).as("parameters").isEqualTo(parameters).isEqualTo(s.trainable());
    assertThat(net.params().stream().mapToLong(v -> v.shape().size()).sum()).isEqualTo(parameters);
    assertThat(net.variables().stream().map(Variable::name)).doesNotHaveDuplicates();
    assertThat(net.variables()).hasSize(net.params().size() + net.state().size());
    assertThat(s.toString()).contains(net.out().toString());
  }

  private void training(Net net) {
    if (net.params().isEmpty()) {
      return;
    }
    Map<Variable, float[]> before = new LinkedHashMap<>();
    net.variables().forEach(v -> before.put(v, v.value().toFloats()));
    var opt = Sgd.of(0.1).bind(net.params());
    Tensor r = Random.normalOnce(net.out().prepend(BATCH), Seed.of(5)).eval();
    Step.trainStep(
            x -> {
              Tensor loss = net.forward(x).mul(r).sum();
              opt.update(loss.grad(net.params()));
              return loss;
            })
        .run(input(DType.FLOAT32));
    before.forEach((v, old) ->
        assertThat(v.value().toFloats())
            .as("%s moves", v)
            .isNotEqualTo(old)
            .doesNotContain(Float.NaN));
  }

  private void gradients() {
    Shape wide = in.dtype().isFloating() ? in.as(DType.FLOAT64) : in;
    gradients(wide, body -> body.get());
    if (!isRandom) {
      gradients(wide, Mode::training);
    }
  }

  private interface Under {
    Tensor run(Supplier<Tensor> body);
  }

  private void gradients(Shape wide, Under mode) {
    Net net = layer.build(wide, Seed.of(7));
    Tensor given = input(DType.FLOAT64);
    boolean moves = given.dtype().isFloating();
    Tensor r = Random.normalOnce(net.out().as(DType.FLOAT64).prepend(BATCH), Seed.of(5)).eval();
    List<Tensor> point = new ArrayList<>(net.params().stream().map(Variable::value).toList());
    if (moves) {
      point.add(given);
    }
    if (point.isEmpty()) {
      return;
    }
    GradientCheck found =
        Gradients.check(
            inputs -> {
              Tensor x = moves ? inputs.getLast() : given;
              List<Tensor> weights = inputs.subList(0, net.params().size());
              return mode.run(() -> net.forward(x, weights).mul(r).sum());
            },
            point);
    assertThat(found.passes(1e-6)).as("gradient of %s: %s", layer, found).isTrue();
  }

  private void freezing(Net net) {
    net.parts().stream().filter(p -> !p.path().contains(".")).forEach(p -> net.freeze(p.path()));
    net.parts().forEach(p -> net.freeze(p.path()));
    assertThat(net.params()).as("frozen").isEmpty();
    assertThat(net.summary().trainable()).isZero();
    assertThat(net.unfreeze().summary().trainable()).isEqualTo(parameters);
  }
}
