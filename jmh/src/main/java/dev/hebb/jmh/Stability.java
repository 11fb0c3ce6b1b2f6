package dev.hebb.jmh;

import static java.util.stream.Collectors.joining;

import dev.hebb.jmh.HotKernels.HotKernel;
import dev.hebb.runtime.Gang;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Times the hot kernels in many fresh JVMs: what the compiler makes of a kernel depends on what it
 * meets first, and a kernel that is fast in nine processes of ten is not fast.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp jmh/target/hebb-jmh-0.1.0.jar \
 *     dev.hebb.jmh.Stability [processes] [threads] [part of a kernel's name]
 * }</pre>
 *
 * <p>Two things make a kernel slower in one process than in another: the process (its compiled
 * code, where its arrays lie) and the moment (other work on the machine). They are kept apart. The
 * processes warm up one after the other and all stay alive; then they take turns, and each measures
 * every kernel once in each of many rounds. A slow moment strikes one turn of any process, so the
 * best of a process's turns is the speed of what it has compiled; a process that is slow by itself
 * is slow in all of its turns, also in those between its neighbours' fast ones. To tell chance from
 * that, the bests in even and in odd rounds are compared: what a process is by itself, it is in
 * both, and they go together (a correlation near 1); chance strikes them apart (near 0). A kernel
 * whose processes still differ after 60 rounds is given more, up to 400: by then chance has struck
 * every process, and luck has, too.
 *
 * <p>For each kernel it prints the speed of the processes (10⁹ floating-point operations a second;
 * elements, for elementwise chains): least, median, most; how many come within a tenth of the most;
 * which share of all turns was more than a tenth below its own process's best, the machine's part;
 * the correlation of even and odd rounds; how many rounds; and all processes, sorted.
 */
public final class Stability {
  private static final String CHILD = "hebb.stability.child";
  private static final long WARM_UP = TimeUnit.MILLISECONDS.toNanos(12_000);
  private static final long TURN = TimeUnit.MILLISECONDS.toNanos(3);
  private static final int ROUNDS = 60;
  private static final int MOST_ROUNDS = 400;

  private Stability() {}

