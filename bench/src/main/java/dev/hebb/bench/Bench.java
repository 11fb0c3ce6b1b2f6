package dev.hebb.bench;

import dev.hebb.runtime.Gang;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
   * @param modules the module path of another build to time, or null for this one
   * @throws IllegalStateException if the process ends without a result
   */
  public static Result run(Workload w, double seconds, int threads, @Nullable Path modules) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-X"))
        .forEach(command::add);
    String path = modules == null ? System.getProperty("jdk.module.path") : modules.toString();
    command.addAll(
        path == null
            ? List.of(
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName())
            : List.of("-p", path, "-m", "dev.hebb.bench/" + Bench.class.getName()));
    command.addAll(List.of(w.name(), "" + seconds, "" + threads, "" + System.currentTimeMillis()));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (var out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        return out.lines()
            .filter(Result::isLine)
            .map(Result::parse)
            .findFirst()
            .orElseThrow(() ->
                new IllegalStateException(
                    w + " gave no result; see what this says: " + String.join(" ", command)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
