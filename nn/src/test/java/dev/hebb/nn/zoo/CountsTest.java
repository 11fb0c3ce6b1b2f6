package dev.hebb.nn.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hebb.nn.Summary;
import dev.hebb.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parameters and work as papers and other libraries state them. */
class CountsTest {
  private static final Shape IMAGENET = Shape.of(3, 224, 224);
  private static final Shape CIFAR = Shape.of(3, 32, 32);

  /** The numbers of torchvision's documentation, of the papers, and of well-known repositories. */
  static Stream<Arguments> published() {
    return Stream.of(
        arguments(LeNet.of(10), Shape.of(1, 28, 28), 61_706),
        arguments(AlexNet.of(1000), IMAGENET, 61_100_840),
        arguments(AlexNet.of(1000).twoTowers(), Shape.of(3, 227, 227), 60_965_224),
        arguments(Vgg.of(11), IMAGENET, 132_863_336),
        arguments(Vgg.of(13), IMAGENET, 133_047_848),
        arguments(Vgg.of(16), IMAGENET, 138_357_544),
        arguments(Vgg.of(19), IMAGENET, 143_667_240),
        arguments(Vgg.of(11).withBatchNorm(), IMAGENET, 132_868_840),
        arguments(Vgg.of(16).withBatchNorm(), IMAGENET, 138_365_992),
        arguments(GoogLeNet.of(), IMAGENET, 6_998_552),
        arguments(ResNet.of(18), IMAGENET, 11_689_512),
        arguments(ResNet.of(34), IMAGENET, 21_797_672),
        arguments(ResNet.of(50), IMAGENET, 25_557_032),
        arguments(ResNet.of(101), IMAGENET, 44_549_160),
        arguments(ResNet.of(152), IMAGENET, 60_192_808),
        arguments(CifarResNet.of(20), CIFAR, 269_722),
        arguments(CifarResNet.of(32), CIFAR, 464_154),
        arguments(CifarResNet.of(44), CIFAR, 658_586),
        arguments(CifarResNet.of(56), CIFAR, 853_018),
        arguments(CifarResNet.of(110), CIFAR, 1_727_962),
        arguments(MobileNetV2.of(), IMAGENET, 3_504_872),
        arguments(MobileNetV2.of().width(0.5), IMAGENET, 1_968_680),
        arguments(MobileNetV2.of().width(1.4), IMAGENET, 6_108_776),
        arguments(DenseNet.of121(), IMAGENET, 7_978_856),
        arguments(DenseNet.cifar(40, 12), CIFAR, 1_019_722),
        arguments(DenseNet.cifarBc(100, 12), CIFAR, 769_162),
        arguments(UNet.of(2), Shape.of(1, 572, 572), 31_030_658),
        arguments(Dcgan.of(Shape.of(3, 64, 64)).generator(), Shape.of(100), 3_576_704),
        arguments(Dcgan.of(Shape.of(3, 64, 64)).discriminator(), Shape.of(3, 64, 64), 2_765_568));
  }

  @ParameterizedTest
  @MethodSource("published")
  void asManyParametersAsPublished(Network network, Shape in, int parameters) {
    assertThat(network.summary(in).parameters()).isEqualTo(parameters);
  }

  /** Billions of multiply-adds for 224 × 224, as torchvision's documentation states them. */
  static Stream<Arguments> work() {
    return Stream.of(
        arguments(AlexNet.of(1000), 0.71),
        arguments(Vgg.of(11), 7.61),
        arguments(Vgg.of(16), 15.47),
        arguments(Vgg.of(19), 19.63),
        arguments(ResNet.of(18), 1.81),
        arguments(ResNet.of(34), 3.66),
        arguments(ResNet.of(50), 4.09),
        arguments(ResNet.of(101), 7.80),
        arguments(MobileNetV2.of(), 0.30),
        arguments(DenseNet.of121(), 2.83));
  }

  @ParameterizedTest
  @MethodSource("work")
  void asMuchWorkAsPublished(Network network, double billions) {
    double multiplyAdds = network.summary(IMAGENET).flops() / 2e9;
    assertThat(multiplyAdds).isCloseTo(billions, within(0.0051));
  }

