package dev.hebb.onnx.op;

import dev.hebb.op.View;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Parts of tensors, and tensors with borders. */
final class Slices {
  private Slices() {}

  static void register(Registry.Entries r) {
    r.add("Slice", Slices::slice);
    r.add("Split", Slices::split);
    r.add("Pad", Slices::pad);
    r.add("CenterCropPad", Slices::centerCropPad);
    r.add("ReverseSequence", Slices::reverseSequence);
    r.add("Trilu", Slices::trilu);
  }

  /** Every {@code step}-th element along an axis, {@code size} of them. */
  static Tensor strided(Tensor x, int axis, int start, int step, int size) {
    int[] starts = new int[x.rank()];
    int[] steps = new int[x.rank()];
    Arrays.fill(steps, 1);
    int[] sizes = x.shape().dims();
    starts[axis] = start;
    steps[axis] = step;
    sizes[axis] = size;
    return start == 0 && step == 1 && size == x.dim(axis)
        ? x
        : Tensor.apply(new View.Slice(View.list(starts), View.list(steps), View.list(sizes)), x);
  }

  /** The elements along an axis at places that are known now. */
  static Tensor pick(Tensor x, int axis, int size, IntUnaryOperator place) {
    int[] at = IntStream.range(0, size).map(place).toArray();
    return x.gather(axis, Tensor.of(at, Shape.of(DType.INT32, size)));
  }

  private static List<Value> slice(Call c) {
    Tensor x = c.x(0);
    boolean old = c.version() < 10;
    long[] starts = old ? required(c, "starts") : c.longs(1);
    long[] ends = old ? required(c, "ends") : c.longs(2);
    long[] usual = LongStream.range(0, starts.length).toArray();
    long @Nullable [] named = old ? c.attributes().integers("axes") : c.has(3) ? c.longs(3) : null;
    int[] axes = c.axes(named == null ? usual : named, x.rank());
    long[] steps = !old && c.has(4) ? c.longs(4) : LongStream.of(usual).map(i -> 1).toArray();
    if (ends.length != starts.length
        || axes.length != starts.length
        || steps.length != starts.length) {
      throw c.error("starts, ends, axes and steps differ in number");
    }
    Tensor y = x;
    for (int i = 0; i < axes.length; i++) {
      long n = y.dim(axes[i]);
      long step = steps[i];
      if (step == 0) {
        throw c.error("a step is 0");
      }
      long from = starts[i] < 0 ? starts[i] + n : starts[i];
      long to = ends[i] < 0 ? ends[i] + n : ends[i];
      from = step > 0 ? Math.clamp(from, 0, n) : Math.clamp(from, -1, n - 1);
      to = step > 0 ? Math.clamp(to, 0, n) : Math.clamp(to, -1, n - 1);
      long span = step > 0 ? to - from : from - to;
      long size = span <= 0 ? 0 : (span - 1) / Math.absExact(step) + 1;
      y = strided(y, axes[i], size == 0 ? 0 : (int) from, size <= 1 ? 1 : (int) step, (int) size);
    }
    return c.moved(y);
  }

  private static long[] required(Call c, String name) {
    long[] v = c.attributes().integers(name);
    if (v == null) {
      throw c.error("attribute " + name + " is missing");
    }
    return v;
  }

  private static List<Value> split(Call c) {
    Tensor x = c.x(0);
    int axis = c.axis(c.attributes().integer("axis", 0), x.rank());
    int n = x.dim(axis);
    int count = c.step().outputs().size();
    int[] sizes;
    if (c.version() < 13 && c.attributes().has("split")) {
      sizes = c.attributes().sizes("split");
    } else if (c.has(1)) {
      sizes = c.sizes(1);
    } else {
      int parts = c.attributes().size("num_outputs", count);
      int each = Math.ceilDiv(n, Math.max(parts, 1));
      sizes =
          IntStream.range(0, parts).map(i -> Math.clamp(n - (long) i * each, 0, each)).toArray();
    }
    if (sizes.length != count || IntStream.of(sizes).asLongStream().sum() != n) {
      throw c.error(
          "%s do not share out axis %d of %s".formatted(Arrays.toString(sizes), axis, x.shape()));
    }
    List<Tensor> parts = new ArrayList<>();
    int at = 0;
    for (int size : sizes) {
      parts.add(x.narrow(axis, at, size));
      at += size;
    }
    return c.moved(parts.toArray(Tensor[]::new));
  }

