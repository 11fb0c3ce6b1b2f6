package dev.hebb.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hebb.grad.GradientCheck;
import dev.hebb.grad.Gradients;
import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.nn.Side;
import dev.hebb.nn.optim.Adam;
import dev.hebb.onnx.export.Ort;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Device;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Idx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that others trained, as ordinary networks. */
class ImportTest {
  @TempDir Path folder;

  private static Path shared(String path) {
    Path file = NodeCases.shared(path);
    assumeTrue(file != null, NodeCases.MISSING);
    return Objects.requireNonNull(file);
  }

  private static OnnxModel cnn() {
    return Onnx.load(shared("onnx/pytorch_cnn_mnist.onnx"));
  }

  /** Digits with the mean and spread that the network was trained with, and their labels. */
  private record Digits(Tensor x, int[] labels) {
    static Digits read(String kind, int from, int count) {
      Idx images = Idx.read(shared("mnist/" + kind + "-images-idx3-ubyte.gz"));
      int[] labels = Idx.read(shared("mnist/" + kind + "-labels-idx1-ubyte.gz")).toInts();
      float[] pixels = new float[count * 784];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) ((images.at(from * 784 + i) / 255 - 0.1307) / 0.3081);
      }
      return new Digits(
          Tensor.adopt(pixels, Shape.of(count, 1, 28, 28)),
          IntStream.range(from, from + count).map(i -> labels[i]).toArray());
    }

    int right(Tensor scores) {
      int[] best = scores.argMax(1).toInts();
      return (int) IntStream.range(0, best.length).filter(i -> best[i] == labels[i]).count();
    }

    Tensor targets() {
      return Tensor.of(labels, Shape.of(DType.INT32, labels.length));
    }
  }

  @Test
  void aNetworkFromPyTorchKnowsTheDigits() {
    Digits test = Digits.read("t10k", 0, 10_000);
    OnnxModel model = cnn();
    Net net = model.net();
    int byNet = 0;
    int byModel = 0;
    for (int from = 0; from < 10_000; from += 500) {
      Tensor x = test.x.narrow(0, from, 500).eval();
      var part =
          new Digits(x, IntStream.range(from, from + 500).map(i -> test.labels[i]).toArray());
      byNet += part.right(net.predict(x));
      byModel += part.right(model.run(Map.of("input_image", x)).get("output_probs"));
    }
    assertThat(byNet).isEqualTo(9907); // what ONNX Runtime finds, too
    assertThat(byModel).isEqualTo(9907);
  }

  @Test
  void itLearnsFromExamplesThatItWasWrongAbout() {
    Digits train = Digits.read("train", 0, 6_000);
    Net net = Net.load(shared("onnx/pytorch_cnn_mnist.onnx"));
    // Its last activation before the softmax cuts off what is negative, so it learns gently.
    double before = loss(net, train);
    var adam = Adam.of(1e-4).bind(net.params());
    Step step =
        Step.trainStep((x, y) -> {
          Tensor loss = net.forward(x).crossEntropy(y);
          adam.update(loss.grad(net.params()));
          return loss;
        });
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int from = 0; from < 6_000; from += 100) {
        step.run(train.x.narrow(0, from, 100).eval(), train.targets().narrow(0, from, 100).eval());
      }
    }
    assertThat(loss(net, train)).isLessThan(0.9 * before);
  }

  private static double loss(Net net, Digits d) {
    double sum = 0;
    for (int from = 0; from < d.labels.length; from += 500) {
      Tensor x = d.x.narrow(0, from, 500).eval();
      sum += net.predict(x).crossEntropy(d.targets().narrow(0, from, 500)).item();
    }
    return sum;
  }

  @Test
  void itsPartsHaveTheNamesOfItsWeights() {
    Net net = cnn().net();
    assertThat(net.variables().stream().map(v -> v.name()).toList())
        .containsExactly(
            "conv1.weight",
            "conv1.bias",
            "conv2.weight",
            "conv2.bias",
            "fc1.weight",
            "fc1.bias",
            "fc2.weight",
            "fc2.bias");
    assertThat(net.out()).isEqualTo(Shape.of(10));
    assertThat(net.summary().toString()).contains("conv2", "Conv", "21,840");
  }

  @Test
  void aNewHeadLearnsWhileTheBodyStays() {
    Net net = cnn().net().replaceHead(Layers.dense(2)).freeze("body");
    Tensor before = net.variable("body.conv1.weight").value();
    assertThat(net.params()).hasSize(2);
    Tensor x = Tensor.rand(4, 1, 28, 28).eval();
    Tensor y = Tensor.of(new int[] {0, 1, 1, 0}, Shape.of(DType.INT32, 4));
    var adam = Adam.of(0.1).bind(net.params());
    Step step =
        Step.trainStep((a, b) -> {
          Tensor loss = net.forward(a).crossEntropy(b);
          adam.update(loss.grad(net.params()));
          return loss;
        });
    double first = step.run(x, y).item();
    for (int i = 0; i < 100; i++) {
      step.run(x, y);
    }
    assertThat(step.run(x, y).item()).isLessThan(0.5 * first);
    assertThat(net.variable("body.conv1.weight").value().toFloats()).isEqualTo(before.toFloats());
  }

  @Test
  void aSavedNetworkNeedsTheFileNoMore() {
    Net net = cnn().net();
    Path file = folder.resolve("cnn.hebb");
    net.save(file);
    Net again = Net.load(file);
    Tensor x = Tensor.rand(3, 1, 28, 28).eval();
    assertThat(again.predict(x).toFloats()).isEqualTo(net.predict(x).toFloats());
    Path exported = folder.resolve("cnn.onnx");
    again.save(exported);
    float[] returned = Net.load(exported).predict(x).toFloats();
    float[] want = net.predict(x).toFloats();
    for (int i = 0; i < want.length; i++) {
      assertThat(returned[i]).isCloseTo(want[i], within(1e-5f));
    }
  }

  @Test
  void gradientsOfAConvolutionalNetworkAreRight() {
    Net net = cnn().net("output_probs", Map.of("input_image", Shape.of(DType.FLOAT64, 1, 28, 28)));
    Tensor x = Tensor.rand(1, 1, 28, 28).cast(DType.FLOAT64).eval();
    List<Tensor> weights = new ArrayList<>();
    net.params().forEach(v -> weights.add(v.value()));
    // The biases and the last weights; the others have the same way and many more numbers.
    List<Integer> some = List.of(1, 3, 7);
    List<Tensor> checked = some.stream().map(weights::get).toList();
    GradientCheck check =
        Gradients.check(
            in -> {
              List<Tensor> all = new ArrayList<>(weights);
              for (int i = 0; i < some.size(); i++) {
                all.set(some.get(i), in.get(i));
              }
              return net.forward(x, all).square().sum();
            },
            checked);
    assertThat(check.passes(1e-5)).as(check.toString()).isTrue();
  }

  // ---- a transformer

  private static Map<String, Tensor> sentence(int batch, int length) {
    long[] ids = new long[batch * length];
    long[] mask = new long[batch * length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = 7 + 31L * i % 1600;
      mask[i] = i % length < length - i / length ? 1 : 0; // later sentences are shorter
    }
    Shape shape = Shape.of(DType.INT64, batch, length);
    return Map.of(
        "input_ids", Tensor.of(ids, shape),
        "attention_mask", Tensor.of(mask, shape),
        "token_type_ids", Tensor.full(shape, 0).eval());
  }

  @Test
  void aTransformerAgreesWithOnnxRuntimeAtAnySize() {
    Path file = shared("onnx/tinybert.onnx");
    OnnxModel model = Onnx.load(file);
    try (Ort ort = Ort.of(file)) {
      for (int[] size : new int[][] {{1, 5}, {3, 16}, {2, 40}}) {
        Map<String, Tensor> in = sentence(size[0], size[1]);
        float[] want = ort.run(in).toFloats();
        float[] got = model.run(in).get("output_0").toFloats();
        assertThat(got).hasSameSizeAs(want);
        for (int i = 0; i < want.length; i++) {
          assertThat(got[i]).isCloseTo(want[i], within(1e-5f));
        }
      }
    }
  }

  @Test
  void aWrongShapeIsAnsweredWithWhatIsNeeded() {
    OnnxModel transformer = Onnx.load(shared("onnx/tinybert.onnx"));
    Tensor ids = Tensor.full(Shape.of(DType.INT64, 8), 1).eval();
    assertThatThrownBy(() -> transformer.run(Map.of("input_ids", ids)))
        .isInstanceOf(OnnxException.class)
        .hasMessage("the input input_ids int64[?, ?] is given i64[8]; it needs 2 axes, not 1");
    Tensor sentences = ids.reshape(1, 8).eval();
    assertThatThrownBy(() -> transformer.run(Map.of("input_ids", sentences)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("attention_mask int64[?, ?] is missing")
        .hasMessageContaining("token_type_ids int64[?, ?]");
    OnnxModel digits = Onnx.load(shared("onnx/pytorch_cnn_mnist.onnx"));
    Tensor low = Tensor.full(Shape.of(1, 1, 20, 28), 0).eval();
    assertThatThrownBy(() -> digits.run(Map.of(digits.inputs().getFirst().name(), low)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("axis 2 must have 28 elements, not 20");
  }

  @Test
  void aTransformerIsANetworkWithSideInputs() {
    OnnxModel model = Onnx.load(shared("onnx/tinybert.onnx"));
    Net net = model.net(16);
    Map<String, Tensor> in = sentence(3, 16);
    Side side =
        Side.of("attention_mask", in.get("attention_mask"))
            .and("token_type_ids", in.get("token_type_ids"));
    float[] want = model.run(in).get("output_0").toFloats();
    float[] got = net.predict(in.get("input_ids"), side).toFloats();
    float[] plain = Device.REFERENCE.run(() -> net.forward(in.get("input_ids"), side).toFloats());
    for (int i = 0; i < want.length; i++) {
      assertThat(got[i]).isCloseTo(want[i], within(1e-5f));
      assertThat(plain[i]).isCloseTo(want[i], within(1e-4f));
    }
    assertThat(net.parts().size()).as("parts").isGreaterThan(3);
  }

  @Test
  void gradientsOfATransformerAreRight() {
    Map<String, Shape> examples = new LinkedHashMap<>();
    for (String name : List.of("input_ids", "attention_mask", "token_type_ids")) {
      examples.put(name, Shape.of(DType.INT64, 6));
    }
    Net net = Onnx.load(shared("onnx/tinybert.onnx")).net("output_0", examples);
    Map<String, Tensor> in = sentence(1, 6);
    Side side =
        Side.of("attention_mask", in.get("attention_mask"))
            .and("token_type_ids", in.get("token_type_ids"));
    // The function of the last block's output is compared along one direction in float32: the
    // difference of two losses against the gradient times the way between them.
    var weight =
        net.params().stream()
            .filter(v -> v.name().contains("output") && v.shape().rank() == 1)
            .toList()
            .getFirst();
    Tensor before = weight.value();
    Supplier<Tensor> loss =
        () -> {
          Tensor y = net.forward(in.get("input_ids"), side);
          return y.mul(Tensor.arange(y.size()).sin().reshape(y.shape().dims())).sum();
        };
    Tensor g = loss.get().grad(List.of(weight)).getFirst().eval();
    double norm = g.norm().item();
    assertThat(norm).isPositive();
    double h = 1e-2;
    weight.set(before.add(g.mul(h / norm)));
    double up = loss.get().item();
    weight.set(before.sub(g.mul(h / norm)));
    double down = loss.get().item();
    assertThat((up - down) / (2 * h)).isCloseTo(norm, within(2e-2 * norm));
  }
}
