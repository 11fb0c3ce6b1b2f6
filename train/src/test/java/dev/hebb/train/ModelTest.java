package dev.hebb.train;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.Layers.softmax;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Iris;
import dev.hebb.train.data.Loader;
import dev.hebb.train.data.Splits;
import dev.hebb.train.io.Notes;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
  @TempDir private Path folder;

  @Test
  void aTableModelTakesRowsAsTheyCome() {
    Splits iris = Iris.load();
    Net net = sequential(dense(3)).build(iris.shape(), Seed.of(1));
    Trainer.of(net, Losses.crossEntropy(), Adam.of(0.1)).fit(iris.train().shuffle().batch(16), 20);
    Path file = folder.resolve("iris.hebb");
    net.save(file);
    Model model = Model.load(file);
    Map<String, String> row =
        Map.of(
            "sepallength", "5.1", "sepalwidth", "3.5", "petallength", "1.4", "petalwidth", "0.2");
    Answer answer = model.classify(row);
    assertThat(answer.label()).isEqualTo("Iris-setosa");
    assertThat(answer.probability()).isGreaterThan(0.8);
    assertThat(answer.probabilities()).hasSize(3);
    assertThat(model.preprocessing()).isEqualTo(iris.preprocessing());
    assertThatThrownBy(() -> model.classify(Map.of("petalsize", "1")))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("petalsize");
    assertThatThrownBy(() -> model.classify(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB)))
        .hasMessageContaining("takes no pictures");
  }

  @Test
  void aNetThatGivesProbabilitiesIsAClassifierToo() {
    Net yes = sequential(dense(1).sigmoid()).build(Shape.of(2), Seed.of(5));
    Loader columns =
        Dataset.ofClasses(
                Shape.of(2), new float[] {0, 1, 1, 0}, new int[] {1, 0}, List.of("no", "yes"))
            .batch(2);
    Loss asColumn = (x, y) -> Losses.bce().of(x, y.reshape(-1, 1));
    assertThat(Notes.outputOf(Losses.bce())).isEqualTo(Notes.Output.PROBABILITIES);
    Trainer.of(yes, asColumn, Adam.of(0.1)).fit(columns, 50);
    yes.note(Notes.OUTPUT, Notes.outputOf(Losses.bce()));
    Answer answer = Model.of(yes).classify(new float[] {0, 1});
    assertThat(answer.label()).isEqualTo("yes");
    assertThat(answer.probability()).isCloseTo(yes.predict(new float[] {0, 1})[0], within(1e-6));

    Net three = sequential(dense(3), softmax()).build(Shape.of(2), Seed.of(5));
    Trainer.of(three, Losses.crossEntropy().ofProbabilities(), Adam.of(0.1)).fit(Toys.train(), 1);
    assertThat(Notes.output(three)).isEqualTo(Notes.Output.PROBABILITIES);
  }

  /** A network whose one layer tells white from black by hand-set weights. */
  private static Model brightness() {
    Net net = sequential(flatten(), dense(2)).build(Shape.of(1, 4, 4), Seed.of(0));
    float[] w = new float[32];
    for (int i = 0; i < 16; i++) {
      w[2 * i] = -1;
      w[2 * i + 1] = 1;
    }
    net.params()
        .forEach(v ->
            v.set(
                v.shape().rank() == 2
                    ? Tensor.of(w, v.shape())
                    : Tensor.of(new float[] {8, -8}, v.shape())));
    net.note(Notes.PREPROCESSING, ImagePrep.of(4, 4, 1, ImagePrep.Style.PLAIN));
    net.note(Notes.LABELS, List.of("dark", "light"));
    net.note(Notes.OUTPUT, "SOFTMAX");
    return Model.of(net);
  }

  private static BufferedImage plain(Color colour) {
    var image = new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB);
    var g = image.createGraphics();
    g.setColor(colour);
    g.fillRect(0, 0, 9, 9);
    g.dispose();
    return image;
  }

  @Test
  void aPictureModelTakesPicturesOfAnySize() {
    Model model = brightness();
    // Logits of white: (8 − 16, −8 + 16), so the probability is 1 / (1 + e⁻¹⁶).
    assertThat(model.classify(plain(Color.WHITE)).label()).isEqualTo("light");
    assertThat(model.classify(plain(Color.WHITE)).probability())
        .isCloseTo(1 / (1 + Math.exp(-16)), within(1e-6));
    assertThat(model.classify(plain(Color.BLACK)).label()).isEqualTo("dark");
    assertThatThrownBy(() -> model.classify(Map.of("a", "1"))).hasMessageContaining("no rows");
  }

  @Test
  void manyThreadsMayAskAtOnce() {
    Model model = brightness();
    List<String> answers =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(i -> model.classify(plain(i % 2 == 0 ? Color.WHITE : Color.BLACK)).label())
            .toList();
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i)).isEqualTo(i % 2 == 0 ? "light" : "dark");
    }
  }

  @Test
  void oneSigmoidIsTheProbabilityOfTheSecondClass() {
    Net net = sequential(dense(1)).build(Shape.of(1), Seed.of(0));
    net.params().forEach(v -> v.set(Tensor.full(v.shape(), v.shape().rank() == 2 ? 2 : 0)));
    net.note(Notes.LABELS, List.of("no", "yes")).note(Notes.OUTPUT, "SIGMOID");
    Answer answer = Model.of(net).classify(new float[] {1});
    assertThat(answer.label()).isEqualTo("yes");
    assertThat(answer.probability()).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-6));
  }

  @Test
  void aModelOfNumbersDoesNotClassify() {
    Net net = sequential(dense(1)).build(Shape.of(1), Seed.of(0));
    assertThat(Model.of(net).predict(new float[] {1})).hasSize(1);
    assertThatThrownBy(() -> Model.of(net).classify(new float[] {1}))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("predict");
  }
}
