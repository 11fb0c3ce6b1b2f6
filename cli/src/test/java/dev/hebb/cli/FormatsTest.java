package dev.hebb.cli;

import static dev.hebb.cli.Command.hebb;
import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.convTranspose2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.groupNorm;
import static dev.hebb.nn.Layers.prelu;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.residual;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Net;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.io.ElementType;
import dev.hebb.train.io.NumPy;
import dev.hebb.train.io.SafeTensors;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** Files of all formats, looked at, converted and run as a user would. */
@Timeout(120)
class FormatsTest {
  @TempDir private Path folder;

  /** What other libraries wrote; Maven runs tests in the module's folder. */
  private static Path theirs(String name) {
    return Path.of("").toAbsolutePath().resolveSibling("train/src/test/resources/formats/" + name);
  }

  private static Net small() {
    return sequential(dense(3).named("first"), residual(dense(3).relu()), dense(2).named("last"))
        .build(Shape.of(3), Seed.of(1));
  }

  // ---- inspect

  @Test
  void inspectShowsShapesAndStatistics() {
    Path file = folder.resolve("w.npz");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", Tensor.of(new float[] {1, 2, 3, 4}, Shape.of(2, 2)));
    tensors.put("b", Tensor.of(new float[] {5, Float.NaN}, Shape.of(2)));
    NumPy.write(tensors, Map.of("a", ElementType.F16), file);
    String out = hebb("inspect", file).succeeds().out();
    // Mean 2.5, deviation √1.25.
    assertThat(out.lines().filter(l -> l.strip().startsWith("a ")).findFirst().orElseThrow())
        .contains("F16", "[2, 2]", "1.000", "4.000", "2.500", "1.118");
    assertThat(out).contains("1 not finite", "2 tensors, 6 numbers");
  }

  @Test
  void inspectKnowsTheFormatsOfOthers() {
    assertThat(hebb("inspect", theirs("mixed.pt")).succeeds().out())
        .contains("PyTorch, 24 tensor(s)", "model.transposed", "epoch: 3", "BF16");
    assertThat(hebb("inspect", theirs("keras-cnn.keras")).succeeds().out())
        .contains("layers/conv2d/vars/0");
    assertThat(hebb("inspect", theirs("types.safetensors")).succeeds().out())
        .contains("author: Müller", "F8_E4M3");
  }

