package dev.hebb.onnx.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Values between pixels, at places that tensors name: differentiable in both. */
final class Sampling {
  private static final double KEYS = -0.75;

  private Sampling() {}

  static void register(Registry.Entries r) {
    r.add("GridSample", Sampling::gridSample);
    r.add("AffineGrid", Sampling::affineGrid);
    r.add("DeformConv", Sampling::deformConv);
  }

  /** What lies beyond the border, and where the border is. */
  private record Border(String padding, boolean corners) {
    double low() {
      return corners ? 0 : -0.5;
    }

    double high(int n) {
      return corners ? n - 1 : n - 0.5;
    }

    /** A place brought inside, as far as the padding asks for it. */
    Tensor inside(Tensor at, int n) {
      return switch (padding) {
        case "border" -> at.clamp(0, n - 1);
        case "reflection" -> reflected(at, n);
        default -> at;
      };
    }

    private Tensor reflected(Tensor at, int n) {
      double range = high(n) - low();
      if (range <= 0) {
        return at.mul(0);
      }
      Tensor period = Tensor.of(2 * range).cast(at.dtype());
      Tensor t = at.sub(low()).mod(period);
      return t.gt(range).where(t.neg().add(2 * range), t).add(low());
    }
  }

  /**
   * Interpolated values.
   *
   * @param x [n, channels, …]
   * @param at for each spatial axis the places [n, p], in pixels
   * @param mode {@code nearest}, {@code linear} or {@code cubic}
   * @return [n, p, channels]
   */
  private static Tensor interpolate(Tensor x, List<Tensor> at, String mode, Border border) {
    int r = at.size();
    int n = x.dim(0);
    int p = at.getFirst().dim(1);
    int[] order = IntStream.range(0, r + 2).map(i -> i == 0 ? 0 : i <= r ? i + 1 : 1).toArray();
    int size = x.shape().drop(2).size();
    Tensor rows = x.permute(order).reshape(n * size, x.dim(1));
    int taps = mode.equals("nearest") ? 1 : mode.equals("linear") ? 2 : 4;
    int first = taps == 4 ? -1 : 0;
    int combinations = (int) Math.pow(taps, r);
    Tensor sum = Tensor.full(Shape.of(x.dtype(), n, p, x.dim(1)), 0);
    int[] tap = new int[r];
    int[] dims = new int[r];
    Arrays.fill(dims, taps);
    int[] strides = x.shape().drop(2).strides();
    for (int k = 0; k < combinations; k++) {
      Convolutions.unravel(k, dims, tap);
      Tensor weight = Tensor.full(Shape.of(x.dtype(), n, p), 1);
      Tensor place = Tensor.arange(n).cast(DType.INT64).mul(Numbers.constant(size)).reshape(n, 1);
      for (int a = 0; a < r; a++) {
        int length = x.dim(2 + a);
        // As in PyTorch, a cubic keeps its weights beyond the border, and only its pixels move.
        Tensor t = taps == 4 ? at.get(a) : border.inside(at.get(a), length);
        Tensor whole = taps == 1 ? t.round() : t.floor();
        Tensor pixel = whole.add(first + tap[a]);
        weight = weight.mul(weight(t.sub(whole), tap[a], taps).cast(x.dtype()));
        if (border.padding.equals("zeros")) {
          Tensor seen = pixel.ge(0).and(pixel.le(length - 1));
          weight = seen.where(weight, 0);
        }
        Tensor i = border.inside(pixel, length).clamp(0, length - 1).detach().cast(DType.INT64);
        place = place.add(i.mul(Numbers.constant(strides[a])));
      }
      Tensor values = rows.gather(0, place.reshape(n * p)).reshape(n, p, x.dim(1));
      sum = sum.add(values.mul(weight.unsqueeze(2)));
    }
    return sum;
  }

  private static Tensor weight(Tensor f, int tap, int taps) {
    if (taps == 1) {
      return Tensor.full(f.shape(), 1);
    }
    if (taps == 2) {
      return tap == 0 ? f.neg().add(1) : f;
    }
    Tensor d = f.sub(tap - 1).abs();
    Tensor near = d.mul(KEYS + 2).sub(KEYS + 3).mul(d).mul(d).add(1);
    Tensor far = d.mul(KEYS).sub(5 * KEYS).mul(d).add(8 * KEYS).mul(d).sub(4 * KEYS);
    return d.le(1).where(near, far);
  }

  private static List<Value> gridSample(Call c) {
    Tensor x = c.x(0);
    Tensor grid = c.x(1).cast(x.dtype());
    int r = x.rank() - 2;
    int n = x.dim(0);
    boolean corners = c.attributes().flag("align_corners", false);
    String mode =
        switch (c.attributes().text("mode", c.version() < 20 ? "bilinear" : "linear")) {
          case "bilinear", "linear" -> "linear";
          case "bicubic", "cubic" -> "cubic";
          default -> "nearest";
        };
    var border = new Border(c.attributes().text("padding_mode", "zeros"), corners);
    int p = grid.size() / Math.max(1, n * r);
    Tensor flat = grid.reshape(n, p, r);
    List<Tensor> at =
        IntStream.range(0, r)
            .mapToObj(a -> {
              Tensor g =
                  flat.narrow(2, r - 1 - a, 1).squeeze(2).add(1); // the last axis comes first
              int length = x.dim(2 + a);
              return corners ? g.mul((length - 1) / 2.0) : g.mul(length / 2.0).sub(0.5);
            })
            .toList();
    Tensor y = interpolate(x, at, mode, border);
    int[] dims =
        IntStream.concat(Arrays.stream(grid.shape().dims()).limit(r + 1), IntStream.of(x.dim(1)))
            .toArray();
    int[] order = IntStream.range(0, r + 2).map(i -> i == 0 ? 0 : i == 1 ? r + 1 : i - 1).toArray();
    return c.same(y.reshape(dims).permute(order));
  }

