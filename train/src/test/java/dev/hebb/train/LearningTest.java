package dev.hebb.train;

import static dev.hebb.nn.Layers.avgPool;
import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.metric.Metrics.accuracy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.Summary;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.optim.AdamW;
import dev.hebb.nn.optim.Schedule;
import dev.hebb.nn.zoo.Dcgan;
import dev.hebb.nn.zoo.GoogLeNet;
import dev.hebb.nn.zoo.Mlp;
import dev.hebb.nn.zoo.Zoo;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Augment;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.Loader;
import dev.hebb.train.data.Mnist;
import dev.hebb.train.data.Splits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of the zoo learn digits: a little always, to the end with the profile {@code large}. */
class LearningTest {
  private static Run train(Layer layers, Splits data, Loader train, int epochs, double rate) {
    Net net = layers.build(data.shape(), Seed.of(7));
    return Trainer.of(
            net,
            Losses.crossEntropy(),
            AdamW.of(rate)
                .weightDecay(1e-2)
                .schedule(Schedule.oneCycle(Math.max(2, epochs * train.size()))))
        .metrics(accuracy())
        .fit(train, data.test().batch(500), epochs);
  }

  private static Loader loader(Dataset data) {
    return data.shuffle(Seed.of(7)).batch(32);
  }

  @Test
  void l22AThinGoogLeNetBeginsToReadDigits() {
    Splits digits = Digits.load();
    GoogLeNet thin = GoogLeNet.of().withBatchNorm().width(0.125).forSmallPictures().classes(10);
    Net net = chain(avgPool(2), thin.layers()).build(digits.shape(), Seed.of(7));
    var opt = Adam.of(3e-3).bind(net.params());
    Step step =
        Step.trainStep((x, y) -> {
          Tensor loss = net.forward(x).crossEntropy(y);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    double last = 0;
    int steps = 0;
    for (Batch batch : digits.train().take(1280).shuffle(Seed.of(7)).batch(32)) {
      double loss = step.run(batch.x(), batch.y()).item();
      last += ++steps > 32 ? loss / 8 : 0;
    }
    assertThat(last).as("mean loss of the last 8 of 40 steps").isLessThan(0.75 * Math.log(10));
  }

  /** As many parameters within 1 %, the same data and steps. */
  @Test
  void l30ShrinkingWidthsAreAsGoodAsEqualOnes() {
    Splits digits = Digits.load();
    Shape in = digits.shape();
    Summary shrinking = Mlp.shrinking(10, 128, 3).summary(in);
    Summary equal = Mlp.of(10, 109, 109, 109).summary(in);
    double ratio = (double) equal.parameters() / shrinking.parameters();
    double[] accuracy = new double[2];
    Layer[] networks = {Mlp.shrinking(10, 128, 3).layers(), Mlp.of(10, 109, 109, 109).layers()};
    for (int i = 0; i < 2; i++) {
      Run run = train(networks[i], digits, loader(digits.train().take(3000)), 4, 4e-3);
      accuracy[i] = run.last("val.accuracy");
    }
    assertThat(ratio).isBetween(0.99, 1.01);
    assertThat(accuracy[0]).isGreaterThan(0.9).isGreaterThan(accuracy[1] - 0.02);
  }

  // ---- minutes each

  @ParameterizedTest
  @ValueSource(strings = {"googlenet", "resnet20"})
  @EnabledIfSystemProperty(named = "hebb.test.large", matches = "true")
  void l22NetworksReadDigits(String name) {
    Splits digits = Digits.load();
    Layer layers = Zoo.find(name).classifier(digits.shape(), digits.outputs(), 9000);
    Run run = train(layers, digits, digits.train().shuffle(Seed.of(7)).batch(64), 3, 4e-3);
    assertThat(run.last("val.accuracy")).as(name).isGreaterThanOrEqualTo(0.97);
  }

  /** It wants the folder of MNIST's four files in {@code hebb.test.mnist}. */
  @Test
  @EnabledIfSystemProperty(named = "hebb.test.large", matches = "true")
  @EnabledIfSystemProperty(named = "hebb.test.mnist", matches = ".+")
  void l64ALeNetReadsNinetyNinePercentOfMnist() {
    Splits mnist = Mnist.load(Path.of(System.getProperty("hebb.test.mnist", "")));
    Loader train =
        mnist
            .train()
            .shuffle(Seed.of(7))
            .batch(64)
            .prefetch()
            .augment(Augment.shift(2).then(Augment.rotate(10)));
    Layer lenet = Zoo.find("lenet").classifier(mnist.shape(), 10, 60_000);
    assertThat(train(lenet, mnist, train, 8, 4e-3).last("val.accuracy"))
        .isGreaterThanOrEqualTo(0.99);
  }

  /** A classifier sees every digit among what the generator makes. */
  @Test
  @EnabledIfSystemProperty(named = "hebb.test.large", matches = "true")
  void l65AGeneratorMakesEveryDigit() {
    Splits digits = Digits.load();
    Net reader =
        Zoo.find("lenet").classifier(digits.shape(), 10, 9000).build(digits.shape(), Seed.of(1));
    Trainer.of(reader, Losses.crossEntropy(), Adam.of(1e-3))
        .fit(digits.train().shuffle(Seed.of(2)).batch(64), 3);
    Dcgan dcgan = Dcgan.of(digits.shape()).features(32);
    Net generator = dcgan.generator().build(Shape.of(100), Seed.of(3));
    Net discriminator = dcgan.discriminator().build(digits.shape(), Seed.of(4));
    // The generator's values lie in −1 … 1; the reader knows those of (pixel − 0.1307) / 0.3081.
    Dataset centred = centred(digits.train());
    var gan = Adversarial.of(generator, discriminator, Adam.of(2e-4).betas(0.5, 0.999));
    List<Balance> history = gan.fit(centred.shuffle(Seed.of(5)).batch(64).dropLast(), 10);
    int[] counts = new int[10];
    for (float[] x : gan.examples(1000, Seed.of(6))) {
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) (((x[i] + 1) / 2 - 0.1307) / 0.3081);
      }
      float[] logits = reader.predict(x);
      int best = 0;
      for (int k = 1; k < 10; k++) {
        best = logits[k] > logits[best] ? k : best;
      }
      counts[best]++;
    }
    assertThat(java.util.Arrays.stream(counts).min().orElseThrow())
        .as("of 100 each; %s", history)
        .isGreaterThanOrEqualTo(20);
  }

  private static Dataset centred(Dataset digits) {
    int n = digits.size();
    float[] all = new float[n * 784];
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float[] x = digits.input(i);
      for (int k = 0; k < 784; k++) {
        all[i * 784 + k] = (float) (2 * (x[k] * 0.3081 + 0.1307) - 1);
      }
      labels.add(digits.label(i));
    }
    return Dataset.ofClasses(
        digits.shape(),
        all,
        labels.stream().mapToInt(Integer::intValue).toArray(),
        digits.labels());
  }
}
