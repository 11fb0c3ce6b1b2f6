package dev.hebb.bench;

import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What was measured of one workload in one JVM.
 *
 * @param min the fastest step, in ms
 * @param median the middle one, in ms
 * @param first from the start of the process to the end of the first step, in seconds
 * @param memory the most memory that the process held, in MiB; −1 where the system does not tell
 * @param loss of the last step, or the first element of its result
 */
public record Result(
    Workload workload, double min, double median, double first, long memory, double loss) {
  private static final int MOST_SAMPLES = 100_000;
  private static final double WARM_UP = 0.4;
  private static final String MARK = "hebb-bench-result";

  /**
   * Runs a workload in this JVM.
   *
   * @param seconds how long, warm-up included
   * @param started when the process was started, as {@link System#currentTimeMillis} counts
   */
  static Result measure(Workload w, double seconds, long started) {
    Workload.Run run = w.open();
    Tensor last = run.step().get();
    double first = (System.currentTimeMillis() - started) / 1e3;
    double perStep = 0;
    long warm = System.nanoTime() + (long) (seconds * WARM_UP * 1e9);
    for (long t = System.nanoTime(); t < warm; ) {
      last = run.step().get();
      long now = System.nanoTime();
      perStep = now - t;
      t = now;
    }
    int batch = (int) Math.max(1, 1e6 / Math.max(perStep, 1)); // samples of a millisecond or more
    double[] samples = new double[MOST_SAMPLES];
    int n = 0;
    long end = System.nanoTime() + (long) (seconds * (1 - WARM_UP) * 1e9);
    while (n < 5 || n < MOST_SAMPLES && System.nanoTime() < end) {
      long t = System.nanoTime();
      for (int i = 0; i < batch; i++) {
        last = run.step().get();
      }
      samples[n++] = (System.nanoTime() - t) / 1e6 / batch;
    }
    double[] sorted = Arrays.copyOf(samples, n);
    Arrays.sort(sorted);
    double loss = last.toDoubles()[0];
    return new Result(w, sorted[0], sorted[n / 2], first, peakMemory(), loss);
  }

  /** The fastest of several runs: of each number the smallest, but of the memory the largest. */
  public static Result best(List<Result> runs) {
    Result r = runs.getFirst();
    return new Result(
        r.workload,
        runs.stream().mapToDouble(Result::min).min().orElseThrow(),
        runs.stream().mapToDouble(Result::median).min().orElseThrow(),
        runs.stream().mapToDouble(Result::first).min().orElseThrow(),
        runs.stream().mapToLong(Result::memory).max().orElseThrow(),
        r.loss);
  }

  /** The most memory that this process held, in MiB; −1 where the system does not tell. */
  static long peakMemory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return -1;
  }

  /** One line, to be handed from process to process. */
  String line() {
    return String.join(
        "\t", MARK, workload.name(), "" + min, "" + median, "" + first, "" + memory, "" + loss);
  }

  static boolean isLine(String line) {
    return line.startsWith(MARK);
  }

  static Result parse(String line) {
    String[] f = line.split("\t");
    return new Result(
        Workload.valueOf(f[1]),
        Double.parseDouble(f[2]),
        Double.parseDouble(f[3]),
        Double.parseDouble(f[4]),
        Long.parseLong(f[5]),
        Double.parseDouble(f[6]));
  }

  /** As a row of the table that {@link #header} begins. */
  public String row(Machine machine) {
    String speed = "";
    String share = "";
    if (workload.flops() > 0) {
      double gigaflops = workload.flops() / min / 1e6;
      speed = String.format(Locale.ROOT, "%.1f GFLOP/s", gigaflops);
      share = String.format(Locale.ROOT, "%.0f %% of FMA", 100 * gigaflops / machine.gigaflops());
    } else if (workload.bytes() > 0) {
      double gigabytes = workload.bytes() / min / 1e6;
      speed = String.format(Locale.ROOT, "%.1f GB/s", gigabytes);
      share =
          String.format(Locale.ROOT, "%.0f %% of memory", 100 * gigabytes / machine.gigabytes());
    }
    return String.format(
        Locale.ROOT,
        "%-4s %-54s %s %s %15s %15s %8.2f s %6d MiB",
        workload,
        workload.title(),
        millis(min),
        millis(median),
        speed,
        share,
        first,
        memory);
  }

  /** What the columns of {@link #row} are. */
  public static String header() {
    return String.format(
        "%-4s %-54s %10s %10s %15s %15s %10s %10s",
        "", "", "min ms", "median ms", "speed", "share", "first step", "memory");
  }

  private static String millis(double ms) {
    return String.format(Locale.ROOT, ms < 1 ? "%10.5f" : "%10.3f", ms);
  }
}
