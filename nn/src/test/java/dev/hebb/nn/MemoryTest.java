package dev.hebb.nn;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What training takes: the weights, the moments, the activations, and one gradient at a time. */
class MemoryTest {
  private static final int BATCH = 32;

  private record Training(Step step, Tensor x, Tensor y) {
    static Training of(int width, int depth) {
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < depth; i++) {
        layers.add(dense(width));
        layers.add(relu());
      }
      Net net = sequential(layers.toArray(Layer[]::new)).build(Shape.of(width), Seed.of(1));
      var optimizer = Adam.of(1e-3).bind(net.params());
      Step step =
          Step.trainStep((x, y) -> {
            Tensor loss = Losses.mse().of(net.forward(x), y);
            optimizer.update(loss.grad(net.params()));
            return loss;
          });
      Tensor x = Random.normalOnce(Shape.of(BATCH, width), Seed.of(2)).eval();
      return new Training(step, x, x.tanh().eval());
    }
  }

  @Test
  void aGradientIsFreedBeforeTheNextOneIsComputed() {
    int width = 256;
    Training training = Training.of(width, 8);
    String plan = training.step.explain(training.x, training.y);
    var matcher = Pattern.compile("f32 ([\\d,]+) bytes for values").matcher(plan);
    assertThat(matcher.find()).isTrue();
    long planned = Long.parseLong(matcher.group(1).replace(",", ""));
    long gradient = 4L * width * width;
    long activations = 4L * BATCH * width * (8 + 3);
    assertThat(planned).isBetween(gradient, gradient + activations + 65_536);
  }

  /** 4 × 4 bytes a parameter are 256 MiB; no second copy of anything has room. */
  @Test
  @Timeout(120)
  void sixteenMillionParametersTrainWithoutCopies() throws IOException, InterruptedException {
    train(2048, 4, 280);
  }

  @Test
  @Timeout(300)
  @EnabledIfSystemProperty(named = "hebb.test.large", matches = "true")
  void aHundredMillionParametersTrainInLittleMoreThanTheyTake()
      throws IOException, InterruptedException {
    int width = 4480;
    int depth = 5;
    long parameters = (long) depth * (width + 1) * width;
    long peak = train(width, depth, 1500);
    assertThat(peak).isLessThan((long) (2.5 * 4 * Float.BYTES * parameters) >> 20);
  }

  /** Trains in a JVM with a heap of so many MiB; returns the most that the process held. */
  private static long train(int width, int depth, int heap)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap + "m",
                "-XX:+UseG1GC",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                "" + width,
                "" + depth)
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(said).contains("the loss fell");
    var peak = Pattern.compile("peak (-?\\d+)").matcher(said);
    assertThat(peak.find()).isTrue();
    return Long.parseLong(peak.group(1));
  }

  static final class Child {
    public static void main(String[] args) throws IOException {
      Training training = Training.of(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
      double first = training.step.run(training.x, training.y).item();
      double last = first;
      for (int i = 0; i < 4; i++) {
        last = training.step.run(training.x, training.y).item();
      }
      System.out.println(last < first ? "the loss fell" : first + " became " + last);
      System.out.println("peak " + peak());
    }

    /** In MiB, where the system tells. */
    private static long peak() throws IOException {
      Path status = Path.of("/proc/self/status");
      if (Files.exists(status)) {
        for (String line : Files.readAllLines(status)) {
          if (line.startsWith("VmHWM:")) {
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
          }
        }
      }
      return -1;
    }
  }
}
