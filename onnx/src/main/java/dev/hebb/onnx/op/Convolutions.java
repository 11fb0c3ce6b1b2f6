package dev.hebb.onnx.op;

import dev.hebb.op.Index;
import dev.hebb.op.View;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions over any number of axes. Two axes are the case that has kernels; one axis is two,
 * one of length 1; of more, the first is summed over, slice by slice, and the rest is the same
 * again.
 */
final class Convolutions {
  private Convolutions() {}

  static void register(Registry.Entries r) {
    r.add("Conv", c -> c.same(biased(convolve(c, c.x(0), c.x(1)), c.maybe(2))));
    r.add("ConvTranspose", Convolutions::transposed);
    r.add("CausalConvWithState", Convolutions::causal);
    r.add("Col2Im", Convolutions::columns);
  }

  static Tensor biased(Tensor y, @Nullable Tensor bias) {
    if (bias == null) {
      return y;
    }
    int[] dims = new int[y.rank()];
    Arrays.fill(dims, 1);
    dims[1] = bias.size();
    return y.add(bias.reshape(dims));
  }

  /** The convolution of a node for any data and weights. */
  static Tensor convolve(Call c, Tensor x, Tensor w) {
    if (x.rank() < 3 || w.rank() != x.rank()) {
      throw c.error(
          "takes [n, channels, …] and weights, not %s and %s".formatted(x.shape(), w.shape()));
    }
    int[] sizes = x.shape().drop(2).dims();
    int[] kernel = c.attributes().sizes("kernel_shape", w.shape().drop(2).dims());
    if (!Arrays.equals(kernel, w.shape().drop(2).dims())) {
      throw c.error("kernel_shape is not that of the weights " + w.shape());
    }
    return convolve(x, w, Windows.of(c, sizes, kernel, false), c.attributes().size("group", 1));
  }

  static Tensor convolve(Tensor x, Tensor w, Windows g, int groups) {
    int r = g.kernel().length;
    if (r == 1) {
      return two(x.unsqueeze(2), w.unsqueeze(2), widened(g), groups).squeeze(2);
    }
    if (r == 2) {
      return two(x, w, g, groups);
    }
    Tensor padded = x.pad(2, g.before()[0], g.after()[0], 0);
    int out = g.out()[0];
    Tensor sum = null;
    for (int k = 0; k < g.kernel()[0]; k++) {
      Tensor slice = Slices.strided(padded, 2, k * g.dilations()[0], g.strides()[0], out);
      Tensor part = convolve(sliced(slice), w.narrow(2, k, 1).squeeze(2), g.rest(), groups);
      sum = sum == null ? part : sum.add(part);
    }
    return together(java.util.Objects.requireNonNull(sum), x.dim(0), out);
  }

  private static Windows widened(Windows g) {
    return new Windows(
        new int[] {1, g.kernel()[0]},
        new int[] {1, g.strides()[0]},
        new int[] {1, g.dilations()[0]},
        new int[] {0, g.before()[0]},
        new int[] {0, g.after()[0]},
        new int[] {1, g.out()[0]});
  }

  private static Tensor two(Tensor x, Tensor w, Windows g, int groups) {
    boolean even =
        Arrays.equals(g.before(), g.after()) && IntStream.of(g.before()).allMatch(p -> p >= 0);
    Tensor in = x;
    for (int i = 0; i < 2 && !even; i++) {
      in = in.pad(2 + i, g.before()[i], g.after()[i], 0);
    }
    return in.conv2d(w, window(g, even ? g.before()[0] : 0, even ? g.before()[1] : 0, groups));
  }

  private static Window2d window(Windows g, int padH, int padW, int groups) {
    int[] k = g.kernel();
    int[] s = g.strides();
    int[] d = g.dilations();
    return new Window2d(k[0], k[1], s[0], s[1], padH, padW, d[0], d[1], groups, false);
  }

  /** [n, channels, d, …] → [n·d, channels, …]. */
  private static Tensor sliced(Tensor x) {
    int[] order = IntStream.range(0, x.rank()).toArray();
    order[1] = 2;
    order[2] = 1;
    Tensor y = x.permute(order);
    int[] dims =
        IntStream.concat(IntStream.of(x.dim(0) * x.dim(2)), Arrays.stream(y.shape().drop(2).dims()))
            .toArray();
    return y.reshape(dims);
  }

  /** [n·d, channels, …] → [n, channels, d, …]. */
  private static Tensor together(Tensor y, int n, int d) {
    int[] dims =
        IntStream.concat(IntStream.of(n, d), Arrays.stream(y.shape().drop(1).dims())).toArray();
    int[] order = IntStream.range(0, dims.length).toArray();
    order[1] = 2;
    order[2] = 1;
    return y.reshape(dims).permute(order);
  }

  // ---- transposed

