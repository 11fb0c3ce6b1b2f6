package dev.hebb.onnx.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures, and anything else, made larger or smaller. Each axis is one product with a matrix of
 * weights, which is known as soon as the sizes are.
 */
final class Resizing {
  private Resizing() {}

  static void register(Registry.Entries r) {
    r.add("Resize", Resizing::resize);
    r.add("Upsample", Resizing::upsample);
  }

  /** How a node asks for it; the names are those of the attributes. */
  private record Rules(
      String mode,
      String coordinates,
      String nearest,
      double cubic,
      boolean excludeOutside,
      double outside,
      boolean antialias) {
    /** Opset 10 and Upsample: what gets smaller takes the next pixel, all else the one before. */
    static Rules old(String mode) {
      return new Rules(mode, "asymmetric", "floor_or_ceil", -0.75, false, 0, false);
    }

    static Rules of(Attributes a) {
      return new Rules(
          a.text("mode", "nearest"),
          a.text("coordinate_transformation_mode", "half_pixel"),
          a.text("nearest_mode", "round_prefer_floor"),
          a.real("cubic_coeff_a", -0.75),
          a.flag("exclude_outside", false),
          a.real("extrapolation_value", 0),
          a.flag("antialias", false));
    }
  }

  /** One axis: its length before and after, the factor between, and the part that is looked at. */
  private record Axis(int in, int out, double scale, double start, double end) {
    /** Where the middle of a result lies among the operands. */
    double origin(int x, String mode) {
      double length = scale * in;
      return switch (mode) {
        case "align_corners" -> length == 1 ? 0 : x * (in - 1) / (length - 1);
        case "asymmetric" -> x / scale;
        case "tf_crop_and_resize" ->
            start * (in - 1)
                + (length == 1
                    ? (end - start) * (in - 1) / 2
                    : x * (end - start) * (in - 1) / (length - 1));
        case "pytorch_half_pixel" -> length == 1 ? -0.5 : (x + 0.5) / scale - 0.5;
        case "half_pixel" -> (x + 0.5) / scale - 0.5;
        case "half_pixel_symmetric" -> in / 2.0 * (1 - out / length) + (x + 0.5) / scale - 0.5;
        case "tf_half_pixel_for_nn" -> (x + 0.5) / scale;
        default -> throw new IllegalArgumentException(mode);
      };
    }
  }

  private static List<Value> upsample(Call c) {
    double[] scales = c.version() < 9 ? c.attributes().reals("scales") : c.doubles(1);
    if (scales == null || scales.length != c.x(0).rank()) {
      throw c.error("takes one scale for each axis of " + c.x(0).shape());
    }
    int[] axes = IntStream.range(0, scales.length).toArray();
    return scaled(
        c, axes, scales, new double[0], Rules.old(c.attributes().text("mode", "nearest")));
  }

  private static List<Value> resize(Call c) {
    Tensor x = c.x(0);
    if (c.version() < 11) {
      int[] axes = IntStream.range(0, x.rank()).toArray();
      return scaled(
          c, axes, c.doubles(1), new double[0], Rules.old(c.attributes().text("mode", "nearest")));
    }
    Rules rules = Rules.of(c.attributes());
    long[] named = c.attributes().integers("axes");
    int[] axes = named == null ? IntStream.range(0, x.rank()).toArray() : c.axes(named, x.rank());
    double[] roi =
        rules.coordinates.equals("tf_crop_and_resize") && c.has(1) ? c.doubles(1) : new double[0];
    if (c.has(2) && c.x(2).size() > 0) {
      return scaled(c, axes, c.doubles(2), roi, rules);
    }
    return sized(c, axes, c.sizes(3), roi, rules);
  }

  private static List<Value> scaled(
      Call c, int[] axes, double[] scales, double[] roi, Rules rules) {
    Tensor x = c.x(0);
    if (scales.length != axes.length) {
      throw c.error(scales.length + " scales for " + axes.length + " axes");
    }
    Axis[] all = new Axis[axes.length];
    for (int i = 0; i < axes.length; i++) {
      int in = x.dim(axes[i]);
      double start = roi.length == 0 ? 0 : roi[i];
      double end = roi.length == 0 ? 1 : roi[i + axes.length];
      boolean crop = rules.coordinates.equals("tf_crop_and_resize") && roi.length > 0;
      double size = Math.floor(crop ? in * (end - start) * scales[i] : in * scales[i]);
      if (!(size >= 0 && size < Integer.MAX_VALUE - 8)) {
        throw c.error("scale " + scales[i] + " of axis " + axes[i] + " is impossible");
      }
      all[i] = new Axis(in, (int) size, scales[i], start, end);
    }
    return apply(c, axes, all, rules);
  }