  /** Starts the processes and prints the table; a process among them is told so by a property. */
  public static void main(String[] args) throws IOException {
    int processes = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    String part = args.length > 2 ? args[2] : "";
    Gang.threads(threads);
    List<HotKernel> all = HotKernels.all();
    List<HotKernel> kernels = all.stream().filter(k -> k.name().contains(part)).toList();
    if (Boolean.getBoolean(CHILD)) {
      serve(all, kernels);
      return;
    }
    List<Child> children = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      children.add(Child.start("" + processes, "" + threads, part));
    }
    double[][][] rates = new double[kernels.size()][processes][0];
    int[] open = IntStream.range(0, rates.length).toArray();
    for (int round = 0; round < MOST_ROUNDS && open.length > 0; round++) {
      for (int i = 0; i < processes; i++) {
        double[] turn = children.get(i).turn(open);
        for (int k = 0; k < turn.length; k++) {
          rates[open[k]][i] = append(rates[open[k]][i], turn[k]);
        }
      }
      if (round + 1 >= ROUNDS) {
        open = Arrays.stream(open).filter(k -> near(rates[k]) < processes).toArray();
      }
    }
    for (Child child : children) {
      child.end();
    }
    System.out.println(
        "kernel: least, median, most; near the most; slow turns; even and odd rounds; rounds; all");
    for (int k = 0; k < rates.length; k++) {
      print(kernels.get(k).name(), rates[k]);
    }
  }

  private static void print(String name, double[][] rates) {
    double[] best = Arrays.stream(rates).mapToDouble(Stability::most).sorted().toArray();
    double most = best[best.length - 1];
    double slow =
        Arrays.stream(rates)
            .mapToDouble(one -> share(one, 0.9 * most(one)))
            .average()
            .orElseThrow();
    var list = new StringBuilder();
    for (double x : best) {
      list.append(' ').append(number(x));
    }
    System.out.printf(
        Locale.ROOT,
        "%-36s %s %s %s; %2d of %d; %2.0f %%; %5.2f; %d; %s%n",
        name,
        number(best[0]),
        number(best[best.length / 2]),
        number(most),
        near(rates),
        best.length,
        100 * slow,
        correlation(bests(rates, 0), bests(rates, 1)),
        rates[0].length,
        list);
  }

  /** How many processes come within a tenth of the fastest. */
  private static long near(double[][] rates) {
    double[] best = Arrays.stream(rates).mapToDouble(Stability::most).toArray();
    return Arrays.stream(best).filter(x -> x >= 0.9 * most(best)).count();
  }

  private static double[] append(double[] all, double x) {
    double[] longer = Arrays.copyOf(all, all.length + 1);
    longer[all.length] = x;
    return longer;
  }

  /** The best of each process in every second round from the given one on. */
  private static double[] bests(double[][] rates, int first) {
    return Arrays.stream(rates)
        .mapToDouble(one ->
            IntStream.range(0, one.length)
                .filter(r -> r % 2 == first)
                .mapToDouble(r -> one[r])
                .max()
                .orElseThrow())
        .toArray();
  }

  /** Pearson's. */
  private static double correlation(double[] x, double[] y) {
    double mx = Arrays.stream(x).average().orElseThrow();
    double my = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
    }
    return xy / Math.sqrt(xx * yy);
  }

  private static double most(double[] rates) {
    return Arrays.stream(rates).max().orElseThrow();
  }

  private static double share(double[] rates, double limit) {
    return Arrays.stream(rates).filter(x -> x < limit).count() / (double) rates.length;
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, x < 10 ? "%.2f" : "%.0f", x);
  }

  /**
   * Warms up, all kernels in turn as in a training step; then a line is a turn, and names the
   * kernels to measure by their numbers.
   */
  private static void serve(List<HotKernel> all, List<HotKernel> kernels) throws IOException {
    for (long end = System.nanoTime() + WARM_UP; System.nanoTime() < end; ) {
      all.forEach(k -> k.run().run());
    }
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String numbers = in.readLine(); numbers != null; numbers = in.readLine()) {
      var line = new StringBuilder();
      for (String number : numbers.split(" ")) {
        HotKernel k = kernels.get(Integer.parseInt(number));
        k.place().run();
        line.append(rate(k)).append(' ');
      }
      System.out.println(line);
    }
  }

  /** The best of many repeats. */
  private static double rate(HotKernel kernel) {
    int repeats = (int) Math.max(1, 4e6 / kernel.work());
    double best = 0;
    for (long end = System.nanoTime() + TURN; System.nanoTime() < end; ) {
      long start = System.nanoTime();
      for (int i = 0; i < repeats; i++) {
        kernel.run().run();
      }
      best = Math.max(best, repeats * kernel.work() / (System.nanoTime() - start));
    }
    return best;
  }

  /** A process that has warmed up and waits for its turns. */
  private record Child(Process process, BufferedWriter to, BufferedReader from) {
    static Child start(String... args) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(options());
      command.addAll(
          List.of("-cp", System.getProperty("java.class.path"), Stability.class.getName()));
      command.addAll(List.of(args));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      var child = new Child(process, process.outputWriter(), process.inputReader());
      child.line();
      return child;
    }

    /** Those of this process, so that a collector can be chosen for all. */
    private static List<String> options() {
      List<String> own = ManagementFactory.getRuntimeMXBean().getInputArguments();
      return Stream.concat(own.stream(), Stream.of("-D" + CHILD + "=true")).toList();
    }

    double[] turn(int[] kernels) throws IOException {
      to.write(Arrays.stream(kernels).mapToObj(Integer::toString).collect(joining(" ")));
      to.newLine();
      to.flush();
      return Arrays.stream(line().split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private String line() throws IOException {
      String line = from.readLine();
      if (line == null) {
        throw new IOException("a process ended; its message stands above");
      }
      return line;
    }

    void end() throws IOException {
      to.close();
      from.close();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
