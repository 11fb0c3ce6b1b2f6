package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Fourier transforms, as products with the matrix of waves, and the windows before them. */
final class Signals {
  private Signals() {}

  static void register(Registry.Entries r) {
    r.add("DFT", Signals::dft);
    r.add("STFT", Signals::stft);
    window(r, "HannWindow", 0.5, 0.5, 0);
    window(r, "HammingWindow", 25.0 / 46, 21.0 / 46, 0);
    window(r, "BlackmanWindow", 0.42, 0.5, 0.08);
    r.add("MelWeightMatrix", Signals::mel);
  }

  private static void window(Registry.Entries r, String name, double a, double b, double d) {
    r.add(
        name,
        c -> {
          int n = count(c, c.whole(0));
          int period = Math.max(c.attributes().flag("periodic", true) ? n : n - 1, 1);
          double[] w = new double[n];
          Arrays.setAll(
              w,
              i -> {
                double t = 2 * Math.PI * i / period;
                return a - b * Math.cos(t) + d * Math.cos(2 * t);
              });
          return Call.one(Tensor.of(w, Shape.of(DType.FLOAT64, n)), outputType(c));
        });
  }

  private static int count(Call c, long n) {
    if (n < 0 || n > 1 << 24) {
      throw c.error("a window of " + n + " samples");
    }
    return (int) n;
  }

  private static ElementType outputType(Call c) {
    return ElementType.of(c.attributes().size("output_datatype", 1));
  }

  private static Tensor waves(int in, int out, IntToDoubleFunction f, DType type) {
    double[] v = new double[in * out];
    Arrays.setAll(v, i -> f.applyAsDouble(i));
    return Tensor.of(v, Shape.of(DType.FLOAT64, in, out)).cast(type);
  }

  /**
   * The transform of the last axis but one of a signal of real (1) or complex (2) numbers.
   *
   * @param x […, n, 1 or 2]
   * @param out how many frequencies are wanted
   */
  private static Tensor transform(Tensor x, int out, boolean inverse) {
    int n = x.dim(-2);
    double sign = inverse ? 1 : -1;
    double scale = inverse ? 1.0 / n : 1;
    Tensor cos = waves(n, out, i -> scale * Math.cos(angle(i / out, i % out, n)), x.dtype());
    Tensor sin = waves(n, out, i -> scale * sign * Math.sin(angle(i / out, i % out, n)), x.dtype());
    Tensor re = x.narrow(-1, 0, 1).squeeze(-1);
    Tensor a = re.matmul(cos);
    Tensor b = re.matmul(sin);
    if (x.dim(-1) == 2) {
      Tensor im = x.narrow(-1, 1, 1).squeeze(-1);
      a = a.sub(im.matmul(sin));
      b = b.add(im.matmul(cos));
    }
    return a.stack(-1, b);
  }

  private static double angle(int t, int f, int n) {
    return 2 * Math.PI * ((long) t * f % n) / n;
  }

  private static List<Value> dft(Call c) {
    Tensor x = c.x(0);
    int rank = x.rank();
    long given = c.version() < 20 ? c.attributes().integer("axis", 1) : c.has(2) ? c.whole(2) : -2;
    int axis = c.axis(given, rank);
    int length = c.has(1) ? count(c, c.whole(1)) : x.dim(axis);
    boolean inverse = c.attributes().flag("inverse", false);
    boolean half = c.attributes().flag("onesided", false);
    if (axis == rank - 1 || x.dim(-1) > 2 || x.dim(-1) < 1) {
      throw c.error("takes […, 1 or 2] along another axis than the last, not " + x.shape());
    }
    Tensor moved = x.transpose(axis, rank - 2);
    if (inverse && half) {
      return c.same(real(moved, length, c.has(1)).transpose(axis, rank - 2));
    }
    Tensor y = transform(sized(moved, length), half ? length / 2 + 1 : length, inverse);
    return c.same(y.transpose(axis, rank - 2));
  }

  private static Tensor sized(Tensor x, int length) {
    int n = x.dim(-2);
    return n >= length ? x.narrow(-2, 0, length) : x.pad(x.rank() - 2, 0, length - n, 0);
  }

  /** The real signal that half a spectrum belongs to: the other half is its mirror image. */
  private static Tensor real(Tensor x, int given, boolean isGiven) {
    int length = isGiven ? given : 2 * (x.dim(-2) - 1);
    Tensor half = sized(x, length / 2 + 1);
    int mirrored = (length - 1) / 2;
    Tensor back = half.narrow(-2, 1, mirrored).flip(-2);
    Tensor sign = Tensor.of(new float[] {1, -1}, Shape.of(2)).cast(x.dtype());
    Tensor full = half.concat(x.rank() - 2, x.dim(-1) == 2 ? back.mul(sign) : back);
    return transform(full, length, true).narrow(-1, 0, 1);
  }

  private static List<Value> stft(Call c) {
    Tensor x = c.x(0).rank() == 2 ? c.x(0).unsqueeze(-1) : c.x(0);
    int step = Math.max(count(c, c.whole(1)), 1);
    Tensor window = c.maybe(2);
    int n = c.has(3) ? count(c, c.whole(3)) : window != null ? window.dim(0) : x.dim(1);
    if (n > x.dim(1)) {
      throw c.error("a frame of %d samples is longer than %s".formatted(n, x.shape()));
    }
    int frames = 1 + (x.dim(1) - n) / step;
    Tensor place = Tensor.arange(frames).reshape(frames, 1).mul(step).add(Tensor.arange(n));
    Tensor cut = x.gather(1, place); // [batch, frames, n, 1 or 2]
    Tensor weighted = window == null ? cut : cut.mul(window.reshape(n, 1));
    boolean half = c.attributes().flag("onesided", true);
    return c.same(transform(weighted, half ? n / 2 + 1 : n, false));
  }

  private static List<Value> mel(Call c) {
    int bins = count(c, c.whole(0));
    int length = count(c, c.whole(1));
    double rate = c.doubles(2)[0];
    double low = 2595 * Math.log10(1 + c.doubles(3)[0] / 700);
    double high = 2595 * Math.log10(1 + c.doubles(4)[0] / 700);
    int rows = length / 2 + 1;
    int[] edge = new int[bins + 2];
    for (int i = 0; i < edge.length; i++) {
      double mel = low + i * (high - low) / edge.length;
      double hertz = 700 * (Math.pow(10, mel / 2595) - 1);
      edge[i] = (int) Math.floor((length + 1) * hertz / rate);
    }
    double[] w = new double[rows * bins];
    for (int b = 0; b < bins; b++) {
      int rise = edge[b + 1] - edge[b];
      int fall = edge[b + 2] - edge[b + 1];
      for (int f = 0; f < rows; f++) {
        double v = 0;
        if (f >= edge[b] && f <= edge[b + 1]) {
          v = rise == 0 ? (f == edge[b + 1] ? 1 : 0) : (double) (f - edge[b]) / rise;
        }
        if (f >= edge[b + 1] && f < edge[b + 2]) {
          v = (double) (edge[b + 2] - f) / fall;
        }
        w[f * bins + b] = v;
      }
    }
    return Call.one(Tensor.of(w, Shape.of(DType.FLOAT64, rows, bins)), outputType(c));
  }
}
