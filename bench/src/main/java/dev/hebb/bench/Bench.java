package dev.hebb.bench;

import dev.hebb.runtime.Gang;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Times workloads, each in a JVM of its own, as a user's program runs: nothing is compiled for one
 * workload that another has paid for.
 */
public final class Bench {
  private Bench() {}

  /**
   * Times one workload in a new JVM with the options of this one.
   *
   * @param seconds how long, warm-up included
   * @param other the folder of another build's jars to time, or null for this one
   * @throws IllegalStateException if the process ends without a result
   */
  public static Result run(Workload w, double seconds, int threads, @Nullable Path other) {
    List<String> arguments =
        List.of(w.name(), "" + seconds, "" + threads, "" + System.currentTimeMillis());
    return inChild(Bench.class, other, arguments)
        .filter(Result::isLine)
        .map(Result::parse)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(w + " gave no result"));
  }

  /**
   * What a class of this module prints in a new JVM with the options of this one.
   *
   * @param other the folder of another build's jars, or null for this one
   */
  static Stream<String> inChild(Class<?> main, @Nullable Path other, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(passedOn(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    String modules = System.getProperty("jdk.module.path");
    if (modules == null) {
      String path = System.getProperty("java.class.path");
      command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp"));
      command.add(other == null ? path : other.resolve("*").toString());
      command.add(main.getName());
    } else {
      command.addAll(List.of("-p", other == null ? modules : other.toString()));
      command.addAll(List.of("-m", "dev.hebb.bench/" + main.getName()));
    }
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (var out = process.inputReader(StandardCharsets.UTF_8)) {
        return out.readAllLines().stream();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The options of this JVM that a child gets too. Not the start cache: it serves its own main
   * class alone, and any other one only pays for it, with some 20 MiB.
   */
  static List<String> passedOn(List<String> options) {
    return options.stream()
        .filter(o -> o.startsWith("-X") && !o.startsWith("-XX:AOTCache"))
        .toList();
  }

  /** Measures in this JVM: workload, seconds, threads, when the process was started. */
  public static void main(String[] args) {
    Gang.threads(Integer.parseInt(args[2]));
    Result result =
        Result.measure(
            Workload.valueOf(args[0]), Double.parseDouble(args[1]), Long.parseLong(args[3]));
    System.out.println(result.line());
  }
}
