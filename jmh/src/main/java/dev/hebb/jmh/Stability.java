package dev.hebb.jmh;

import dev.hebb.jmh.HotKernels.HotKernel;
import dev.hebb.runtime.Gang;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Times the hot kernels in many fresh JVMs: what the compiler makes of a kernel depends on what it
 * meets first, and a kernel that is fast in nine processes of ten is not fast.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp jmh/target/hebb-jmh-0.1.0.jar \
 *     dev.hebb.jmh.Stability [processes] [threads]
 * }</pre>
 *
 * <p>For each kernel it prints the best 10⁹ operations a second of each process (elements, for
 * elementwise chains), sorted, and how many come within a tenth of their median.
 */
public final class Stability {
  private static final long WARM_UP = TimeUnit.MILLISECONDS.toNanos(7_000);
  private static final long MEASURED = TimeUnit.MILLISECONDS.toNanos(15);

  /** A neighbour on the machine who works for a second must not count. */
  private static final int ROUNDS = 6;

  private Stability() {}

  /** Starts the processes and prints the table; a process among them is told so by a property. */
  public static void main(String[] args) throws IOException {
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    Gang.threads(threads);
    List<HotKernel> kernels = HotKernels.all();
    if (Boolean.getBoolean("hebb.stability.once")) {
      once(kernels);
      return;
    }
    int processes = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    double[][] all = new double[kernels.size()][processes];
    for (int i = 0; i < processes; i++) {
      double[] one = inProcess(threads);
      for (int k = 0; k < all.length; k++) {
        all[k][i] = one[k];
      }
    }
    for (int k = 0; k < all.length; k++) {
      print(kernels.get(k).name(), all[k]);
    }
  }

  private static void print(String name, double[] rates) {
    Arrays.sort(rates);
    double median = rates[rates.length / 2];
    long near = Arrays.stream(rates).filter(x -> x >= 0.9 * median).count();
    var list = new StringBuilder();
    for (double x : rates) {
      list.append(String.format(Locale.ROOT, x < 10 ? " %.2f" : " %.0f", x));
    }
    System.out.printf("%-36s %2d of %d  %s%n", name, near, rates.length, list);
  }

  private static double[] inProcess(int threads) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Dhebb.stability.once=true",
                "-cp",
                System.getProperty("java.class.path"),
                Stability.class.getName(),
                "1",
                "" + threads)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      return out.lines().mapToDouble(Double::parseDouble).toArray();
    }
  }

  /** All kernels take turns, as they do in a training step. */
  private static void once(List<HotKernel> kernels) {
    for (long end = System.nanoTime() + WARM_UP; System.nanoTime() < end; ) {
      kernels.forEach(k -> k.run().run());
    }
    double[] best = new double[kernels.size()];
    for (int round = 0; round < ROUNDS; round++) {
      for (int k = 0; k < best.length; k++) {
        best[k] = Math.max(best[k], rate(kernels.get(k)));
      }
    }
    Arrays.stream(best).forEach(System.out::println);
  }

  /** The best of many repeats. */
  private static double rate(HotKernel kernel) {
    int repeats = (int) Math.max(1, 4e6 / kernel.work());
    double best = 0;
    for (long end = System.nanoTime() + MEASURED; System.nanoTime() < end; ) {
      long start = System.nanoTime();
      for (int i = 0; i < repeats; i++) {
        kernel.run().run();
      }
      best = Math.max(best, repeats * kernel.work() / (System.nanoTime() - start));
    }
    return best;
  }
}
