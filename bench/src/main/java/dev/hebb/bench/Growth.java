package dev.hebb.bench;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.sequential;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.runtime.Gang;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * How time and memory of a training step grow with the batch, the width and depth of the network
 * and the number of threads: a multi-layer perceptron with ReLU, trained with Adam, one of the four
 * varied at a time, each point in a JVM of its own.
 */
public final class Growth {
  /** What is varied, and the points. */
  public enum Axis {
    /** Examples of a step. */
    BATCH(1, 4, 16, 64, 256, 1024),
    /** Units of each layer, and inputs. */
    WIDTH(64, 128, 256, 512, 1024, 2048),
    /** Layers. */
    DEPTH(1, 2, 4, 8, 16, 32),
    /** Threads that compute, as far as there are processors. */
    THREADS(1, 2, 4, 8, 16, 32, 64, 128);

    private final int[] points;

    Axis(int... points) {
      this.points = points;
    }
  }

  /**
   * A network and how it is trained.
   *
   * @param batch examples of a step
   * @param width units of each layer
   * @param depth layers
   * @param threads threads that compute
   */
  public record Setting(int batch, int width, int depth, int threads) {
    /** Where all but one stay. */
    static Setting middle() {
      return new Setting(64, 512, 4, Runtime.getRuntime().availableProcessors());
    }

    Setting with(Axis axis, int value) {
      return switch (axis) {
        case BATCH -> new Setting(value, width, depth, threads);
        case WIDTH -> new Setting(batch, value, depth, threads);
        case DEPTH -> new Setting(batch, width, value, threads);
        case THREADS -> new Setting(batch, width, depth, value);
      };
    }
  }

  /**
   * What was measured.
   *
   * @param axis what was varied
   * @param value its value
   * @param min the fastest step, in ms
   * @param median the middle one, in ms
   * @param variables the parameters and moments, in MiB
   * @param planned the step's memory for activations and gradients, in MiB
   * @param peak the most memory that the process held, in MiB; −1 where the system does not tell
   */
  public record Point(
      Axis axis,
      int value,
      double min,
      double median,
      double variables,
      double planned,
      long peak) {
    private static final String MARK = "hebb-growth-point";

    String line() {
      return String.join(
          "\t",
          MARK,
          axis.name(),
          "" + value,
          "" + min,
          "" + median,
          "" + variables,
          "" + planned,
          "" + peak);
    }

    static Point parse(String line) {
      String[] f = line.split("\t");
      return new Point(
          Axis.valueOf(f[1]),
          Integer.parseInt(f[2]),
          Double.parseDouble(f[3]),
          Double.parseDouble(f[4]),
          Double.parseDouble(f[5]),
          Double.parseDouble(f[6]),
          Long.parseLong(f[7]));
    }
  }

  private static final double MIB = 1 << 20;
  private static final int LEAST_SAMPLES = 5;

  private Growth() {}

  /**
   * Measures all points.
   *
   * @param seconds how long each takes, warm-up included
   * @param listener hears of each point
   */
  public static List<Point> measure(double seconds, Consumer<Point> listener) {
    List<Point> all = new ArrayList<>();
    for (Axis axis : Axis.values()) {
      for (int value : axis.points) {
        if (axis == Axis.THREADS && value > Runtime.getRuntime().availableProcessors()) {
          continue;
        }
        Setting s = Setting.middle().with(axis, value);
        Point point =
            Bench.inChild(
                    Growth.class,
                    null,
                    List.of(
                        axis.name(),
                        "" + value,
                        "" + s.batch,
                        "" + s.width,
                        "" + s.depth,
                        "" + s.threads,
                        "" + seconds))
                .filter(line -> line.startsWith(Point.MARK))
                .map(Point::parse)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(s + " gave no result"));
        all.add(point);
        listener.accept(point);
      }
    }
    return all;
  }

  /** Measures one point in this JVM. */
  public static void main(String[] args) {
    Setting s =
        new Setting(
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]),
            Integer.parseInt(args[4]),
            Integer.parseInt(args[5]));
    Gang.threads(s.threads);
    double seconds = Double.parseDouble(args[6]);
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < s.depth; i++) {
      layers.add(dense(s.width));
      layers.add(relu());
    }
    Net net = sequential(layers.toArray(Layer[]::new)).build(Shape.of(s.width), Seed.of(1));
    var optimizer = Adam.of(1e-3).bind(net.params());
    Step step =
        Step.trainStep((x, y) -> {
          Tensor loss = Losses.mse().of(net.forward(x), y);
          optimizer.update(loss.grad(net.params()));
          return loss;
        });
    Tensor x = Random.normalOnce(Shape.of(s.batch, s.width), Seed.of(2)).eval();
    Tensor y = Random.normalOnce(Shape.of(s.batch, s.width), Seed.of(3)).eval();
    double[] times = times(() -> step.run(x, y), seconds);
    long parameters = net.params().stream().mapToLong(p -> p.shape().size()).sum();
    System.out.println(
        new Point(
                Axis.valueOf(args[0]),
                Integer.parseInt(args[1]),
                times[0],
                times[times.length / 2],
                3 * Float.BYTES * parameters / MIB,
                planned(step.explain(x, y)) / MIB,
                Result.peakMemory())
            .line());
  }

  /** Milliseconds of the steps in the second half of the time, in ascending order. */
  private static double[] times(Runnable step, double seconds) {
    long start = System.nanoTime();
    long half = start + (long) (seconds * 0.5e9);
    long end = start + (long) (seconds * 1e9);
    List<Double> samples = new ArrayList<>();
    while (System.nanoTime() < end || samples.size() < LEAST_SAMPLES) {
      long t = System.nanoTime();
      step.run();
      if (t > half) {
        samples.add((System.nanoTime() - t) / 1e6);
      }
    }
    return samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /** The bytes of the program's memory plans. */
  private static double planned(String explanation) {
    return Pattern.compile("([\\d,]+) bytes for values of")
        .matcher(explanation)
        .results()
        .mapToDouble(m -> Double.parseDouble(m.group(1).replace(",", "")))
        .sum();
  }

  /** The points as a table in Markdown. */
  public static String table(List<Point> points) {
    var text =
        new StringBuilder(
            "| | fastest ms | median ms | weights and moments MiB | planned MiB | process MiB |\n"
                + "|---|---|---|---|---|---|\n");
    for (Point p : points) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s %d | %.3f | %.3f | %.2f | %.2f | %d |%n",
              p.axis.name().toLowerCase(Locale.ROOT),
              p.value,
              p.min,
              p.median,
              p.variables,
              p.planned,
              p.peak));
    }
    return text.toString();
  }

  static List<Point> along(Axis axis, List<Point> points) {
    return points.stream().filter(p -> p.axis == axis).toList();
  }

  /** What the three stay at that are not varied. */
  public static String middle() {
    Setting m = Setting.middle();
    return "batch %d, width %d, depth %d, %d threads"
        .formatted(m.batch, m.width, m.depth, m.threads);
  }
}