  private static List<Value> sized(Call c, int[] axes, int[] sizes, double[] roi, Rules rules) {
    Tensor x = c.x(0);
    if (sizes.length != axes.length) {
      throw c.error(sizes.length + " sizes for " + axes.length + " axes");
    }
    double[] scales = new double[axes.length];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (double) sizes[i] / x.dim(axes[i]);
    }
    String policy = c.attributes().text("keep_aspect_ratio_policy", "stretch");
    int[] out = sizes.clone();
    if (!policy.equals("stretch")) {
      var all = Arrays.stream(scales);
      double scale = (policy.equals("not_larger") ? all.min() : all.max()).orElse(1);
      Arrays.fill(scales, scale);
      for (int i = 0; i < out.length; i++) {
        out[i] = (int) Math.floor(scale * x.dim(axes[i]) + 0.5);
      }
    }
    Axis[] all = new Axis[axes.length];
    for (int i = 0; i < all.length; i++) {
      double start = roi.length == 0 ? 0 : roi[i];
      double end = roi.length == 0 ? 1 : roi[i + axes.length];
      all[i] = new Axis(x.dim(axes[i]), out[i], scales[i], start, end);
    }
    return apply(c, axes, all, rules);
  }

  private static List<Value> apply(Call c, int[] axes, Axis[] all, Rules rules) {
    Tensor y = c.x(0);
    for (int i = 0; i < axes.length; i++) {
      Axis a = all[i];
      boolean crop = rules.coordinates.equals("tf_crop_and_resize");
      if (a.in == a.out && a.scale == 1 && !crop) {
        continue;
      }
      y =
          rules.mode.equals("nearest")
              ? nearest(y, axes[i], a, rules)
              : weighted(c, y, axes[i], a, rules);
      if (crop) {
        y = outside(y, axes[i], a, rules);
      }
    }
    return c.same(y);
  }

  private static Tensor nearest(Tensor x, int axis, Axis a, Rules rules) {
    return Slices.pick(
        x,
        axis,
        a.out,
        o -> {
          double at = a.origin(o, rules.coordinates);
          double whole =
              switch (rules.nearest) {
                case "round_prefer_floor" -> Math.ceil(at - 0.5);
                case "round_prefer_ceil" -> Math.floor(at + 0.5);
                case "ceil" -> Math.ceil(at);
                case "floor_or_ceil" -> a.scale < 1 ? Math.ceil(at) : Math.floor(at);
                default -> Math.floor(at);
              };
          return (int) Math.clamp(whole, 0, a.in - 1);
        });
  }

  private static Tensor weighted(Call c, Tensor x, int axis, Axis a, Rules rules) {
    float[] w = new float[a.in * a.out]; // [in, out]
    for (int o = 0; o < a.out; o++) {
      double at = a.origin(o, rules.coordinates);
      int base = (int) Math.ceil(at) - 1; // the neighbour below, so that the rest is in (0, 1]
      double rest = at - base;
      double scale = rules.antialias ? Math.min(a.scale, 1) : 1;
      int reach =
          switch (rules.mode) {
            case "linear" -> (int) Math.ceil(1 / scale);
            case "cubic" -> (int) Math.ceil(2 / scale);
            default -> throw c.unsupported("the mode " + rules.mode);
          };
      double[] k = new double[2 * reach];
      double sum = 0;
      for (int i = 0; i < k.length; i++) {
        int place = base + 1 - reach + i;
        double d = Math.abs(i + 1 - reach - rest) * scale;
        k[i] = rules.mode.equals("linear") ? Math.max(1 - d, 0) : cubic(d, rules.cubic);
        if (rules.excludeOutside && (place < 0 || place >= a.in)) {
          k[i] = 0;
        }
        sum += k[i];
      }
      for (int i = 0; i < k.length; i++) {
        int place = Math.clamp(base + 1L - reach + i, 0, a.in - 1);
        w[place * a.out + o] += (float) (k[i] / sum);
      }
    }
    Tensor weights = Tensor.adopt(w, Shape.of(a.in, a.out));
    Tensor last = Call.inFloat(x.transpose(axis, -1), t -> t);
    return last.matmul(weights.cast(last.dtype())).transpose(axis, -1);
  }

  /** Keys' cubic convolution. */
  private static double cubic(double d, double a) {
    if (d <= 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  }

  private static Tensor outside(Tensor y, int axis, Axis a, Rules rules) {
    boolean[] out = new boolean[a.out];
    for (int o = 0; o < a.out; o++) {
      double at = a.origin(o, rules.coordinates);
      out[o] = at < 0 || at > a.in - 1;
    }
    int[] dims = new int[y.rank()];
    Arrays.fill(dims, 1);
    dims[axis] = a.out;
    return Tensor.of(out, Shape.of(DType.BOOL, dims)).where(rules.outside, y);
  }
}
