package dev.hebb.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The committed corpus, whole and damaged: good files of each format, and what the fuzzer once
 * found. A reader answers each of them with tensors or with a {@code HebbException}.
 */
class HostileFilesTest {
  private static final Path CORPUS = Path.of("src/test/resources/corpus");

  /** For a file of some kilobytes; classes that are loaded meanwhile count as well. */
  private static final long MOST_ALLOCATED = 64L << 20;

  /** Longer files are damaged at this many places only. */
  private static final int PLACES = 100;

  record Sample(Target target, Path file) {
    byte[] content() {
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public String toString() {
      return target + " " + file.getFileName();
    }
  }

  static List<Sample> corpus() {
    return Arrays.stream(Target.values()).flatMap(HostileFilesTest::samples).toList();
  }

  private static Stream<Sample> samples(Target target) {
    try (Stream<Path> files = Files.list(CORPUS.resolve(target.name()))) {
      return files.sorted().map(f -> new Sample(target, f)).toList().stream();
    } catch (IOException e) {
      throw new AssertionError("no corpus for " + target, e);
    }
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void isReadOrRefusedInBoundedMemory(Sample sample) {
    byte[] content = sample.content();
    sample.target.read(content);
    long before = allocated();
    sample.target.read(content);
    assertThat(allocated() - before).as("bytes allocated").isLessThan(MOST_ALLOCATED);
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void isRefusedWhereverItEnds(Sample sample) {
    byte[] content = sample.content();
    int step = Math.max(1, content.length / PLACES);
    for (int length = 0; length < content.length; length += step) {
      sample.target.read(Arrays.copyOf(content, length));
    }
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void isReadOrRefusedWithAnyByteChanged(Sample sample) {
    byte[] content = sample.content();
    Random random = new Random(content.length);
    int step = Math.max(1, content.length / PLACES);
    for (int at = 0; at < content.length; at += step) {
      byte was = content[at];
      for (int with : new int[] {0, 0x7f, 0xff, was ^ 1 << random.nextInt(8)}) {
        content[at] = (byte) with;
        sample.target.read(content);
      }
      content[at] = was;
    }
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void noiseIsRefused(Target target) {
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      target.read(noise);
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
