package dev.hebb.onnx.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Pooling over regions that other values name, and its inverse. */
final class Regions {
  private Regions() {}

  static void register(Registry.Entries r) {
    r.add("MaxRoiPool", Regions::maxRoiPool);
    r.add("RoiAlign", Regions::roiAlign);
    r.add("MaxUnpool", Regions::maxUnpool);
  }

  /** Places and weights of four neighbours for each sample of each cell. */
  private static final class Samples {
    final int[] places;
    final float[] weights;
    private int n;

    Samples(int samples) {
      places = new int[samples * 4];
      weights = new float[samples * 4];
    }

    void add(int place, double weight) {
      places[n] = place;
      weights[n++] = (float) weight;
    }

    /** The value between pixels at (y, x); outside by more than one pixel it is 0. */
    void sample(int base, double y, double x, int height, int width) {
      if (y < -1 || y > height || x < -1 || x > width) {
        for (int i = 0; i < 4; i++) {
          add(base, 0);
        }
        return;
      }
      double yy = Math.clamp(y, 0, height - 1);
      double xx = Math.clamp(x, 0, width - 1);
      int y0 = (int) yy;
      int x0 = (int) xx;
      int y1 = Math.min(y0 + 1, height - 1);
      int x1 = Math.min(x0 + 1, width - 1);
      double fy = yy - y0;
      double fx = xx - x0;
      add(base + y0 * width + x0, (1 - fy) * (1 - fx));
      add(base + y0 * width + x1, (1 - fy) * fx);
      add(base + y1 * width + x0, fy * (1 - fx));
      add(base + y1 * width + x1, fy * fx);
    }
  }

  private static List<Value> roiAlign(Call c) {
    Tensor x = c.x(0);
    double[] rois = c.doubles(1);
    long[] batch = c.longs(2);
    int h = x.dim(2);
    int w = x.dim(3);
    int outH = c.attributes().size("output_height", 1);
    int outW = c.attributes().size("output_width", 1);
    int ratio = c.attributes().size("sampling_ratio", 0);
    double scale = c.attributes().real("spatial_scale", 1);
    String usual = c.version() < 16 ? "output_half_pixel" : "half_pixel";
    boolean half =
        c.attributes().text("coordinate_transformation_mode", usual).equals("half_pixel");
    boolean max = c.attributes().text("mode", "avg").equals("max");
    double shift = half ? 0.5 : 0;
    Tensor rows = x.permute(0, 2, 3, 1).reshape(x.dim(0) * h * w, x.dim(1));
    Tensor[] out = new Tensor[batch.length];
    for (int r = 0; r < out.length; r++) {
      double x0 = rois[4 * r] * scale - shift;
      double y0 = rois[4 * r + 1] * scale - shift;
      double rw = rois[4 * r + 2] * scale - shift - x0;
      double rh = rois[4 * r + 3] * scale - shift - y0;
      rw = half ? rw : Math.max(rw, 1);
      rh = half ? rh : Math.max(rh, 1);
      int gridH = ratio > 0 ? ratio : (int) Math.ceil(rh / outH);
      int gridW = ratio > 0 ? ratio : (int) Math.ceil(rw / outW);
      if (batch[r] < 0 || batch[r] >= x.dim(0) || (long) gridH * gridW * outH * outW > 1 << 24) {
        throw c.error("region " + r + " is outside of the batch, or too large");
      }
      var samples = new Samples(outH * outW * gridH * gridW);
      for (int i = 0; i < outH * outW * gridH * gridW; i++) {
        int cell = i / (gridH * gridW);
        int s = i % (gridH * gridW);
        int row = cell / outW;
        int sampleRow = s / gridW;
        double y = y0 + (row + (sampleRow + 0.5) / gridH) * rh / outH;
        double xx = x0 + (cell % outW + (s % gridW + 0.5) / gridW) * rw / outW;
        samples.sample((int) batch[r] * h * w, y, xx, h, w);
      }
      int cells = outH * outW;
      int each = gridH * gridW;
      Tensor at = Tensor.of(samples.places, Shape.of(DType.INT32, samples.places.length));
      Tensor weight =
          Tensor.of(samples.weights, Shape.of(samples.weights.length, 1)).cast(x.dtype());
      Tensor v = rows.gather(0, at).mul(weight).reshape(cells, each, 4, x.dim(1));
      Tensor y = max ? v.max(1, 2) : v.sum(1, 2).div(Math.max(each, 1));
      out[r] = y.transpose().reshape(1, x.dim(1), outH, outW);
    }
    if (out.length == 0) {
      return c.same(Tensor.full(Shape.of(x.dtype(), 0, x.dim(1), outH, outW), 0));
    }
    return c.same(out[0].concat(0, Arrays.copyOfRange(out, 1, out.length)));
  }

