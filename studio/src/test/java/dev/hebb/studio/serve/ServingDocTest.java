package dev.hebb.studio.serve;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.Iris;
import dev.hebb.train.data.Splits;
import dev.hebb.train.io.Notes;
import dev.hebb.train.io.NumPy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/serving.md, run by a shell, print what stands below them. */
class ServingDocTest {
  /** A command, and what it prints; … stands for anything. */
  private static final Pattern EXAMPLE =
      Pattern.compile("```sh\n(curl .*?)```\n\n```(?:json|text)\n(.*?)```", Pattern.DOTALL);

  private static final int EXAMPLES = 6;

  @TempDir private static Path folder;
  private static ModelServer digits;
  private static ModelServer iris;

  @BeforeAll
  static void serve() throws IOException {
    Splits pictures = Digits.load();
    Net net =
        sequential(conv2d(4, 3).stride(2).relu(), flatten(), dense(10))
            .build(pictures.shape(), Seed.of(1))
            .note(Notes.PREPROCESSING, pictures.preprocessing())
            .note(Notes.OUTPUT, "SOFTMAX");
    digits = serve("digits", net);
    Splits flowers = Iris.load();
    Net classifier = sequential(dense(3)).build(flowers.shape(), Seed.of(1));
    Trainer.of(classifier, Losses.crossEntropy(), Adam.of(0.1))
        .fit(flowers.train().shuffle().batch(16), 30);
    iris = serve("iris", classifier);
    Files.write(folder.resolve("photo.png"), Toys.picture("png", 60, 200));
    NumPy.write(Tensor.zeros(2, 28, 28), folder.resolve("two.npy"));
  }

  private static ModelServer serve(String name, Net net) {
    Path file = folder.resolve(name + ".hebb");
    net.save(file);
    return ModelServer.open(file, ServeOptions.local().port(0));
  }

  @AfterAll
  static void stop() {
    digits.stop();
    iris.stop();
  }

  @TestFactory
  Stream<DynamicTest> everyExample() throws IOException {
    needsCurl();
    String text = Files.readString(document());
    assertThat(EXAMPLE.matcher(text).results()).hasSize(EXAMPLES);
    return EXAMPLE
        .matcher(text)
        .results()
        .map(example ->
            DynamicTest.dynamicTest(
                example.group(1).lines().findFirst().orElseThrow(),
                () -> check(example.group(1), example.group(2))));
  }

  private static void needsCurl() {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "curl"))),
        "there is no curl on the PATH");
  }

  private static void check(String command, String expected) throws Exception {
    String here =
        command
            .replace("localhost:7430", "localhost:" + digits.port())
            .replace("localhost:7431", "localhost:" + iris.port());
    var process =
        new ProcessBuilder("sh", "-c", here).directory(folder.toFile()).redirectErrorStream(true);
    Process running = process.start();
    String printed =
        new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(running.waitFor()).as(printed).isZero();
    String pattern =
        Arrays.stream(expected.strip().split("…", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    assertThat(printed).matches("(?s)" + pattern);
  }

  @Test
  void theArrayOfTheAnswerIsOne() throws Exception {
    needsCurl();
    check(
        "curl -s -H 'Content-Type: application/x-npy' -H 'Accept: application/x-npy'"
            + " --data-binary @two.npy -o answer.npy localhost:7430/v1/predict",
        "");
    assertThat(NumPy.read(folder.resolve("answer.npy")).shape().dims()).containsExactly(2, 10);
  }

  private static Path document() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("docs/serving.md"))) {
        return at.resolve("docs/serving.md");
      }
    }
    throw new AssertionError("no docs/serving.md above the working directory");
  }
}
