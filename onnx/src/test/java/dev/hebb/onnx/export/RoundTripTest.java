package dev.hebb.onnx.export;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.train.Answer;
import dev.hebb.train.Model;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Splits;
import dev.hebb.train.io.Notes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that was saved as an ONNX model is, when loaded, still all that it was. */
class RoundTripTest {
  @TempDir Path folder;

  @Test
  void preprocessingLabelsAndOrigin() {
    Splits digits = Digits.load();
    Net net =
        sequential(conv2d(4, 5).stride(3).relu(), flatten(), dense(10))
            .build(digits.shape(), Seed.of(42));
    Trainer.of(net, Losses.crossEntropy(), Adam.of(2e-3))
        .fit(digits.train().shuffle().batch(300), digits.test().batch(500), 1);
    Path file = folder.resolve("digits.onnx");
    net.save(file);
    Net loaded = Net.load(file);

    assertThat(Notes.preprocessing(loaded))
        .isInstanceOf(ImagePrep.class)
        .isEqualTo(Notes.preprocessing(net));
    assertThat(Notes.labels(loaded)).isEqualTo(Notes.labels(net)).hasSize(10);
    assertThat(Notes.output(loaded)).isEqualTo(Notes.Output.SOFTMAX);
    assertThat(loaded.note(Notes.PROVENANCE)).isEqualTo(net.note(Notes.PROVENANCE));

    float[] x = digits.test().input(1);
    Answer before = Model.of(net).classify(x);
    Answer after = Model.of(loaded).classify(x);
    assertThat(after.label()).isEqualTo(before.label());
    assertThat(after.probability()).isCloseTo(before.probability(), within(1e-5));
  }

  @Test
  void notesOfOnesOwn() {
    Net net =
        dense(2)
            .build(Shape.of(3), Seed.of(1))
            .note(Notes.LABELS, List.of("wren", "robin"))
            .note("licence", "CC0");
    Path file = folder.resolve("birds.onnx");
    net.save(file);
    Net loaded = Net.load(file);
    assertThat(Notes.labels(loaded)).containsExactly("wren", "robin");
    assertThat(loaded.note("licence")).isEqualTo("CC0");
  }

  @Test
  void aNoteThatIsNoJsonIsRefused() {
    List<Object> itself = new ArrayList<>();
    itself.add(itself);
    Net net = dense(2).build(Shape.of(3), Seed.of(1)).note("self", itself);
    assertThatThrownBy(() -> net.save(folder.resolve("a.onnx"))).isInstanceOf(HebbException.class);
  }
}
