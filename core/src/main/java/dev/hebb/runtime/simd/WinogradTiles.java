package dev.hebb.runtime.simd;

import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.util.Arrays;

/**
 * Images as overlapping or adjacent squares of pixels, 4 apart in both directions.
 *
 * <p>A square is transformed where it lies if all of it is in the image and its channels fill whole
 * vectors; else by way of a copy with zeros around.
 */
final class WinogradTiles {
  /** The scratch slots that are used here. */
  private static final int SQUARES = 5;

  private static final int TEMP = 6;

  private final Winograd winograd;
  private final int h;
  private final int w;
  private final int channels;
  private final int pitch;
  private final int top;
  private final int left;
  private final int down;
  private final int across;
  private final int side;

  /**
   * Describes {@code down} times {@code across} squares for each image.
   *
   * @param pitch from one pixel to the next
   * @param top the row of the first square's first pixel, which may be negative
   * @param left its column
   * @param side the length of a square
   */
  WinogradTiles(
      Winograd winograd,
      int h,
      int w,
      int channels,
      int pitch,
      int top,
      int left,
      int down,
      int across,
      int side) {
    this.winograd = winograd;
    this.h = h;
    this.w = w;
    this.channels = channels;
    this.pitch = pitch;
    this.top = top;
    this.left = left;
    this.down = down;
    this.across = across;
    this.side = side;
  }

  /** Returns the number of channels in whole vectors. */
  int width() {
    int lanes = winograd.lanes();
    return Math.ceilDiv(channels, lanes) * lanes;
  }

  private int row(int tile) {
    return top + tile / across % down * Winograd.TILE;
  }

  private int column(int tile) {
    return left + tile % across * Winograd.TILE;
  }

  private int image(int tile) {
    return tile / across / down * h * w * pitch;
  }

  private boolean isInside(int y, int x, int cols, int width) {
    return cols == width && y >= 0 && x >= 0 && y + side <= h && x + side <= w;
  }

  /**
   * Transforms the channels from {@code col} on of one square into points {@code step} apart.
   *
   * @param cols how many channels
   * @param width the same in whole vectors
   */
  void read(
      Winograd.Matrix m,
      int tile,
      Operands x,
      int operand,
      int col,
      int cols,
      int width,
      float[] to,
      int at,
      int step,
      Scratch s) {
    float[] from = x.floats(operand);
    int y0 = row(tile);
    int x0 = column(tile);
    int start = x.offset(operand) + image(tile) + (y0 * w + x0) * pitch + col;
    int fromRow = w * pitch;
    int fromCol = pitch;
    if (!isInside(y0, x0, cols, width)) {
      float[] square = s.floats(SQUARES, side * side * width);
      copyIn(from, start, y0, x0, cols, width, square);
      from = square;
      start = 0;
      fromRow = side * width;
      fromCol = width;
    }
    float[] temp = s.floats(TEMP, Winograd.SQUARE * winograd.lanes());
    winograd.apply(
        m, from, start, fromRow, fromCol, to, at, Winograd.POINTS * step, step, width, temp);
  }

  private void copyIn(
      float[] from, int start, int y0, int x0, int cols, int width, float[] square) {
    int first = Math.clamp(-x0, 0, side);
    int last = Math.clamp(w - x0, first, side);
    for (int i = 0; i < side; i++) {
      int line = i * side * width;
      if (y0 + i < 0 || y0 + i >= h || first == last) {
        Arrays.fill(square, line, line + side * width, 0);
        continue;
      }
      Arrays.fill(square, line, line + first * width, 0);
      for (int j = first; j < last; j++) {
        int to = line + j * width;
        System.arraycopy(from, start + (i * w + j) * pitch, square, to, cols);
        Arrays.fill(square, to + cols, to + width, 0);
      }
      Arrays.fill(square, line + last * width, line + side * width, 0);
    }
  }

  /** Transforms points {@code step} apart into the channels from {@code col} on of one square. */
  void write(
      Winograd.Matrix m,
      int tile,
      float[] from,
      int at,
      int step,
      Operands x,
      int operand,
      int col,
      int cols,
      int width,
      Scratch s) {
    float[] to = x.floats(operand);
    int y0 = row(tile);
    int x0 = column(tile);
    int start = x.offset(operand) + image(tile) + (y0 * w + x0) * pitch + col;
    float[] temp = s.floats(TEMP, Winograd.SQUARE * winograd.lanes());
    int fromRow = Winograd.POINTS * step;
    if (isInside(y0, x0, cols, width)) {
      winograd.apply(m, from, at, fromRow, step, to, start, w * pitch, pitch, width, temp);
      return;
    }
    float[] square = s.floats(SQUARES, side * side * width);
    winograd.apply(m, from, at, fromRow, step, square, 0, side * width, width, width, temp);
    for (int i = 0; i < Math.min(side, h - y0); i++) {
      for (int j = 0; j < Math.min(side, w - x0); j++) {
        System.arraycopy(square, (i * side + j) * width, to, start + (i * w + j) * pitch, cols);
      }
    }
  }

  /** Applies an epilogue to some channels of a square of the result. */
  void finish(Epilogue epilogue, int tile, Operands x, int col, int cols) {
    int y0 = row(tile);
    int x0 = column(tile);
    int start = image(tile) + (y0 * w + x0) * pitch + col;
    for (int i = 0; i < Math.min(side, h - y0); i++) {
      epilogue.run(x, start + i * w * pitch, Math.min(side, w - x0), pitch, col, cols);
    }
  }
}
