package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.Arrays;

/**
 * Pooling of float32 images over two-dimensional windows, and its adjoint.
 *
 * <p>The largest element of a window is the first one that no other exceeds; NaN exceeds
 * everything, and the first NaN is taken. Padding never wins. A window that holds no element of the
 * image has the maximum -∞ and the sum 0.
 *
 * @see PoolShape
 */
public final class Pool2d implements Kernel {
  /** What is done with each window; the operands are given in order. */
  public enum Op {
    /** x, v, y: y = the v that lies where x is largest. Max pooling takes x from x. */
    MAX_TAKE,
    /** x, g, d: d = 0, then each g is added where x is largest in its window. */
    MAX_SCATTER,
    /** x, y: y = the sum of the window. */
    SUM,
    /** g, d: d = 0, then each g is added to all elements of its window. */
    SUM_SCATTER;

    private boolean isScatter() {
      return this == MAX_SCATTER || this == SUM_SCATTER;
    }
  }

  /** Elements read or written by a task: some 20 microseconds of one core. */
  private static final long TASK_WORK = 100_000;

  /** Channels of few images are shared among tasks in pieces of whole cache lines. */
  private static final int CHANNELS = 64;

  /** Such pieces are read and written at half the speed of whole rows, or less. */
  private static final int FEW_IMAGES = 8;

  private final Op op;
  private final PoolShape shape;
  private final PoolPixel pixel;
  private final PoolSpan spanY;
  private final PoolSpan spanX;
  private final int channelsPerTask;
  private final int channelTasks;
  private final int unitsPerTask;
  private final int units;

  private Pool2d(Op op, PoolShape s, PoolPixel pixel) {
    this.op = op;
    this.shape = s;
    this.pixel = pixel;
    spanY = PoolSpan.of(s.outH(), s.h(), s.kh(), s.strideH(), s.padTop(), s.dilH());
    spanX = PoolSpan.of(s.outW(), s.w(), s.kw(), s.strideW(), s.padLeft(), s.dilW());
    long rowWork = Math.max(1, (long) s.outW() * s.kh() * s.kw() * s.c());
    if (op.isScatter()) {
      // Windows overlap, so an image belongs to one task, or a piece of its channels.
      boolean split = s.n() < FEW_IMAGES && rowWork * s.outH() > 2 * TASK_WORK;
      channelsPerTask = split ? CHANNELS : Math.max(1, s.c());
      units = s.n();
      unitsPerTask = (int) Math.clamp(TASK_WORK / Math.max(1, rowWork * s.outH()), 1, 1 << 20);
    } else {
      channelsPerTask = Math.max(1, s.c());
      units = s.n() * s.outH();
      unitsPerTask = (int) Math.clamp(TASK_WORK / rowWork, 1, 1 << 20);
    }
    channelTasks = Math.ceilDiv(s.c(), channelsPerTask);
  }

  /** Returns the kernel for an operation and a shape. */
  public static Kernel of(Op op, PoolShape s) {
    return of(op, s, PoolPixel.best());
  }

  static Kernel of(Op op, PoolShape s, PoolPixel pixel) {
    return new Pool2d(op, s, pixel);
  }

  @Override
  public int phases() {
    return 1;
  }

  @Override
  public int tasks(int phase) {
    return Math.ceilDiv(units, unitsPerTask) * channelTasks;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    int channel = task % channelTasks * channelsPerTask;
    int channels = Math.min(channelsPerTask, shape.c() - channel);
    int first = task / channelTasks * unitsPerTask;
    int last = Math.min(units, first + unitsPerTask);
    for (int u = first; u < last; u++) {
      if (op.isScatter()) {
        scatter(u, channel, channels, x);
      } else {
        row(x, u / shape.outH(), u % shape.outH(), channel, channels);
      }
    }
  }

  /** Clears rows of the gradient just before something is added to them: in the nearest cache. */
  private void scatter(int image, int channel, int channels, Operands x) {
    float[] d = x.floats(op == Op.MAX_SCATTER ? 2 : 1);
    int to = sink(x, image) + channel;
    int cleared = 0;
    for (int p = 0; p < shape.outH(); p++) {
      int end = spanY.first()[p] + (spanY.count()[p] - 1) * shape.dilH() + 1;
      if (end > cleared) {
        clear(d, to, cleared, end, channels);
        cleared = end;
      }
      row(x, image, p, channel, channels);
    }
    clear(d, to, cleared, shape.h(), channels);
  }

  /** Returns where the gradient of an image starts. */
  private int sink(Operands x, int image) {
    return x.offset(op == Op.MAX_SCATTER ? 2 : 1) + image * shape.inputSize();
  }

  private void clear(float[] d, int to, int firstRow, int lastRow, int channels) {
    int first = firstRow * shape.w();
    int last = lastRow * shape.w();
    if (channels == shape.c()) {
      Arrays.fill(d, to + first * channels, to + last * channels, 0);
    } else {
      for (int i = first; i < last; i++) {
        Arrays.fill(d, to + i * shape.c(), to + i * shape.c() + channels, 0);
      }
    }
  }

  private void row(Operands x, int image, int p, int channel, int channels) {
    PoolShape s = shape;
    int ny = spanY.count()[p];
    int top = image * s.inputSize() + spanY.first()[p] * s.w() * s.c() + channel;
    int out = image * s.outputSize() + p * s.outW() * s.c() + channel;
    int stepY = s.dilH() * s.w() * s.c();
    int stepX = s.dilW() * s.c();
    for (int q = 0; q < s.outW(); q++, out += s.c()) {
      int nx = spanX.count()[q];
      int in = top + spanX.first()[q] * s.c();
      if (ny == 0 || nx == 0) {
        empty(x, out, channels);
      } else {
        window(x, in, ny, nx, stepY, stepX, out, channels);
      }
    }
  }

  private void empty(Operands x, int out, int channels) {
    if (op == Op.MAX_TAKE) {
      int to = x.offset(2) + out;
      Arrays.fill(x.floats(2), to, to + channels, Float.NEGATIVE_INFINITY);
    } else if (op == Op.SUM) {
      int to = x.offset(1) + out;
      Arrays.fill(x.floats(1), to, to + channels, 0);
    }
  }

  private void window(
      Operands x, int in, int ny, int nx, int stepY, int stepX, int out, int channels) {
    float[] a = x.floats(0);
    float[] b = x.floats(1);
    int ao = x.offset(0);
    int bo = x.offset(1);
    switch (op) {
      case MAX_TAKE -> {
        float[] y = x.floats(2);
        int yo = x.offset(2) + out;
        if (a == b && ao == bo) {
          pixel.max(a, ao + in, ny, nx, stepY, stepX, y, yo, channels);
        } else {
          pixel.take(a, ao + in, b, bo + in, ny, nx, stepY, stepX, y, yo, channels);
        }
      }
      case MAX_SCATTER ->
          pixel.scatter(
              a,
              ao + in,
              x.floats(2),
              x.offset(2) + in,
              ny,
              nx,
              stepY,
              stepX,
              b,
              bo + out,
              channels);
      case SUM -> pixel.sum(a, ao + in, ny, nx, stepY, stepX, b, bo + out, channels);
      case SUM_SCATTER -> pixel.spread(b, bo + in, ny, nx, stepY, stepX, a, ao + out, channels);
    }
  }
}
