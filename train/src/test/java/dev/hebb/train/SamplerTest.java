package dev.hebb.train;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.AdamW;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Names;
import dev.hebb.train.data.Splits;
import dev.hebb.train.data.Text;
import dev.hebb.train.data.TextPrep;
import dev.hebb.train.io.Notes;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that learn to write, and the drawing of tokens. */
class SamplerTest {
  private static final boolean LONG = Boolean.getBoolean("hebb.test.learning");

  // ---- learning

  /** The loss of always giving each character its share in the text, in nats. */
  private static double unigramEntropy(int[] tokens, int vocabulary) {
    int[] counts = new int[vocabulary];
    for (int t : tokens) {
      counts[t]++;
    }
    double entropy = 0;
    for (int c : counts) {
      double p = (double) c / tokens.length;
      entropy -= c == 0 ? 0 : p * Math.log(p);
    }
    return entropy;
  }

  /** Learns the names; with {@code -Dhebb.test.learning=true} a larger network learns them all. */
  private static void learnsToWrite(String name, Layer layers, TextPrep prep, Splits data) {
    Net net = layers.build(data.shape(), Seed.of(1));
    var trainer = Trainer.of(net, Losses.crossEntropy(), AdamW.of(4e-3).clipNorm(1));
    var test = data.test().take(LONG ? 10_000 : 300).batch(100);
    double before = Objects.requireNonNull(trainer.evaluate(test).get("loss"));
    assertThat(before).as("knows nothing").isCloseTo(Math.log(prep.size()), within(0.3));
    var train = data.train().take(LONG ? Integer.MAX_VALUE : 8000).shuffle(Seed.of(1)).batch(32);
    trainer.fit(train, LONG ? 5 : 1);
    double after = Objects.requireNonNull(trainer.evaluate(test).get("loss"));
    int[] tokens = Names.text(Seed.of(0)).tokens();
    double unigram = unigramEntropy(tokens, prep.size());
    Sampler sampler = Sampler.of(net).temperature(0.8);
    IO.println(
        "%s: validation loss %.3f, before %.3f, unigram entropy %.3f; it writes%s"
            .formatted(name, after, before, unigram, sampler.sample("\n", 60).replace('\n', ' ')));
    assertThat(after).isLessThan(unigram - 0.35);
    assertThat(sampler.sample("\n", 40)).isEqualTo(sampler.sample("\n", 40));
    assertThat(sampler.seed(Seed.of(5)).sample("\n", 40)).isNotEqualTo(sampler.sample("\n", 40));
    assertThat(sampler.sample("\n", 40, "\n")).isNotEmpty().doesNotContain("\n");
  }

  @Test
  void l52CharRnnLearnsToWriteNames() {
    TextPrep prep = Names.text(Seed.of(0)).prep();
    Layer net = sequential(embedding(prep.size(), 24), lstm(LONG ? 256 : 64), dense(prep.size()));
    learnsToWrite("char-RNN", net, prep, Names.load());
  }

  @Test
  void l52SmallGptLearnsToWriteNames() {
    TextPrep prep = Names.text(Seed.of(0)).prep();
    int units = LONG ? 128 : 48;
    Layer net =
        sequential(
            tied(
                embedding(prep.size(), units).init(Init.normal(0.05)),
                learntPositions(),
                repeat(LONG ? 4 : 2, encoderBlock(4, 4 * units).causal().preNorm()),
                layerNorm()));
    learnsToWrite("GPT", net, prep, Names.load());
  }

  // ---- drawing

  /** A network whose logits are always the same. */
  private static Net constant(double... logits) {
    TextPrep prep = Text.characters("t", "abcd").prep();
    Net net = sequential(embedding(4, 4)).build(Shape.of(DType.INT32, 3), Seed.of(1));
    float[] table = new float[16];
    for (int i = 0; i < 16; i++) {
      table[i] = (float) logits[i % 4];
    }
    net.variable("0.embedding.w").set(Tensor.of(table, Shape.of(4, 4)));
    return net.note(Notes.PREPROCESSING, prep);
  }