  /** “About 1.5 billion multiply-adds” (section 5 of the paper), here with the 5 × 5 windows. */
  @Test
  void l22GoogLeNetCountsAndInfersItsShapes() {
    Summary s = GoogLeNet.of().summary(IMAGENET);
    assertThat(s.parameters()).isEqualTo(6_998_552);
    assertThat(s.flops() / 2e9).isBetween(1.5, 1.6);
    assertThat(s.depth()).isEqualTo(3 + 9 * 6 + 1);
    // The paper's table 1, row by row.
    assertThat(s.rows().stream().filter(r -> r.level() == 0).map(r -> r.out().toString()))
        .containsExactly(
            "[64, 112, 112]",
            "[64, 56, 56]",
            "[64, 56, 56]",
            "[192, 56, 56]",
            "[192, 28, 28]",
            "[256, 28, 28]",
            "[480, 28, 28]",
            "[480, 14, 14]",
            "[512, 14, 14]",
            "[512, 14, 14]",
            "[512, 14, 14]",
            "[528, 14, 14]",
            "[832, 14, 14]",
            "[832, 7, 7]",
            "[832, 7, 7]",
            "[1024, 7, 7]",
            "[1024]",
            "[1024]",
            "[1000]");
  }

  /** 2 × 2 transposed convolutions with a bias from c to c / 2 channels, for instance. */
  @Test
  void theLadderOfTheUNet() {
    Summary s = UNet.of(2).summary(Shape.of(1, 572, 572));
    long up = 0;
    long convolutions = 64 * (9 + 1) + 64 * (9 * 64 + 1);
    for (int c = 64; c < 1024; c *= 2) {
      up += 2L * c * c * 4 + c;
      convolutions += 2L * c * (9L * c + 1) + 2L * c * (9L * 2 * c + 1); // down
      convolutions += c * (9L * 2 * c + 1) + c * (9L * c + 1); // up
    }
    assertThat(s.parameters()).isEqualTo(up + convolutions + 2 * (64 + 1));
    assertThat(s.out()).isEqualTo(Shape.of(2, 388, 388));
    assertThat(s.rows().stream().map(r -> r.out().toString()))
        .contains("[64, 568, 568]", "[128, 280, 280]", "[1024, 28, 28]", "[512, 56, 56]");
    assertThat(UNet.of(3).withPadding().size(8, 2).summary(Shape.of(1, 32, 32)).out())
        .isEqualTo(Shape.of(3, 32, 32));
  }

  @Test
  void picturesOfTheDcgan() {
    for (int side : new int[] {28, 32, 64, 96, 10}) {
      Dcgan dcgan = Dcgan.of(Shape.of(1, side, side)).features(4);
      assertThat(dcgan.generator().summary(Shape.of(100)).out()).isEqualTo(dcgan.picture());
      assertThat(dcgan.discriminator().summary(dcgan.picture()).out()).isEqualTo(Shape.of(1));
    }
    assertThatThrownBy(() -> Dcgan.of(Shape.of(1, 28, 32))).hasMessageContaining("square");
    assertThatThrownBy(() -> Dcgan.of(Shape.of(1, 27, 27))).hasMessageContaining("power of two");
    assertThatThrownBy(() -> Dcgan.of(Shape.of(1, 36, 36))).hasMessageContaining("power of two");
  }

  @Test
  void l48AMultiLayerPerceptronSeesAPictureAsOneVector() {
    Summary s = Mlp.of(10, 128).summary(Shape.of(28, 28));
    assertThat(s.rows().stream().map(r -> r.out().toString()))
        .containsExactly("[784]", "[128]", "[10]");
    assertThat(s.parameters()).isEqualTo(784 * 128 + 128 + 128 * 10 + 10);
  }

  @Test
  void l30ShrinkingWidths() {
    assertThat(Mlp.shrinking(10, 256, 3).hidden()).containsExactly(256, 128, 64);
  }
}
