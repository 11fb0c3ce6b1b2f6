package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.Arrays;

/**
 * A convolution with as many groups as channels, and its gradients: vectors run over channels, and
 * nothing is packed or copied.
 *
 * <p>Forward, each output is a sum over its window. For the gradient of the input, each output adds
 * what it hands back to its window; for that of the weights, it adds to all kernel elements. Rows
 * are cut into chunks, whose gradients of the weights are added in order by a second phase.
 *
 * @see ConvShape
 */
final class DepthwiseConv implements Kernel {
  /** What is computed; the operands are given in order. */
  enum Direction {
    /** x, w, y, and what the epilogue adds. */
    FORWARD,
    /** dy, w, dx. */
    INPUT,
    /** x, dy, dw, and the workspace if it is not empty. */
    WEIGHTS
  }

  /** Multiply-adds worth a task of their own: some 20 microseconds of one core. */
  private static final long TASK_WORK = 300_000;

  private static final int MOST_CHUNKS = 32;

  private final Direction direction;
  private final ConvShape shape;
  private final Epilogue epilogue;
  private final Taps taps;
  private final PoolSpan spanY;
  private final PoolSpan spanX;
  private final int units;
  private final int tasks;
  private final int outW;

  DepthwiseConv(Direction direction, ConvShape s, Epilogue epilogue, Taps taps) {
    this.direction = direction;
    this.shape = s;
    this.epilogue = epilogue;
    this.taps = taps;
    outW = s.outW();
    spanY = PoolSpan.of(s.outH(), s.h(), s.kh(), s.strideH(), s.padTop(), s.dilH());
    spanX = PoolSpan.of(outW, s.w(), s.kw(), s.strideW(), s.padLeft(), s.dilW());
    // Windows overlap, so the gradient of an image belongs to one task.
    units = direction == Direction.INPUT ? s.n() : s.n() * s.outH();
    long wanted = Math.clamp(s.work() / TASK_WORK, 1, Integer.MAX_VALUE);
    int most = direction == Direction.WEIGHTS ? Math.min(MOST_CHUNKS, units) : units;
    tasks = (int) Math.min(wanted, Math.max(1, most));
  }

  /** Returns whether each channel is a group of its own. */
  static boolean fits(ConvShape s) {
    return s.groups() > 1 && s.groups() == s.cin() && s.cin() == s.cout();
  }

  private boolean isSummed() {
    return direction == Direction.WEIGHTS && tasks > 1;
  }

  private int kernelSize() {
    return shape.kh() * shape.kw() * shape.cin();
  }

  @Override
  public int phases() {
    return isSummed() ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? tasks : 1;
  }

  @Override
  public long workspace() {
    return isSummed() ? (long) tasks * kernelSize() : 0;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    if (phase == 1) {
      int size = kernelSize();
      PanelSums.add(x.floats(3), x.offset(3), tasks, size, x.floats(2), x.offset(2), size);
      return;
    }
    int first = (int) ((long) units * task / tasks);
    int last = (int) ((long) units * (task + 1) / tasks);
    int outH = shape.outH();
    switch (direction) {
      case FORWARD -> {
        for (int u = first; u < last; u++) {
          forward(u / outH, u % outH, x);
          int at = u * outW * shape.pitch();
          epilogue.run(x, at, outW, shape.pitch(), 0, shape.cin());
        }
      }
      case INPUT -> {
        for (int u = first; u < last; u++) {
          input(u, x);
        }
      }
      case WEIGHTS -> {
        float[] sink = x.floats(isSummed() ? 3 : 2);
        int to = isSummed() ? x.offset(3) + task * kernelSize() : x.offset(2);
        Arrays.fill(sink, to, to + kernelSize(), 0);
        for (int u = first; u < last; u++) {
          weights(u / outH, u % outH, x, sink, to);
        }
      }
    }
  }

  /** Where the window of the output (p, q) starts in its image. */
  private int image(int p, int q) {
    return (spanY.first()[p] * shape.w() + spanX.first()[q]) * shape.cin();
  }

  /** Where its first kernel element starts. */
  private int kernel(int p, int q) {
    int r = (spanY.first()[p] + shape.padTop() - p * shape.strideH()) / shape.dilH();
    int t = (spanX.first()[q] + shape.padLeft() - q * shape.strideW()) / shape.dilW();
    return (r * shape.kw() + t) * shape.cin();
  }

  private boolean isEmpty(int p, int q) {
    return spanY.count()[p] == 0 || spanX.count()[q] == 0;
  }

  private int imageStepY() {
    return shape.dilH() * shape.w() * shape.cin();
  }

  private int imageStepX() {
    return shape.dilW() * shape.cin();
  }

  private void forward(int image, int p, Operands x) {
    int c = shape.cin();
    int start = x.offset(0) + image * shape.h() * shape.w() * c;
    int out = x.offset(2) + (image * shape.outH() + p) * outW * shape.pitch();
    for (int q = 0; q < outW; q++, out += shape.pitch()) {
      if (isEmpty(p, q)) {
        Arrays.fill(x.floats(2), out, out + c, 0);
        continue;
      }
      taps.dot(
          x.floats(0),
          start + image(p, q),
          imageStepY(),
          imageStepX(),
          x.floats(1),
          x.offset(1) + kernel(p, q),
          shape.kw() * c,
          c,
          spanY.count()[p],
          spanX.count()[q],
          x.floats(2),
          out,
          c);
    }
  }

  private void input(int image, Operands x) {
    int c = shape.cin();
    float[] dx = x.floats(2);
    int row = shape.w() * c;
    int start = x.offset(2) + image * shape.h() * row;
    int cleared = 0;
    for (int p = 0; p < shape.outH(); p++) {
      // Cleared just before something is added: in the nearest cache.
      int end = spanY.first()[p] + (spanY.count()[p] - 1) * shape.dilH() + 1;
      if (end > cleared) {
        Arrays.fill(dx, start + cleared * row, start + end * row, 0);
        cleared = end;
      }
      int out = x.offset(0) + (image * shape.outH() + p) * outW * c;
      for (int q = 0; q < outW; q++, out += c) {
        if (!isEmpty(p, q)) {
          taps.add(
              dx,
              start + image(p, q),
              imageStepY(),
              imageStepX(),
              x.floats(1),
              x.offset(1) + kernel(p, q),
              shape.kw() * c,
              c,
              spanY.count()[p],
              spanX.count()[q],
              x.floats(0),
              out,
              c);
        }
      }
    }
    Arrays.fill(dx, start + cleared * row, start + shape.h() * row, 0);
  }

  private void weights(int image, int p, Operands x, float[] sink, int to) {
    int c = shape.cin();
    int start = x.offset(0) + image * shape.h() * shape.w() * c;
    int out = x.offset(1) + (image * shape.outH() + p) * outW * c;
    for (int q = 0; q < outW; q++, out += c) {
      if (!isEmpty(p, q)) {
        taps.add(
            sink,
            to + kernel(p, q),
            shape.kw() * c,
            c,
            x.floats(0),
            start + image(p, q),
            imageStepY(),
            imageStepX(),
            spanY.count()[p],
            spanX.count()[q],
            x.floats(1),
            out,
            c);
      }
    }
  }
}
