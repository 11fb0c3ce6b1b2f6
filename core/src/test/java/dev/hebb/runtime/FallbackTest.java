package dev.hebb.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Without the vector module everything still runs, and says once how to make it fast. */
class FallbackTest {
  /** Run in a JVM of its own: prints the bits of a small computation. */
  static final class Child {
    public static void main(String[] args) {
      System.out.println("bits " + bits());
    }
  }

  private static int bits() {
    Tensor x = Random.normalOnce(Shape.of(5, 3, 9, 9), Seed.of(1));
    Tensor w = Random.normalOnce(Shape.of(7, 3, 3, 3), Seed.of(2)).mul(0.3);
    Tensor y = x.conv2d(w).tanh().maxPool2d(Window2d.of(2).stride(2)).flatten(1);
    Tensor v = Random.normalOnce(Shape.of(63, 10), Seed.of(3)).mul(0.1);
    Tensor loss = y.matmul(v).crossEntropy(Tensor.arange(5));
    return java.util.Arrays.hashCode(loss.grad(w).getFirst().toFloats());
  }

  private static String child(String... flags) throws Exception {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java.util.List.of(flags));
    command.addAll(
        java.util.List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(p.waitFor()).as(out).isZero();
    return out;
  }

  @Test
  void withoutTheModuleItRunsWithOneActionableWarning() throws Exception {
    String out = child();
    assertThat(out.lines().filter(l -> l.contains("--add-modules jdk.incubator.vector")).count())
        .as(out)
        .isEqualTo(1);
    assertThat(out).contains("bits " + bits());
  }

  @Test
  void theSwitchForTestsGivesTheSameBits() throws Exception {
    String out = child("--add-modules", "jdk.incubator.vector", "-Dhebb.simd=off");
    assertThat(out).contains("bits " + bits());
  }
}
