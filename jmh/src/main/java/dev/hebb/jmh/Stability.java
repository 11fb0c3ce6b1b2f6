package dev.hebb.jmh;

import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.simd.Gemm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Times the matrix products in many fresh JVMs: what the compiler makes of a kernel depends on what
 * it meets first, and a kernel that is fast in nine processes of ten is not fast.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp jmh/target/hebb-jmh-0.1.0.jar \
 *     dev.hebb.jmh.Stability [processes] [threads]
 * }</pre>
 *
 * <p>For each shape it prints the best 10⁹ operations a second of each process, sorted, and how
 * many come within a tenth of the best.
 */
public final class Stability {
  /** Batch × m × n × k, and which operands are stored transposed. */
  private static final List<String> SHAPES =
      List.of(
          "1x512x512x512:nn",
          "1x64x128x784:nn",
          "1x784x128x64:tn",
          "1x64x784x128:nt",
          "1x32x1024x256:nn",
          "64x64x64x32:nt",
          "1x1x128x784:nn");

  private static final long WARM_UP = TimeUnit.MILLISECONDS.toNanos(8_000);
  private static final long MEASURED = TimeUnit.MILLISECONDS.toNanos(40);

  /** A neighbour on the machine who works for a second must not count. */
  private static final int ROUNDS = 6;

  private Stability() {}

  /** Starts the processes and prints the table; a process among them is told so by a property. */
  public static void main(String[] args) throws IOException {
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    if (Boolean.getBoolean("hebb.stability.once")) {
      once(threads);
      return;
    }
    int processes = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    double[][] all = new double[SHAPES.size()][processes];
    for (int i = 0; i < processes; i++) {
      double[] one = inProcess(threads);
      for (int s = 0; s < all.length; s++) {
        all[s][i] = one[s];
      }
    }
    for (int s = 0; s < all.length; s++) {
      double[] sorted = all[s];
      Arrays.sort(sorted);
      double best = sorted[processes - 1];
      long near = Arrays.stream(sorted).filter(x -> x >= 0.9 * best).count();
      var list = new StringBuilder();
      for (double x : sorted) {
        list.append(String.format(Locale.ROOT, " %.0f", x));
      }
      System.out.printf("%-18s %2d of %d  %s%n", SHAPES.get(s), near, processes, list);
    }
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

  /** All shapes take turns, as they do in a training step. */
  private static void once(int threads) {
    Gang gang = Gang.of(threads);
    List<Runnable> runs = new ArrayList<>();
    double[] flops = new double[SHAPES.size()];
    for (String shape : SHAPES) {
      String[] p = shape.split("[x:]");
      int batch = Integer.parseInt(p[0]);
      int m = Integer.parseInt(p[1]);
      int n = Integer.parseInt(p[2]);
      int k = Integer.parseInt(p[3]);
      Kernel kernel = Gemm.of(batch, m, n, k, p[4].charAt(0) == 't', p[4].charAt(1) == 't');
      Operands x = Buffers.of(kernel, batch * m * k, batch * k * n, batch * m * n);
      flops[runs.size()] = 2.0 * batch * m * n * k;
      runs.add(() -> gang.run(kernel, x));
    }
    for (long end = System.nanoTime() + WARM_UP; System.nanoTime() < end; ) {
      runs.forEach(Runnable::run);
    }
    double[] best = new double[flops.length];
    for (int round = 0; round < ROUNDS; round++) {
      for (int s = 0; s < flops.length; s++) {
        best[s] = Math.max(best[s], rate(runs.get(s), flops[s]));
      }
    }
    Arrays.stream(best).forEach(System.out::println);
  }

  /** The best of many repeats. */
  private static double rate(Runnable run, double flops) {
    int repeats = (int) Math.max(1, 4e6 / flops);
    double best = 0;
    for (long end = System.nanoTime() + MEASURED; System.nanoTime() < end; ) {
      long start = System.nanoTime();
      for (int i = 0; i < repeats; i++) {
        run.run();
      }
      best = Math.max(best, repeats * flops / (System.nanoTime() - start));
    }
    return best;
  }
}