  private static List<Value> maxRoiPool(Call c) {
    Tensor x = c.x(0);
    double[] rois = c.doubles(1);
    int[] size = c.attributes().sizes("pooled_shape");
    double scale = c.attributes().real("spatial_scale", 1);
    int h = x.dim(2);
    int w = x.dim(3);
    Tensor[] out = new Tensor[rois.length / 5];
    for (int r = 0; r < out.length; r++) {
      int b = (int) rois[5 * r];
      int x0 = (int) Math.round(rois[5 * r + 1] * scale);
      int y0 = (int) Math.round(rois[5 * r + 2] * scale);
      double rw = Math.max((int) Math.round(rois[5 * r + 3] * scale) - x0 + 1, 1);
      double rh = Math.max((int) Math.round(rois[5 * r + 4] * scale) - y0 + 1, 1);
      Tensor[] cells = new Tensor[size[0] * size[1]];
      for (int i = 0; i < cells.length; i++) {
        int py = i / size[1];
        int px = i % size[1];
        int top = Math.clamp((long) Math.floor(py * rh / size[0]) + y0, 0, h);
        int bottom = Math.clamp((long) Math.ceil((py + 1) * rh / size[0]) + y0, 0, h);
        int left = Math.clamp((long) Math.floor(px * rw / size[1]) + x0, 0, w);
        int right = Math.clamp((long) Math.ceil((px + 1) * rw / size[1]) + x0, 0, w);
        cells[i] =
            bottom <= top || right <= left
                ? Tensor.full(Shape.of(x.dtype(), 1, x.dim(1)), 0)
                : x.narrow(0, b, 1)
                    .narrow(2, top, bottom - top)
                    .narrow(3, left, right - left)
                    .max(2, 3);
      }
      Tensor row = cells[0].stack(-1, Arrays.copyOfRange(cells, 1, cells.length));
      out[r] = row.reshape(1, x.dim(1), size[0], size[1]);
    }
    return c.same(out[0].concat(0, Arrays.copyOfRange(out, 1, out.length)));
  }

  /** Each value put back where its index says; zeros elsewhere. */
  private static List<Value> maxUnpool(Call c) {
    Tensor x = c.x(0);
    int r = x.rank() - 2;
    int[] kernel = c.attributes().sizes("kernel_shape");
    int[] ones = new int[r];
    Arrays.fill(ones, 1);
    int[] strides = c.attributes().sizes("strides", ones);
    int[] pads = c.attributes().sizes("pads", new int[2 * r]);
    int[] dims = x.shape().dims();
    for (int i = 0; i < r; i++) {
      dims[2 + i] = (dims[2 + i] - 1) * strides[i] + kernel[i] - pads[i] - pads[i + r];
    }
    int size = Shape.of(dims).size();
    var scatter = new dev.hebb.op.Index.ScatterAdd(0, size);
    Tensor y = Tensor.apply(scatter, x.reshape(x.size()), c.x(1).reshape(x.size())).reshape(dims);
    if (c.has(2)) {
      int[] wanted = c.sizes(2);
      for (int a : IntStream.range(2, y.rank()).toArray()) {
        y = y.pad(a, 0, Math.max(wanted[a] - y.dim(a), 0), 0).narrow(a, 0, wanted[a]);
      }
    }
    return c.moved(y);
  }
}