  private static List<Value> affineGrid(Call c) {
    Tensor theta = c.x(0);
    int[] size = c.sizes(1);
    boolean corners = c.attributes().flag("align_corners", false);
    int r = size.length - 2;
    int[] spatial = Arrays.copyOfRange(size, 2, size.length);
    Tensor[] columns = new Tensor[r + 1];
    for (int a = 0; a < r; a++) {
      int n = spatial[a];
      double step = corners ? 2.0 / Math.max(n - 1, 1) : 2.0 / n;
      double first = corners ? (n == 1 ? 0 : -1) : 1.0 / n - 1;
      int[] dims = new int[r];
      Arrays.fill(dims, 1);
      dims[a] = n;
      Tensor line = Tensor.arange(n).cast(theta.dtype()).mul(step).add(first);
      columns[r - 1 - a] = line.reshape(dims).expand(spatial); // the last axis comes first
    }
    columns[r] = Tensor.full(Shape.of(theta.dtype(), spatial), 1);
    Tensor base = columns[0].stack(-1, Arrays.copyOfRange(columns, 1, r + 1));
    Tensor rows = base.reshape(1, base.size() / (r + 1), r + 1);
    int[] out =
        IntStream.concat(
                IntStream.of(size[0]), IntStream.concat(IntStream.of(spatial), IntStream.of(r)))
            .toArray();
    return c.same(rows.matmul(theta.transpose()).reshape(out));
  }

  // ---- convolutions whose windows are bent

  private static List<Value> deformConv(Call c) {
    Tensor x = c.x(0);
    Tensor w = c.x(1);
    if (x.rank() != 4) {
      throw c.unsupported("deformable convolution of " + x.shape());
    }
    int n = x.dim(0);
    int groups = c.attributes().size("group", 1);
    int offsetGroups = c.attributes().size("offset_group", 1);
    int[] kernel = w.shape().drop(2).dims();
    Windows g = Windows.of(c, x.shape().drop(2).dims(), kernel, false);
    int taps = kernel[0] * kernel[1];
    int cells = g.out()[0] * g.out()[1];
    Tensor offset = c.x(2).reshape(n, offsetGroups, taps, 2, cells);
    Tensor mask = c.has(4) ? c.x(4).reshape(n, offsetGroups, taps, cells) : null;
    int each = x.dim(1) / offsetGroups;
    Tensor[] parts = new Tensor[offsetGroups];
    for (int k = 0; k < offsetGroups; k++) {
      Tensor o = offset.narrow(1, k, 1).squeeze(1);
      parts[k] =
          sampled(
              x.narrow(1, k * each, each),
              o,
              mask == null ? null : mask.narrow(1, k, 1).squeeze(1),
              g);
    }
    Tensor all =
        parts[0].concat(1, Arrays.copyOfRange(parts, 1, offsetGroups)); // [n, in, taps, cells]
    int out = w.dim(0);
    int inG = x.dim(1) / groups;
    Tensor columns = all.reshape(n, groups, inG * taps, cells);
    Tensor y = w.reshape(1, groups, out / groups, inG * taps).matmul(columns);
    return c.same(Convolutions.biased(y.reshape(n, out, g.out()[0], g.out()[1]), c.maybe(3)));
  }

  /** The pixels that a window sees from each of its places: [n, channels, taps, cells]. */
  private static Tensor sampled(Tensor x, Tensor offset, @Nullable Tensor mask, Windows g) {
    int n = x.dim(0);
    int taps = offset.dim(1);
    int cells = offset.dim(3);
    float[][] base = new float[2][taps * cells];
    int[] tap = new int[2];
    int[] cell = new int[2];
    for (int i = 0; i < taps * cells; i++) {
      Convolutions.unravel(i / cells, g.kernel(), tap);
      Convolutions.unravel(i % cells, g.out(), cell);
      for (int a = 0; a < 2; a++) {
        base[a][i] = cell[a] * g.strides()[a] + tap[a] * g.dilations()[a] - g.before()[a];
      }
    }
    List<Tensor> at =
        IntStream.range(0, 2)
            .mapToObj(a -> {
              Tensor regular = Tensor.of(base[a], Shape.of(1, taps * cells)).cast(x.dtype());
              return offset.narrow(2, a, 1).reshape(n, taps * cells).add(regular);
            })
            .toList();
    Tensor y = interpolate(x, at, "linear", new Border("zeros", true));
    Tensor weighted = mask == null ? y : y.mul(mask.reshape(n, taps * cells, 1));
    return weighted.permute(0, 2, 1).reshape(n, x.dim(1), taps, cells);
  }
}