  private static double[] shares(Sampler sampler, float... logits) {
    var random = new Random(1);
    int draws = 40_000;
    double[] shares = new double[logits.length];
    for (int i = 0; i < draws; i++) {
      shares[sampler.choose(logits, random.nextDouble())] += 1.0 / draws;
    }
    return shares;
  }

  @Test
  void drawsAsTheDistributionSays() {
    Sampler sampler = Sampler.of(constant(0, 0, 0, 0));
    float[] logits = {
      (float) Math.log(0.1), (float) Math.log(0.4), (float) Math.log(0.3), (float) Math.log(0.2)
    };
    assertThat(shares(sampler, logits))
        .containsExactly(new double[] {.1, .4, .3, .2}, within(0.01));
    // ½ squares the probabilities, and then they add up to 0.3
    assertThat(shares(sampler.temperature(0.5), logits))
        .containsExactly(new double[] {.01 / .3, .16 / .3, .09 / .3, .04 / .3}, within(0.01));
    assertThat(shares(sampler.temperature(0), logits))
        .containsExactly(new double[] {0, 1, 0, 0}, within(1e-6));
    assertThat(shares(sampler.topK(2), logits))
        .containsExactly(new double[] {0, .4 / .7, .3 / .7, 0}, within(0.01));
    assertThat(shares(sampler.topP(0.65), logits))
        .containsExactly(new double[] {0, .4 / .7, .3 / .7, 0}, within(0.01));
    assertThat(shares(sampler.topP(0.75), logits))
        .containsExactly(new double[] {0, .4 / .9, .3 / .9, .2 / .9}, within(0.01));
    assertThat(shares(sampler.topP(1e-9), logits)[1]).isCloseTo(1, within(1e-6));
    assertThat(shares(sampler, 1000, -1000, 1000, -1000))
        .containsExactly(new double[] {.5, 0, .5, 0}, within(0.01));
  }

  @Test
  void writesWithAWindowAndKeepsTheVocabulary(@TempDir Path folder) {
    Net net = constant(0, 0, 50, 0);
    assertThat(Sampler.of(net).sample("a", 7)).isEqualTo("ccccccc");
    assertThat(Sampler.of(net).sample("abcdabcd", 2)).isEqualTo("cc");
    assertThat(Sampler.of(net).sample("a", 7, "c")).isEmpty();
    Path file = folder.resolve("letters.hebb");
    net.save(file);
    Net back = Net.load(file);
    assertThat(Notes.preprocessing(back)).isEqualTo(Notes.preprocessing(net));
    assertThat(Sampler.of(back).sample("ab", 3)).isEqualTo("ccc");
  }

  @Test
  void wrongOptionsAreRejectedWithAFix() {
    Sampler sampler = Sampler.of(constant(0, 0, 0, 0));
    assertThatThrownBy(() -> sampler.temperature(-1)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> sampler.temperature(Double.NaN)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> sampler.topK(-1)).hasMessageContaining("topK");
    assertThatThrownBy(() -> sampler.topP(0)).hasMessageContaining("(0, 1]");
    assertThatThrownBy(() -> sampler.sample("", 3)).hasMessageContaining("beginning");
    assertThatThrownBy(() -> sampler.sample("x", 3)).hasMessageContaining("'x'");
    Net none = sequential(dense(2)).build(Shape.of(2), Seed.of(1));
    assertThatThrownBy(() -> Sampler.of(none)).hasMessageContaining("no vocabulary");
    Net other = sequential(dense(2)).build(Shape.of(2), Seed.of(1));
    other.note(Notes.PREPROCESSING, Text.characters("t", "abcd").prep());
    assertThatThrownBy(() -> Sampler.of(other)).hasMessageContaining("[T, 4]");
  }
}
