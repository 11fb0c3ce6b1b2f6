package dev.hebb.nn.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hebb.nn.LayerSpec;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of texts: as many parameters as published, and each of them learns. */
class TextNetworksTest {
  private static Shape tokens(int n) {
    return Shape.of(DType.INT32, n);
  }

  /** Published, or where a network differs by known parts, published less these. */
  static Stream<Arguments> counts() {
    int v = 65;
    return Stream.of(
        arguments(Gpt.gpt2(), tokens(1024), 124_439_808L),
        arguments(Gpt.gpt2().units(1024, 16).depth(24), tokens(1024), 354_823_168L),
        // BERT-base without kinds of segments and pooler, with a dense layer of two classes
        arguments(
            TransformerEncoder.bert(2), tokens(512), 109_482_240L - 1_536 - 590_592 + 2 * 769),
        // nn.Transformer(), two embeddings, and a dense layer of the logits
        arguments(Seq2Seq.base(v, 10), tokens(30), 44_140_544L + 2 * v * 512 + 513L * v),
        arguments(CharRnn.of(v).units(64, 256).depth(2), tokens(64), 874_881L));
  }

  @ParameterizedTest
  @MethodSource("counts")
  void asManyParametersAsPublished(Network network, Shape in, long parameters) {
    assertThat(network.summary(in).parameters()).isEqualTo(parameters);
  }

  static Stream<Arguments> small() {
    return Stream.of(
        arguments(CharRnn.of(7).units(4, 8).depth(2).dropout(0.1), tokens(5)),
        arguments(Gpt.of(7).units(8, 2).depth(2).dropout(0.1), tokens(5)),
        arguments(TransformerEncoder.of(7, 3).units(8, 2), tokens(5)),
        arguments(Seq2Seq.of(7, 5).units(8, 2).depth(1).dropout(0.1), tokens(8)));
  }

  @ParameterizedTest
  @MethodSource("small")
  void oneStepMovesAllWeights(Network network, Shape in) {
    Net net = network.build(in, Seed.of(1));
    assertThat(network.summary(in)).isEqualTo(net.summary());
    assertThat(LayerSpec.restore(LayerSpec.describe(network.layers()), List.of()))
        .isEqualTo(network.layers());
    Map<Variable, float[]> before = new LinkedHashMap<>();
    net.params().forEach(v -> before.put(v, v.value().toFloats()));
    var opt = Sgd.of(0.1).bind(net.params());
    Step step =
        Step.trainStep((x, y) -> {
          Tensor loss = net.forward(x).crossEntropy(y);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    int[] x = new int[3 * in.size()];
    Arrays.setAll(x, i -> i * 5 % 7);
    int[] y = new int[3 * net.out().size() / net.out().last()];
    Arrays.setAll(y, i -> i % 3);
    Shape targets = Shape.of(Arrays.copyOf(net.out().prepend(3).dims(), net.out().rank()));
    assertThat(step.run(Tensor.of(x, in.prepend(3)), Tensor.of(y, targets)).item())
        .isFinite()
        .isPositive();
    before.forEach((v, old) ->
        assertThat(v.value().toFloats())
            .as("%s moves", v)
            .isNotEqualTo(old)
            .doesNotContain(Float.NaN));
  }

  @Test
  void namesAreKnownAndMisuseIsRefused() {
    Shape window = tokens(16);
    assertThat(Zoo.find("gpt").writer(window, 27)).isEqualTo(Gpt.of(27).layers());
    assertThat(Zoo.find("char-rnn").writer(window, 27)).isEqualTo(CharRnn.of(27).layers());
    assertThatThrownBy(() -> Zoo.find("lenet").writer(window, 27))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("use char-rnn, gpt");
    assertThatThrownBy(() -> Zoo.find("gpt").classifier(Shape.of(1, 28, 28), 10, 100))
        .hasMessageContaining("a class for each place in a sequence");
    assertThatThrownBy(() -> Gpt.of(0)).hasMessageContaining("vocabulary");
    assertThatThrownBy(() -> Seq2Seq.of(5, 0).layers()).isInstanceOf(HebbException.class);
  }

  @Test
  void whateverWritesATextGivesATokenForEachOfItsPlaces() {
    Shape window = tokens(16);
    var tokens = Map.of("char-rnn", 27, "gpt", 27, "gpt2", 50_257); // GPT-2 has its own
    for (Zoo.Entry entry : Zoo.entries()) {
      Integer written = tokens.get(entry.name());
      if (written != null) {
        assertThat(entry.writer(window, 27).summary(window).out())
            .as(entry.name())
            .isEqualTo(Shape.of(16, written));
      } else {
        assertThatThrownBy(() -> entry.writer(window, 27))
            .as(entry.name())
            .isInstanceOf(HebbException.class)
            .hasMessageContaining("not a class for each place in a sequence; use char-rnn, gpt");
      }
    }
  }
}
