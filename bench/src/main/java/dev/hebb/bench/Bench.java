package dev.hebb.bench;

import dev.hebb.runtime.Gang;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Times whole steps: {@code java --add-modules jdk.incubator.vector -jar hebb-bench.jar [seconds]
 * [workload …]}. Each workload runs in a JVM of its own, as a user's program does; a third of the
 * time is warm-up. Printed are minimum and median, and the time from the start of the process to
 * the end of its first step.
 */
public final class Bench {
  private static final int MOST_SAMPLES = 100_000;

  private Bench() {}

  /** Runs the workloads named, or all. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length > 1 && args[0].equals("one")) {
      one(Workload.valueOf(args[1]), Double.parseDouble(args[2]), Long.parseLong(args[3]));
      return;
    }
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 4;
    List<Workload> chosen =
        args.length > 1
            ? Arrays.stream(args).skip(1).map(Workload::valueOf).toList()
            : List.of(Workload.values());
    System.out.printf(
        "%s, JDK %s, %d threads%n%-4s %-48s %12s %12s %12s%n",
        System.getProperty("os.arch"),
        Runtime.version(),
        Gang.shared().threads(),
        "",
        "",
        "min ms",
        "median ms",
        "first step s");
    for (Workload w : chosen) {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "--add-modules",
              "jdk.incubator.vector",
              "-cp",
              System.getProperty("java.class.path"),
              Bench.class.getName(),
              "one",
              w.name(),
              Double.toString(seconds),
              Long.toString(System.currentTimeMillis())));
      new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.INHERIT)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
  }

  private static void one(Workload w, double seconds, long started) {
    Workload.Run run = w.open();
    run.step();
    double first = (System.currentTimeMillis() - started) / 1e3;
    double perStep = 0;
    long warm = System.nanoTime() + (long) (seconds / 3 * 1e9);
    for (long t = System.nanoTime(); t < warm; ) {
      run.step();
      long now = System.nanoTime();
      perStep = now - t;
      t = now;
    }
    int batch = (int) Math.max(1, 1e6 / Math.max(perStep, 1)); // samples of a millisecond or more
    double[] samples = new double[MOST_SAMPLES];
    int n = 0;
    long end = System.nanoTime() + (long) (seconds * 2 / 3 * 1e9);
    while (n < 5 || n < MOST_SAMPLES && System.nanoTime() < end) {
      long t = System.nanoTime();
      for (int i = 0; i < batch; i++) {
        run.step();
      }
      samples[n++] = (System.nanoTime() - t) / 1e6 / batch;
    }
    double[] sorted = Arrays.copyOf(samples, n);
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%-4s %-48s %12.5f %12.5f %12.2f%n",
        w,
        w.title(),
        sorted[0],
        sorted[n / 2],
        first);
  }
}