  @Test
  void inspectDrawsTheGraphWithoutOverlaps() throws Exception {
    Path model = folder.resolve("m.hebb");
    small().save(model);
    Path svg = folder.resolve("m.svg");
    assertThat(hebb("inspect", model, "--svg", svg).succeeds().out())
        .contains("first.w", "last.b", "graph  " + svg);
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(Files.readAllBytes(svg)));
    var groups = document.getElementsByTagName("g");
    List<Rectangle2D> boxes = new ArrayList<>();
    for (int i = 0; i < groups.getLength(); i++) {
      Element group = (Element) groups.item(i);
      String[] at = group.getAttribute("transform").replaceAll("[^0-9.,]", "").split(",");
      Element rect = (Element) group.getElementsByTagName("rect").item(0);
      boxes.add(
          new Rectangle2D.Double(
              Double.parseDouble(at[0]),
              Double.parseDouble(at[1]),
              Double.parseDouble(rect.getAttribute("width")),
              Double.parseDouble(rect.getAttribute("height"))));
    }
    assertThat(boxes).hasSize(small().graph().nodes().size()).hasSizeGreaterThan(4);
    for (Rectangle2D a : boxes) {
      assertThat(boxes).filteredOn(b -> b != a && b.intersects(a)).isEmpty();
    }
    int edges = small().graph().nodes().stream().mapToInt(n -> n.inputs().size()).sum();
    assertThat(Files.readString(svg).split("marker-end=")).hasSize(edges + 1);
    assertThat(document.getDocumentElement().getTextContent())
        .contains("first", "last", "Dense(2)");
  }

  // ---- convert

  @Test
  void tensorsKeepEveryBitOnTheirWayAndBack() throws IOException {
    Path there = folder.resolve("t.npz");
    Path back = folder.resolve("t.safetensors");
    // All types but those that NumPy has not.
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(SafeTensors.read(theirs("types.safetensors")));
    Map<String, ElementType> types = new LinkedHashMap<>();
    tensors.keySet().removeIf(name -> name.matches("BF16|F8.*"));
    tensors
        .keySet()
        .forEach(name -> {
          if (!name.matches("scalar|empty")) {
            types.put(name, ElementType.valueOf(name));
          }
        });
    Path start = folder.resolve("start.safetensors");
    SafeTensors.write(tensors, types, Map.of(), start);
    hebb("convert", start, there).succeeds();
    hebb("convert", there, back).succeeds();
    assertThat(Files.readAllBytes(back)).isEqualTo(Files.readAllBytes(start));
    hebb("convert", theirs("types.safetensors"), there).succeeds();
    assertThat(NumPy.open(there).tensor("BF16").toFloats())
        .isEqualTo(SafeTensors.read(theirs("types.safetensors")).get("BF16").toFloats());
  }

  @Test
  void aModelsWeightsGoOutAndComeBackIntoAModel() {
    Path model = folder.resolve("m.hebb");
    Net net = small();
    net.save(model);
    Path weights = folder.resolve("w.safetensors");
    hebb("convert", model, weights).succeeds();
    assertThat(SafeTensors.read(weights).keySet())
        .containsExactlyElementsOf(net.variables().stream().map(v -> v.name()).toList());
    Path other = folder.resolve("other.hebb");
    sequential(dense(3).named("first"), residual(dense(3).relu()), dense(2).named("last"))
        .build(Shape.of(3), Seed.of(2))
        .save(other);
    Path joined = folder.resolve("joined.hebb");
    hebb("convert", weights, joined, "--into", other).succeeds();
    float[] x = {1, -2, 3};
    assertThat(Net.load(joined).predict(x)).isEqualTo(net.predict(x));
    Path half = folder.resolve("half.safetensors");
    hebb("convert", weights, half, "--type", "f16").succeeds();
    assertThat(SafeTensors.open(half).entries())
        .allMatch(e -> e.type() == ElementType.F16)
        .hasSize(6);
  }

  @Test
  void weightsOfPyTorchsGoIntoAModel() {
    Path model = folder.resolve("m.hebb");
    sequential(
            conv2d(4, 3).stride(2),
            batchNorm(),
            relu(),
            convTranspose2d(3, 2),
            groupNorm(3),
            prelu(),
            flatten(),
            dense(6).tanh(),
            dense(3).noBias())
        .build(Shape.of(2, 7, 9), Seed.of(1))
        .save(model);
    Path out = folder.resolve("out.hebb");
    hebb("convert", theirs("cnn.pt"), out, "--into", model).succeeds();
    Path x = folder.resolve("x.npy");
    Map<String, Tensor> known = SafeTensors.read(theirs("cnn-answers.safetensors"));
    NumPy.write(known.get("x"), x);
    Path y = folder.resolve("y.npz");
    hebb("run", out, "--input", x, "--output", y).succeeds();
    close(NumPy.open(y).tensor("output").toFloats(), known.get("y").toFloats());
  }

  @Test
  void aModelGoesToOnnxAndComesBack() {
    Path model = folder.resolve("m.hebb");
    Net net = small();
    net.save(model);
    Path onnx = folder.resolve("m.onnx");
    assertThat(hebb("convert", model, onnx).succeeds().out()).contains("[3] → [2]");
    Path svg = folder.resolve("m.svg");
    assertThat(hebb("inspect", onnx, "--svg", svg).succeeds().out())
        .contains("ONNX model", "input   ", "output  ", "first.w", "nodes: ");
    assertThat(svg).content().contains("Gemm");
    Path x = folder.resolve("x.npy");
    Path y = folder.resolve("y.npz");
    NumPy.write(Tensor.of(new float[] {1, -2, 3}, Shape.of(1, 3)), x);
    hebb("run", onnx, "--input", x, "--output", y).succeeds();
    float[] expected = net.predict(new float[] {1, -2, 3});
    close(NumPy.open(y).tensors().values().iterator().next().toFloats(), expected);
    Path back = folder.resolve("back.hebb");
    hebb("convert", onnx, back).succeeds();
    close(Net.load(back).predict(new float[] {1, -2, 3}), expected);
    assertThat(hebb("summary", onnx).succeeds().out()).contains("parameters");
    hebb("run", onnx, "--input", "none=" + x).complains("is missing");
    hebb("run", onnx, "--input", x, "--input", x).complains("one more");
    hebb("predict", onnx, x).complains("hebb run");
  }

  private static void close(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  // ---- what is wrong

  @Test
  void whatCannotBeIsSaidInOneSentenceAndNothingIsWritten() throws IOException {
    Path model = folder.resolve("m.hebb");
    small().save(model);
    Path weights = folder.resolve("w.npz");
    hebb("convert", model, weights).succeeds();
    Path out = folder.resolve("out.hebb");
    hebb("convert", weights, out).complains("w.npz", "--into");
    hebb("convert", theirs("cnn.pt"), out, "--into", model).complains("do not fit", "missing");
    hebb("convert", theirs("evil.pt"), folder.resolve("out.npz")).complains("evil.pt", "system");
    hebb("convert", model, folder.resolve("out.npy")).complains("6 tensors", ".npz");
    hebb("convert", model, folder.resolve("out.pt")).complains("out.pt", ".safetensors");
    hebb("convert", model, model).complains("same file");
    hebb("convert", model, folder.resolve("out.npz"), "--type", "i32").complains("type of floats");
    hebb("convert", model, folder.resolve("out.npz"), "--type", "bf16")
        .complains("NumPy has no BF16");
    hebb("inspect", weights, "--svg", folder.resolve("out.svg")).complains("no graph");
    hebb("inspect", model, "--svg", folder.resolve("none/out.svg")).complains("none");
    hebb("run", weights, "--input", weights).complains("no model");
    hebb("run", model, "--input", folder.resolve("none.npy")).complains("none.npy does not exist");
    hebb("run", model, "--input", theirs("complex.npy")).complains("complex numbers");
    Path wide = folder.resolve("wide.npy");
    NumPy.write(Tensor.ones(2, 5), wide);
    hebb("run", model, "--input", wide).complains("[2, 5]", "[3]");
    hebb("run", model, "--input", wide, "--output", "y.txt").complains(".npz");
    byte[] bytes = Files.readAllBytes(weights);
    Path half = Files.write(folder.resolve("half.npz"), Arrays.copyOf(bytes, bytes.length / 2));
    hebb("inspect", half).complains("half.npz");
    Path garbage = Files.writeString(folder.resolve("garbage.onnx"), "no model at all");
    hebb("inspect", garbage).complains("garbage.onnx");
    try (var left = Files.list(folder)) {
      assertThat(left.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("m.hebb", "w.npz", "wide.npy", "half.npz", "garbage.onnx");
    }
  }
}
