package dev.hebb.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.zoo.AlexNet;
import dev.hebb.nn.zoo.Gpt;
import dev.hebb.nn.zoo.ResNet;
import dev.hebb.nn.zoo.UNet;
import dev.hebb.nn.zoo.Vgg;
import dev.hebb.nn.zoo.Zoo;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every network of the zoo gives in ONNX Runtime what it gives here. */
class ZooExportTest {
  /** Larger ones are built narrower or shorter, of the same layers; with -Plarge fewer are. */
  private static final long MOST_PARAMETERS =
      Boolean.getBoolean("hebb.test.large") ? 30_000_000 : 20_000_000;

  static Stream<Zoo.Entry> entries() {
    return Zoo.entries().stream();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void givesTheSameInOnnxRuntime(Zoo.Entry entry) {
    Shape in = smallest(entry);
    boolean isClassifier = entry.kind() == Zoo.Kind.CLASSIFIER && entry.side() > 0;
    Layer layers = isClassifier ? entry.layers(in, 10, 100) : entry.layers();
    if (entry.layers().summary(entry.example()).parameters() > MOST_PARAMETERS) {
      layers = narrow(entry.name());
    }
    Agreement.check(OnnxExport.of(Net.of(layers, in, Seed.of(1))));
  }

  private static Shape smallest(Zoo.Entry entry) {
    boolean isOfAnySize = entry.kind() == Zoo.Kind.CLASSIFIER || entry.kind() == Zoo.Kind.SEGMENTER;
    return isOfAnySize && entry.side() > 0
        ? Shape.of(entry.example().dim(0), entry.side(), entry.side())
        : entry.example();
  }

  private static Layer narrow(String name) {
    return switch (name) {
      case "alexnet" -> AlexNet.of(10).twoTowers().width(0.125).layers();
      case "resnet34" -> new ResNet(List.of(1, 2, 1, 1), false, false, 10).layers();
      case "resnet50" -> new ResNet(List.of(2, 1, 1, 1), true, false, 10).layers();
      case "resnet101" -> new ResNet(List.of(1, 1, 3, 1), true, false, 10).layers();
      case "resnet152" -> new ResNet(List.of(1, 2, 4, 1), true, false, 10).layers();
      case "unet" -> new UNet(4, 4, false, 2).layers();
      case "gpt2" -> new Gpt(61, 24, 3, 3, 0.1).layers();
      default -> {
        assertThat(name).as("a network with a narrow form here").startsWith("vgg");
        yield Vgg.of(Integer.parseInt(name.substring(3))).width(0.125).classes(10).layers();
      }
    };
  }
}
