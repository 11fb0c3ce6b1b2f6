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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without the vector module everything still runs, and says once how to make it fast. */
class FallbackTest {
  /** Run in a JVM of its own: prints the bits of a small computation. */
  static final class Child {
    public static void main(String[] args) {
      System.out.println("bits " + bits());
    }
  }

  /** Of a small network's gradients: products of all kinds, convolutions, reductions, functions. */
  private static int bits() {
    Tensor x = Random.normalOnce(Shape.of(5, 3, 9, 9), Seed.of(1));
    Tensor w = Random.normalOnce(Shape.of(7, 3, 3, 3), Seed.of(2)).mul(0.3);
    Tensor y = x.conv2d(w).tanh().maxPool2d(Window2d.of(2).stride(2)).flatten(1);
    Tensor u = Random.normalOnce(Shape.of(63, 75), Seed.of(4)).mul(0.1);
    Tensor h = y.matmul(u).softplus().add(y.matmul(u).erf());
    Tensor centred = h.sub(h.mean(1).unsqueeze(1));
    Tensor norm = centred.div(centred.square().mean(1).unsqueeze(1).add(1e-5).sqrt());
    Tensor v = Random.normalOnce(Shape.of(75, 10), Seed.of(3)).mul(0.1);
    Tensor loss = norm.matmul(v).sigmoid().exp().crossEntropy(Tensor.arange(5));
    int bits = 0;
    for (Tensor gradient : loss.grad(w, u, v)) {
      bits = 31 * bits + java.util.Arrays.hashCode(gradient.toFloats());
    }
    return bits;
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

  /**
   * The longest vectors that the JVM may use, in bytes; it warns where the processor has no such.
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void vectorsOfAnyLengthGiveTheSameBits(int bytes) throws Exception {
    String out =
        child(
            "--add-modules",
            "jdk.incubator.vector",
            "-XX:MaxVectorSize=" + bytes,
            "-Dhebb.simd=at-once");
    assertThat(out).contains("bits " + bits());
  }
}
