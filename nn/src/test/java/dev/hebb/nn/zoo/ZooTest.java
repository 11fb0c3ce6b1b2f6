package dev.hebb.nn.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hebb.nn.LayerSpec;
import dev.hebb.nn.Net;
import dev.hebb.nn.Summary;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every network takes a step; those with a name are found, fitted and refused. */
class ZooTest {
  private static final int BATCH = 4;

  static Stream<Arguments> networks() {
    Shape digit = Shape.of(1, 28, 28);
    Shape colour = Shape.of(3, 32, 32);
    return Stream.of(
        arguments(Mlp.of(10, 32, 16).dropout(0.2), digit),
        arguments(LeNet.of(10), digit),
        arguments(LeNet.wide(10), digit),
        arguments(LeNet1998.of(10), digit),
        arguments(Cnn.of(28, 10), digit),
        arguments(AlexNet.of(10).twoTowers().width(0.125), Shape.of(3, 63, 63)),
        arguments(Vgg.of(11).withBatchNorm().width(0.125).classes(10), Shape.of(1, 32, 32)),
        arguments(GoogLeNet.of().width(0.125).forSmallPictures().classes(10), digit),
        arguments(GoogLeNet.of().width(0.125).withBatchNorm().classes(5), Shape.of(3, 64, 64)),
        arguments(new ResNet(List.of(1, 1, 1, 1), false, false, 10), colour),
        arguments(new ResNet(List.of(1, 1, 1, 1), true, true, 10), Shape.of(3, 16, 16)),
        arguments(CifarResNet.of(20), colour),
        arguments(MobileNetV2.of().width(0.5).forSmallPictures().classes(10), digit),
        arguments(DenseNet.cifar(13, 4), digit),
        arguments(new DenseNet(8, List.of(2, 2, 1), 16, true, 0.5, false, 3), Shape.of(3, 32, 32)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void oneStepMovesAllWeights(Network network, Shape in) {
    Net net = network.build(in, Seed.of(1));
    Map<Variable, float[]> before = new LinkedHashMap<>();
    net.params().forEach(v -> before.put(v, v.value().toFloats()));
    var opt = Sgd.of(0.1).bind(net.params());
    int classes = net.out().last();
    Step step =
        Step.trainStep((x, y) -> {
          Tensor loss = net.forward(x).crossEntropy(y);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    Tensor x = Random.normalOnce(in.prepend(BATCH), Seed.of(2)).eval();
    Tensor y = Tensor.of(new int[] {0, 1, 2 % classes, 1}, Shape.of(BATCH));
    assertThat(step.run(x, y).item()).isFinite().isPositive();
    before.forEach((v, old) -> {
      float[] now = v.value().toFloats();
      assertThat(now).as("%s", v).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY);
      if (v.shape().rank() > 1) {
        assertThat(now).as("%s moves", v).isNotEqualTo(old);
      }
    });
  }

  @ParameterizedTest
  @MethodSource("networks")
  void anOutlineCountsWhatTheNetworkHas(Network network, Shape in) {
    Summary outline = network.summary(in);
    Net net = network.build(in, Seed.of(1));
    assertThat(outline).isEqualTo(net.summary());
    assertThat(net.params().stream().mapToLong(v -> v.shape().size()).sum())
        .isEqualTo(outline.parameters());
    assertThat(LayerSpec.restore(LayerSpec.describe(network.layers()), List.of()))
        .isEqualTo(network.layers());
  }

  /** 156 + 12 + 1,516 + 32 + 48,120 + 10,164, as the paper counts them layer by layer. */
  @Test
  void l64LeNet5OfThePaper() {
    Summary s = LeNet1998.of(10).summary(Shape.of(1, 28, 28));
    assertThat(s.rows().stream().map(Summary.Row::parameters))
        .containsExactly(156L, 12L, 1516L, 32L, 48_120L, 0L, 10_164L, 850L);
    assertThat(s.parameters() - 850).isEqualTo(60_000);
    assertThat(s.rows().stream().map(r -> r.out().toString()))
        .containsExactly(
            "[6, 28, 28]",
            "[6, 14, 14]",
            "[16, 10, 10]",
            "[16, 5, 5]",
            "[120, 1, 1]",
            "[120]",
            "[84]",
            "[10]");
    assertThat(new LeNet1998(0, 10).summary(Shape.of(1, 32, 32)).parameters()).isEqualTo(60_850);
  }

  /** 2·(784·1000 + 1000·500 + 500·250 + 250·30) weights and a bias for each unit. */
  @Test
  void theAutoencoderOfThePaper() {
    Summary s = Autoencoder.of(Shape.of(1, 28, 28)).summary(Shape.of(1, 28, 28));
    assertThat(s.parameters()).isEqualTo(2_833_000 + 2 * 1750 + 30 + 784);
    assertThat(s.out()).isEqualTo(Shape.of(784));
  }

  /** PyTorch's example of this network has 652,824 parameters. */
  @Test
  void theVariationalAutoencoderOfThePaper() {
    Shape digit = Shape.of(1, 28, 28);
    Vae vae = Vae.of(digit);
    assertThat(vae.summary(digit).parameters()).isEqualTo(652_824);
    Net net = vae.build(digit, Seed.of(1));
    assertThat(net.out()).isEqualTo(Shape.of(784 + 40));
    assertThat(net.part(Vae.DECODER).in()).isEqualTo(Shape.of(20));
    // −ln of the probabilities, and ½ (μ² + σ² − 1 − ln σ²), in float64.
    double[] logits = {0.3, -1.2, 40};
    double[] x = {1, 0.25, 1};
    double mean = 0.7;
    double log = -0.4;
    double bce = 0;
    for (int i = 0; i < 3; i++) {
      double p = 1 / (1 + Math.exp(-logits[i]));
      bce -= x[i] * Math.log(p) + (x[i] < 1 ? (1 - x[i]) * Math.log(1 - p) : 0);
    }
    double kl = 0.5 * (mean * mean + Math.exp(log) - 1 - log);
    Tensor y = Tensor.of(new double[] {0.3, -1.2, 40, mean, log}, Shape.of(1, 5));
    Tensor target = Tensor.of(x, Shape.of(1, 3));
    var elbo = new Vae.Elbo(1, 1);
    assertThat(elbo.of(y, target).item()).isCloseTo(bce + kl, within(1e-9));
    assertThat(elbo.beta(4).of(y, target).item()).isCloseTo(bce + 4 * kl, within(1e-9));
    assertThatThrownBy(() -> elbo.of(Tensor.ones(2, 2), Tensor.ones(2, 1)))
        .hasMessageContaining("elbo");
    assertThatThrownBy(() -> elbo.beta(-1)).hasMessageContaining("beta");
  }

  @Test
  void theLargestCountWithoutDrawingAWeight() {
    long before = allocated();
    assertThat(Vgg.of(19).summary(Shape.of(3, 224, 224)).parameters()).isEqualTo(143_667_240);
    assertThat(allocated() - before)
        .as("bytes, where the weights take 574 MB")
        .isLessThan(50 << 20);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void namesAreUniqueAndEachHasItsForm() {
    assertThat(Zoo.entries().stream().map(Zoo.Entry::name)).doesNotHaveDuplicates();
    for (Zoo.Entry entry : Zoo.entries()) {
      assertThat(Zoo.find(entry.name())).isSameAs(entry);
      assertThat(entry.layers().summary(entry.example()).parameters())
          .as(entry.name())
          .isPositive();
    }
  }

  /** The smallest picture that an entry admits can be built, and all that digits fit into. */
  @Test
  void whatFitsCanBeBuilt() {
    for (Zoo.Entry entry : Zoo.entries()) {
      if (entry.side() > 0 && entry.kind() == Zoo.Kind.CLASSIFIER) {
        int channels = entry.example().dim(0);
        Shape least = Shape.of(channels, entry.side(), entry.side());
        assertThat(entry.layers(least, 7, 100).summary(least).out())
            .as(entry.name())
            .isEqualTo(Shape.of(7));
      }
    }
    Shape digit = Shape.of(1, 28, 28);
    assertThat(Zoo.fitting(digit).stream().map(Zoo.Entry::name))
        .contains("linear", "mlp", "lenet", "lenet5-1998", "googlenet", "resnet20", "mobilenetv2")
        .doesNotContain("alexnet", "vgg16", "densenet121", "vae", "dcgan", "unet");
    for (Zoo.Entry entry : Zoo.fitting(digit)) {
      assertThat(entry.layers(digit, 10, 100).summary(digit).out())
          .as(entry.name())
          .isEqualTo(Shape.of(10));
    }
  }

  @Test
  void whatDoesNotFitNamesWhatDoes() {
    assertThatThrownBy(() -> Zoo.find("alexnet").layers(Shape.of(1, 28, 28), 10, 100))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("at least 63 × 63")
        .hasMessageContaining("[1, 28, 28]")
        .hasMessageContaining("resnet20")
        .hasMessageNotContaining("vgg");
    assertThatThrownBy(() -> Zoo.find("resnet18").layers(Shape.of(4), 3, 100))
        .hasMessageContaining("for pictures")
        .hasMessageEndingWith("use linear, mlp, mlp-shrinking");
    assertThatThrownBy(() -> Zoo.find("vae").classifier(Shape.of(1, 28, 28), 10, 100))
        .hasMessageContaining("gives its own input again")
        .hasMessageContaining("use linear, mlp");
    assertThatThrownBy(() -> Zoo.find("resnet17"))
        .hasMessageContaining("there is no network 'resnet17'")
        .hasMessageContaining("resnet18");
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> ResNet.of(20)).hasMessageContaining("18, 34, 50");
    assertThatThrownBy(() -> CifarResNet.of(18)).hasMessageContaining("6n + 2");
    assertThatThrownBy(() -> Vgg.of(12)).hasMessageContaining("11, 13, 16 or 19");
    assertThatThrownBy(() -> DenseNet.cifar(41, 12)).hasMessageContaining("3n + 4");
    assertThatThrownBy(() -> DenseNet.cifarBc(40 + 3, 12)).hasMessageContaining("6n + 4");
    assertThatThrownBy(() -> new DenseNet(4, List.of(1), 4, false, 0, true, 2))
        .hasMessageContaining("compression");
    assertThatThrownBy(() -> MobileNetV2.of().width(0)).hasMessageContaining("width");
    assertThatThrownBy(() -> GoogLeNet.of().width(Double.NaN)).hasMessageContaining("width");
    assertThatThrownBy(() -> GoogLeNet.of().classes(0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> Mlp.of(3, 4, 0)).hasMessageContaining("width");
    assertThatThrownBy(() -> Mlp.shrinking(3, 4, 4)).hasMessageContaining("halved");
    assertThatThrownBy(() -> new AlexNet(3, 1, 0.5, 10)).hasMessageContaining("towers");
  }
}