  private static List<Value> transposed(Call c) {
    Tensor x = c.x(0);
    Tensor w = c.x(1);
    if (x.rank() < 3 || w.rank() != x.rank()) {
      throw c.error(
          "takes [n, channels, …] and weights, not %s and %s".formatted(x.shape(), w.shape()));
    }
    int r = x.rank() - 2;
    int groups = c.attributes().size("group", 1);
    int[] kernel = w.shape().drop(2).dims();
    int[] ones = new int[r];
    Arrays.fill(ones, 1);
    int[] zeros = new int[r];
    int[] strides = c.attributes().sizes("strides", ones);
    int[] dilations = c.attributes().sizes("dilations", ones);
    int[] more = c.attributes().sizes("output_padding", zeros);
    int[] wanted = c.attributes().sizes("output_shape", zeros);
    int[] pads = c.attributes().sizes("pads", new int[2 * r]);
    String auto = c.attributes().text("auto_pad", "NOTSET");
    if (strides.length != r || dilations.length != r || more.length != r || pads.length != 2 * r) {
      throw c.error("strides, dilations, pads or output_padding do not fit " + r + " axes");
    }
    var g = new Windows(kernel, strides, dilations, zeros, zeros, zeros);
    Tensor y = spread(x, w, g, groups);
    for (int i = 0; i < r; i++) {
      int full = y.dim(2 + i) + more[i];
      int before = pads[i];
      int after = pads[i + r];
      boolean given = c.attributes().has("output_shape");
      if (given || auto.startsWith("SAME")) {
        int size = given ? wanted[wanted.length - r + i] : x.dim(2 + i) * strides[i];
        int total = full - size;
        before = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        before = total < 0 ? 0 : before;
        after = total - before;
      } else if (auto.equals("VALID")) {
        before = 0;
        after = 0;
      }
      y = y.pad(2 + i, Math.max(-before, 0), Math.max(more[i] - after, 0), 0);
      int start = Math.max(before, 0);
      y = y.narrow(2 + i, start, full - Math.max(before, 0) - after + Math.max(-before, 0));
    }
    return c.same(biased(y, c.maybe(2)));
  }

  /** Every element of x adds its multiple of the kernel at its place. */
  private static Tensor spread(Tensor x, Tensor w, Windows g, int groups) {
    int r = g.kernel().length;
    if (r == 1) {
      return x.unsqueeze(2)
          .convTranspose2d(w.unsqueeze(2), window(widened(g), 0, 0, groups), 0)
          .squeeze(2);
    }
    if (r == 2) {
      return x.convTranspose2d(w, window(g, 0, 0, groups), 0);
    }
    int n = x.dim(0);
    int d = x.dim(2);
    int full = (d - 1) * g.strides()[0] + g.extent(0);
    Tensor sum = null;
    for (int k = 0; k < g.kernel()[0]; k++) {
      Tensor part =
          together(spread(sliced(x), w.narrow(2, k, 1).squeeze(2), g.rest(), groups), n, d);
      int[] starts = new int[part.rank()];
      int[] steps = new int[part.rank()];
      Arrays.fill(steps, 1);
      int[] dims = part.shape().dims();
      starts[2] = k * g.dilations()[0];
      steps[2] = g.strides()[0];
      dims[2] = full;
      var place = new Index.Place(View.list(starts), View.list(steps), View.list(dims));
      Tensor placed = Tensor.apply(place, part);
      sum = sum == null ? placed : sum.add(placed);
    }
    return java.util.Objects.requireNonNull(sum);
  }

  // ---- others

  private static List<Value> causal(Call c) {
    Tensor x = c.x(0);
    Tensor w = c.x(1);
    int k = w.dim(2);
    int channels = x.dim(1);
    Tensor past =
        c.has(3) ? c.x(3) : Tensor.full(Shape.of(x.dtype(), x.dim(0), channels, k - 1), 0);
    Tensor padded = past.concat(2, x);
    var g =
        new Windows(
            new int[] {k},
            new int[] {1},
            new int[] {1},
            new int[1],
            new int[1],
            new int[] {x.dim(2)});
    Tensor y = biased(convolve(padded, w, g, channels), c.maybe(2));
    y =
        switch (c.attributes().text("activation", "none")) {
          case "none" -> y;
          case "silu", "swish" -> y.mul(y.sigmoid());
          default -> throw c.unsupported("the activation");
        };
    return c.same(y, padded.narrow(2, padded.dim(2) - (k - 1), k - 1));
  }

  /** The adjoint of cutting a picture into blocks: each column is added at its block's place. */
  private static List<Value> columns(Call c) {
    Tensor x = c.x(0);
    int[] image = c.sizes(1);
    int[] block = c.sizes(2);
    int r = image.length;
    Windows g = Windows.of(c, image, block, false);
    int taps = IntStream.of(block).reduce(1, Math::multiplyExact);
    int n = x.dim(0);
    int channels = x.dim(1) / taps;
    int[] strides = Shape.of(image).strides();
    int[] at = new int[taps * IntStream.of(g.out()).reduce(1, Math::multiplyExact)];
    int size = Shape.of(image).size();
    int[] tap = new int[r];
    int[] place = new int[r];
    for (int i = 0; i < at.length; i++) {
      unravel(i / (at.length / taps), block, tap);
      unravel(i % (at.length / taps), g.out(), place);
      int flat = 0;
      for (int a = 0; a < r; a++) {
        int p = place[a] * g.strides()[a] + tap[a] * g.dilations()[a] - g.before()[a];
        flat = p < 0 || p >= image[a] || flat < 0 ? -1 : flat + p * strides[a];
      }
      at[i] = flat < 0 ? size : flat; // padding is gathered behind the picture
    }
    Tensor sum =
        Tensor.apply(
            new Index.ScatterAdd(2, size + 1),
            x.reshape(n, channels, at.length),
            Tensor.of(at, Shape.of(DType.INT32, at.length)));
    int[] dims = IntStream.concat(IntStream.of(n, channels), IntStream.of(image)).toArray();
    return c.same(sum.narrow(2, 0, size).reshape(dims));
  }

  static void unravel(int linear, int[] dims, int[] index) {
    int rest = linear;
    for (int d = dims.length - 1; d >= 0; d--) {
      index[d] = rest % dims[d];
      rest /= dims[d];
    }
  }
}
