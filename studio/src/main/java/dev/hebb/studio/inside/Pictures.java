package dev.hebb.studio.inside;

import dev.hebb.nn.Net;
import dev.hebb.studio.web.ApiException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Filters, feature maps and examples as pictures. */
public final class Pictures {
  private static final int MOST = 64;
  private static final int EXCITING = 12;
  private static final int EXAMPLES = 100;
  private static final int SEARCHED = 200;
  private static final int BATCH = 50;

  private Pictures() {}

  /**
   * The weights of a layer, one picture for each unit: of a convolution its kernels (those of more
   * than three input channels as their mean), of a dense layer on pictures what it multiplies them
   * with. None for other layers.
   */
  public static List<?> filters(Subject subject, String path) {
    Net.Part part = part(subject, path);
    Variable w =
        subject.net().variables().stream()
            .filter(v -> v.name().equals(path + ".w"))
            .findFirst()
            .orElse(null);
    if (w == null) {
      return List.of();
    }
    Shape shape = w.shape();
    float[] values = w.value().toFloats();
    if (shape.rank() == 4) {
      return kernels(values, shape);
    }
    Shape picture = subject.net().in();
    boolean seesPicture =
        shape.rank() == 2 && picture.rank() == 3 && shape.dim(0) == picture.size();
    return seesPicture && part.in().size() == picture.size()
        ? columns(values, shape.dim(1), picture)
        : List.of();
  }

  private static List<Picture> kernels(float[] values, Shape shape) {
    int channels = shape.dim(1);
    int plane = shape.dim(2) * shape.dim(3);
    boolean isColour = channels == 3;
    var pictures = new ArrayList<Picture>();
    for (int unit = 0; unit < Math.min(MOST, shape.dim(0)); unit++) {
      float[] kernel =
          Arrays.copyOfRange(values, unit * channels * plane, (unit + 1) * channels * plane);
      float[] shown = isColour ? kernel : mean(kernel, channels, plane);
      pictures.add(Picture.of(shown, isColour ? 3 : 1, shape.dim(2), shape.dim(3), "unit " + unit));
    }
    return pictures;
  }

  private static float[] mean(float[] values, int channels, int plane) {
    float[] mean = new float[plane];
    for (int i = 0; i < values.length; i++) {
      mean[i % plane] += values[i] / channels;
    }
    return mean;
  }

  private static List<Picture> columns(float[] values, int units, Shape picture) {
    var pictures = new ArrayList<Picture>();
    for (int unit = 0; unit < Math.min(MOST, units); unit++) {
      float[] column = new float[picture.size()];
      for (int i = 0; i < column.length; i++) {
        column[i] = values[i * units + unit];
      }
      boolean isColour = picture.dim(0) == 3;
      int plane = picture.dim(1) * picture.dim(2);
      pictures.add(
          Picture.of(
              isColour ? column : mean(column, picture.dim(0), plane),
              isColour ? 3 : 1,
              picture.dim(1),
              picture.dim(2),
              "unit " + unit));
    }
    return pictures;
  }

  /**
   * What a layer makes of an example, one picture for each channel; of a layer without places, one
   * row with a pixel for each unit.
   *
   * @param input the example's numbers
   */
  public static List<?> maps(Subject subject, String path, float[] input) {
    Net.Part part = part(subject, path);
    float[] y = subject.activation(path, subject.batch(new float[][] {input})).toFloats();
    Shape out = part.out();
    if (out.rank() != 3) {
      int width = out.rank() == 0 ? 1 : out.last();
      return List.of(Picture.of(y, 1, y.length / Math.max(1, width), width, "all units"));
    }
    int plane = out.dim(1) * out.dim(2);
    var pictures = new ArrayList<Picture>();
    for (int c = 0; c < Math.min(MOST, out.dim(0)); c++) {
      float[] map = Arrays.copyOfRange(y, c * plane, (c + 1) * plane);
      pictures.add(Picture.of(map, 1, out.dim(1), out.dim(2), "unit " + c));
    }
    return pictures;
  }

  /** The examples for which a unit gives the largest value anywhere, the largest first. */
  public static List<?> exciting(Subject subject, String path, int unit) {
    Net.Part part = part(subject, path);
    Shape out = part.out();
    int units = out.rank() == 3 ? out.dim(0) : out.rank() == 0 ? 1 : out.last();
    if (unit < 0 || unit >= units) {
      throw ApiException.wrong("unit %d: %s has units 0 to %d".formatted(unit, path, units - 1));
    }
    int n = Math.min(SEARCHED, subject.sample().size());
    double[] most = new double[n];
    for (int from = 0; from < n; from += BATCH) {
      int to = Math.min(n, from + BATCH);
      float[][] rows =
          IntStream.range(from, to).mapToObj(subject.sample()::input).toArray(float[][]::new);
      Tensor y = subject.activation(path, subject.batch(rows));
      float[] values = y.toFloats();
      int places = out.rank() == 3 ? out.dim(1) * out.dim(2) : 1;
      int each = out.size();
      for (int i = from; i < to; i++) {
        most[i] = largest(values, (i - from) * each, each, units, places, unit);
      }
    }
    var pictures = new ArrayList<Picture>();
    IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -most[i]))
        .limit(EXCITING)
        .forEach(i -> {
          String label = "%.3g".formatted(most[i]);
          Picture p = Picture.example(subject.model(), subject.sample().input(i), label);
          if (p != null) {
            pictures.add(p);
          }
        });
    return pictures;
  }

  /** The largest value of a unit in one example's outputs [units, places] or [rows, units]. */
  private static double largest(
      float[] values, int from, int each, int units, int places, int unit) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < each; i++) {
      if (i / places % units == unit) {
        most = Math.max(most, values[from + i]);
      }
    }
    return most;
  }

  /** The examples that {@code maps} can be asked about, by their class. */
  public static List<?> examples(Subject subject) {
    var pictures = new ArrayList<Picture>();
    for (int i = 0; i < Math.min(EXAMPLES, subject.sample().size()); i++) {
      String label =
          subject.sample().isClassification()
              ? subject.sample().labels().get(subject.sample().label(i))
              : Integer.toString(i);
      Picture p = Picture.example(subject.model(), subject.sample().input(i), label);
      if (p != null) {
        pictures.add(p);
      }
    }
    return pictures;
  }

  /** An example's numbers. */
  public static float[] input(Subject subject, int example) {
    int n = subject.sample().size();
    if (example < 0 || example >= n) {
      throw ApiException.wrong(
          n == 0
              ? "no examples of this run were kept"
              : "example %d: there are 0 to %d".formatted(example, n - 1));
    }
    return subject.sample().input(example);
  }

  private static Net.Part part(Subject subject, @Nullable String path) {
    return subject.net().parts().stream()
        .filter(p -> p.path().equals(path))
        .findFirst()
        .orElseThrow(() ->
            ApiException.missing(
                "the network has no layer '%s'; it has %s"
                    .formatted(path, subject.net().parts().stream().map(Net.Part::path).toList())));
  }
}
