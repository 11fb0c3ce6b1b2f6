package dev.hebb.cli;

import dev.hebb.bench.Bench;
import dev.hebb.bench.Growth;
import dev.hebb.bench.GrowthPlot;
import dev.hebb.bench.Machine;
import dev.hebb.bench.Result;
import dev.hebb.bench.Workload;
import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times whole workloads on this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times training steps and predictions on this machine, each in a process of its own.",
      "",
      "The speed counts matrix products and convolutions only; its share is of what the processor"
          + " can do in fused multiply-adds, which is measured first, or of the speed of the"
          + " memory. The first step counts from the start of the process.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb bench                       all workloads, about two minutes",
      "  hebb bench W1 W3 --seconds 20    two of them, with more patience",
      "  hebb bench --threads 1 --out bench.tsv",
      "  hebb bench W1 W4 --against ../older --rounds 5",
      "  hebb bench --growth --seconds 4"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class BenchCommand implements Callable<Integer> {
  /** Timings on a shared machine differ by less than this from run to run. */
  private static final double SLOWER = 1.1;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "WORKLOAD",
      description = "Which: W0 to W8, EW, EWg; default: all.")
  private List<String> names = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long each runs; two fifths are for warming up; default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often each runs, in turn; the fastest counts; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads compute; default: one per processor.")
  private @Nullable Integer threads;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description = {
        "Another checkout of Hebb, built there by its own ./hebb: both run in turn, and the ratio"
            + " of their times is shown. The command fails if one here takes over a tenth longer, by"
            + " its fastest and by its middle step."
      })
  private @Nullable Path against;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "A file to add the results to, as tab-separated values.")
  private @Nullable Path out;

  @Option(
      names = "--growth",
      arity = "0..1",
      fallbackValue = "docs",
      paramLabel = "DIR",
      description = {
        "Instead: how time and memory of a training step grow with batch, width, depth and threads."
            + " Writes growth.md and growth.svg to DIR; default: ${FALLBACK-VALUE}."
      })
  private @Nullable Path growth;

  @Override
  public Integer call() {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (!(seconds > 0 && seconds <= 3600) || rounds < 1 || count < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--seconds must lie in (0, 3600]; --rounds and --threads be positive");
    }
    var console = new Console(spec);
    if (growth != null) {
      grow(growth, console);
      return 0;
    }
    Path other = other();
    List<Workload> chosen = names.isEmpty() ? List.of(Workload.values()) : named();
    Machine machine = Machine.measure(count);
    console.line(
        String.format(
            Locale.ROOT,
            "%s, Java %s, %d thread(s): %.0f GFLOP/s in fused multiply-adds, memory %.1f GB/s%s",
            System.getProperty("os.name") + " " + System.getProperty("os.arch"),
            Runtime.version(),
            count,
            machine.gigaflops(),
            machine.gigabytes(),
            count == 1
                ? ""
                : String.format(
                    Locale.ROOT, ", %.0f ns to another thread and back", machine.roundTrip())));
    console.line("");
    console.line(Result.header());
    boolean slower = false;
    for (Workload w : chosen) {
      List<Result> results = new ArrayList<>();
      List<Result> others = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        results.add(Bench.run(w, seconds, count, null));
        if (other != null) {
          others.add(Bench.run(w, seconds, count, other));
        }
      }
      Result best = Result.best(results);
      console.line(best.row(machine));
      write(best, machine);
      if (other != null) {
        Result old = Result.best(others);
        double fastest = best.min() / old.min();
        double middle = best.median() / old.median();
        console.line(old.row(machine));
        console.line(
            String.format(
                Locale.ROOT, "     here ÷ there: fastest %.2f, median %.2f", fastest, middle));
        slower |= fastest > SLOWER && middle > SLOWER;
      }
    }
    return slower ? 1 : 0;
  }

  private void grow(Path folder, Console console) {
    if (!Files.isDirectory(folder)) {
      throw new ParameterException(
          spec.commandLine(), folder + " is not a folder; --growth writes its files there");
    }
    List<Growth.Point> points =
        Growth.measure(
            seconds,
            p ->
                console.line(
                    String.format(
                        Locale.ROOT,
                        "%-7s %5d %10.3f ms %9.2f MiB",
                        p.axis().name().toLowerCase(Locale.ROOT),
                        p.value(),
                        p.min(),
                        p.variables() + p.planned())));
    String text =
        String.format(
            Locale.ROOT,
            "# How time and memory grow%n%nA multi-layer perceptron with ReLU, one step of Adam; %s"
                + " where not varied. Measured by `./hebb bench --growth --seconds %.0f` at %s, Java"
                + " %s, %s, in a process for each point.%n%n![growth](growth.svg)%n%n%s",
            Growth.middle(),
            seconds,
            version(),
            Runtime.version(),
            System.getProperty("os.name") + " " + System.getProperty("os.arch"),
            Growth.table(points));
    try {
      Files.writeString(folder.resolve("growth.md"), text);
      Files.writeString(folder.resolve("growth.svg"), GrowthPlot.svg(points));
    } catch (IOException e) {
      throw new HebbException("cannot write to " + folder + ": " + e.getMessage());
    }
  }

  /** The modules of the build to compare with. */
  private @Nullable Path other() {
    if (against == null) {
      return null;
    }
    Path modules = against.resolve("cli/target/hebb/lib");
    if (!Files.isDirectory(modules)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s holds no build of Hebb; run ./hebb --version there first".formatted(against));
    }
    return modules.toAbsolutePath();
  }

  private List<Workload> named() {
    return names.stream()
        .map(name ->
            Arrays.stream(Workload.values())
                .filter(w -> w.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() ->
                    new ParameterException(
                        spec.commandLine(),
                        "there is no workload %s, only %s"
                            .formatted(name, Arrays.toString(Workload.values())))))
        .toList();
  }

  private void write(Result r, Machine machine) {
    if (out == null) {
      return;
    }
    try {
      if (!Files.exists(out)) {
        Files.writeString(
            out,
            "time\tversion\tjava\tsystem\tthreads\tpeak_gflops\tmemory_gbs\tworkload\tmin_ms"
                + "\tmedian_ms\tfirst_s\tmemory_mib\n");
      }
      String line =
          String.join(
              "\t",
              Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
              version(),
              Runtime.version().toString(),
              System.getProperty("os.name") + " " + System.getProperty("os.arch"),
              "" + machine.threads(),
              String.format(Locale.ROOT, "%.1f", machine.gigaflops()),
              String.format(Locale.ROOT, "%.1f", machine.gigabytes()),
              r.workload().name(),
              "" + r.min(),
              "" + r.median(),
              "" + r.first(),
              "" + r.memory());
      Files.writeString(out, line + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new HebbException("cannot write to " + out + ": " + e.getMessage());
    }
  }

  /** The commit, where this is a checkout with git; else the version. */
  private static String version() {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String commit =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return commit.isEmpty() ? "0.1.0" : commit;
    } catch (IOException e) {
      return "0.1.0";
    }
  }
}