  private static List<Value> pad(Call c) {
    Tensor x = c.x(0);
    boolean old = c.version() < 11;
    int[] pads = old ? Call.ints(c.node(), required(c, "pads")) : c.sizes(1);
    int[] axes =
        !old && c.has(3) ? c.axes(c.longs(3), x.rank()) : IntStream.range(0, x.rank()).toArray();
    if (pads.length != 2 * axes.length) {
      throw c.error("%d amounts for %d axes".formatted(pads.length, axes.length));
    }
    String mode = c.attributes().text("mode", "constant");
    Tensor value =
        old
            ? Tensor.of((float) c.attributes().real("value", 0)).cast(x.dtype())
            : c.has(2) ? c.x(2).reshape().cast(x.dtype()) : Tensor.full(Shape.of(x.dtype()), 0);
    Tensor y = x;
    for (int i = 0; i < axes.length; i++) {
      y = pad(c, y, axes[i], pads[i], pads[i + axes.length], mode, value);
    }
    return c.moved(y);
  }

  private static Tensor pad(
      Call c, Tensor x, int axis, int before, int after, String mode, Tensor value) {
    int n = x.dim(axis);
    long size = (long) n + before + after;
    if (size < 0 || size > Integer.MAX_VALUE - 8) {
      throw c.error(
          "axis %d of %s cannot be padded by %d and %d".formatted(axis, x.shape(), before, after));
    }
    if (before == 0 && after == 0) {
      return x;
    }
    if (mode.equals("constant")) {
      int cutBefore = Math.max(-before, 0);
      int cutAfter = Math.max(-after, 0);
      Tensor kept = x.narrow(axis, cutBefore, Math.max(n - cutBefore - cutAfter, 0));
      int front = Math.max(before, 0);
      int back = Math.max(after, 0);
      Tensor padded = kept.pad(axis, front, back, 0);
      Tensor inside = Tensor.full(kept.shape().as(DType.BOOL), 1).pad(axis, front, back, 0);
      boolean zero = value.valueOrNull() == null && Call.isReadable(value) && value.item() == 0;
      return zero || front == 0 && back == 0 ? padded : inside.where(padded, value);
    }
    if (n == 0) {
      throw c.error("an empty axis has no elements to repeat");
    }
    return pick(
        x,
        axis,
        (int) size,
        i -> {
          int k = i - before;
          return switch (mode) {
            case "edge" -> Math.clamp(k, 0, n - 1);
            case "wrap" -> Math.floorMod(k, n);
            case "reflect" -> {
              int period = Math.max(2 * (n - 1), 1);
              int m = Math.floorMod(k, period);
              yield m < n ? m : period - m;
            }
            default -> throw c.unsupported("the mode " + mode);
          };
        });
  }

  private static List<Value> centerCropPad(Call c) {
    Tensor y = c.x(0);
    int[] shape = c.sizes(1);
    long[] usual = LongStream.range(0, y.rank()).toArray();
    long[] named = c.attributes().integers("axes");
    int[] axes = c.axes(named == null ? usual : named, y.rank());
    if (axes.length != shape.length) {
      throw c.error("%d sizes for %d axes".formatted(shape.length, axes.length));
    }
    for (int i = 0; i < axes.length; i++) {
      int n = y.dim(axes[i]);
      int more = shape[i] - n;
      y =
          more >= 0
              ? y.pad(axes[i], more / 2, more - more / 2, 0)
              : y.narrow(axes[i], -more / 2, shape[i]);
    }
    return c.moved(y);
  }

  private static List<Value> reverseSequence(Call c) {
    Tensor x = c.x(0);
    int batch = c.attributes().size("batch_axis", 1);
    int time = c.attributes().size("time_axis", 0);
    int steps = x.dim(time);
    Tensor y = x.permute(order(x.rank(), time, batch));
    Tensor t = Tensor.arange(steps).cast(DType.INT64).reshape(steps, 1);
    Tensor length = c.x(1).cast(DType.INT64).reshape(1, x.dim(batch));
    Tensor from = t.lt(length).where(length.sub(1).sub(t), t);
    y = Indexing.alongFirst(y, from);
    return c.moved(y.permute(order(x.rank(), time, batch)));
  }

  /** The order that brings two of the first two axes to the front, time first. */
  private static int[] order(int rank, int time, int batch) {
    int[] order = IntStream.range(0, rank).toArray();
    order[0] = time;
    order[1] = batch;
    return order;
  }

  private static List<Value> trilu(Call c) {
    Tensor x = c.x(0);
    long k = c.has(1) ? c.whole(1) : 0;
    int rows = x.dim(-2);
    int columns = x.dim(-1);
    int shift = Math.clamp(k, -rows - 1, columns + 1);
    Tensor i = Tensor.arange(rows).reshape(rows, 1).add(shift);
    Tensor j = Tensor.arange(columns);
    Tensor kept = c.attributes().flag("upper", true) ? j.ge(i) : j.le(i);
    return c.moved(kept.where(x, Tensor.full(Shape.of(x.dtype()), 0)));
  }
}
