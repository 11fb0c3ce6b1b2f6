package dev.hebb.runtime.simd;

import java.util.Arrays;

/**
 * Reads a view of an array, a tile at a time, into a register.
 *
 * <p>The view has dimensions and strides as usual: its element (i₀, …, iₙ) is the source's element
 * at base + Σ iₖ·strideₖ. Strides may be 0 (broadcast) or negative. A tile is a range of the view's
 * elements in row-major order.
 *
 * <p>Dimensions that continue each other are joined once, in the constructor; the two innermost
 * that remain are read by plain loops, and only the others need an odometer. Loading allocates
 * nothing.
 */
public final class StridedLoad {
  /** Runs shorter than this are read across the rows: short loops cost more than they do. */
  private static final int NARROW = 16;

  // innermost dimension first; always at least two
  private final int[] sizes;
  private final int[] strides;

  /**
   * A view.
   *
   * @param dims the dimensions, outermost first; none for a scalar
   * @param strides how far apart neighbours are in the source, in elements, one for each dimension
   */
  public StridedLoad(int[] dims, int[] strides) {
    if (dims.length != strides.length) {
      throw new IllegalArgumentException(
          "StridedLoad: %d dimensions but %d strides".formatted(dims.length, strides.length));
    }
    int[] size = new int[Math.max(2, dims.length)];
    int[] stride = new int[size.length];
    Arrays.fill(size, 1);
    int rank = 0;
    for (int k = dims.length - 1; k >= 0; k--) {
      if (dims[k] != 1) {
        if (rank > 0 && strides[k] == (long) stride[rank - 1] * size[rank - 1]) {
          size[rank - 1] *= dims[k];
        } else {
          size[rank] = dims[k];
          stride[rank] = strides[k];
          rank++;
        }
      }
    }
    this.sizes = Arrays.copyOf(size, Math.max(2, rank));
    this.strides = Arrays.copyOf(stride, sizes.length);
  }

  /** How many ints of scratch memory {@link #load} needs. */
  public int scratch() {
    return sizes.length;
  }

  /** Whether the view's elements stand in the source one after the other. */
  public boolean isContiguous() {
    return sizes.length == 2 && sizes[1] == 1 && (strides[0] == 1 || sizes[0] == 1);
  }

  /**
   * Loads the elements {@code start .. start + n} of the view into {@code d[o ..]}.
   *
   * @param source {@code float[]} or {@code byte[]} (zeros and ones) for a {@code float[]}
   *     register, {@code double[]} for a {@code double[]}, {@code int[]} or {@code long[]} for a
   *     {@code long[]}
   * @param base the index in the source of the view's first element
   * @param start the first element, in row-major order
   * @param d the register
   * @param o where in the register the first element goes
   * @param n how many elements
   * @param scratch at least {@link #scratch} ints
   */
  public void load(Object source, int base, int start, Object d, int o, int n, int[] scratch) {
    int s0 = strides[0];
    int s1 = strides[1];
    int inner = sizes[0];
    int outer = base;
    int left = start;
    for (int k = 0; k < sizes.length; k++) {
      int size = sizes[k];
      if (size == 0) { // what is computed before a loop without a turn
        return;
      }
      scratch[k] = left % size;
      left /= size;
      if (k > 1) {
        outer += scratch[k] * strides[k];
      }
    }
    int i0 = scratch[0];
    int i1 = scratch[1];
    for (int done = 0; done < n; ) {
      int from = outer + i1 * s1 + i0 * s0;
      int todo = n - done;
      if (i0 == 0 && todo >= inner) {
        int rows = Math.min(todo / inner, sizes[1] - i1);
        block(source, from, rows, s1, inner, s0, d, o + done);
        done += rows * inner;
        i1 += rows;
      } else {
        int run = Math.min(todo, inner - i0);
        block(source, from, 1, 0, run, s0, d, o + done);
        done += run;
        i0 += run;
        if (i0 == inner) {
          i0 = 0;
          i1++;
        }
      }
      if (i1 == sizes[1]) {
        i1 = 0;
        outer += turn(scratch);
      }
    }
  }

  /** Turns the odometer of the outer dimensions by one and returns how far the source moves. */
  private int turn(int[] index) {
    int moved = 0;
    for (int k = 2; k < sizes.length; k++) {
      moved += strides[k];
      if (++index[k] < sizes[k]) {
        return moved;
      }
      moved -= index[k] * strides[k];
      index[k] = 0;
    }
    return moved;
  }

  /** Reads so many rows of so many elements; s1 and s0 are their strides. */
  private static void block(
      Object source, int from, int rows, int s1, int inner, int s0, Object d, int o) {
    switch (source) {
      case float[] x -> floats(x, from, rows, s1, inner, s0, (float[]) d, o);
      case byte[] x -> bools(x, from, rows, s1, inner, s0, (float[]) d, o);
      case double[] x -> doubles(x, from, rows, s1, inner, s0, (double[]) d, o);
      case int[] x -> ints(x, from, rows, s1, inner, s0, (long[]) d, o);
      case long[] x -> longs(x, from, rows, s1, inner, s0, (long[]) d, o);
      default ->
          throw new IllegalArgumentException(
              "StridedLoad: no register holds a " + source.getClass().getSimpleName());
    }
  }

  private static void floats(
      float[] x, int from, int rows, int s1, int inner, int s0, float[] z, int o) {
    if (inner < NARROW && inner < rows) {
      for (int k = 0; k < inner; k++) {
        for (int r = 0; r < rows; r++) {
          z[o + r * inner + k] = x[from + r * s1 + k * s0];
        }
      }
    } else {
      for (int r = 0; r < rows; r++) {
        int p = from + r * s1;
        int q = o + r * inner;
        if (s0 == 1) {
          System.arraycopy(x, p, z, q, inner);
        } else if (s0 == 0) {
          Arrays.fill(z, q, q + inner, x[p]);
        } else {
          for (int k = 0; k < inner; k++) {
            z[q + k] = x[p + k * s0];
          }
        }
      }
    }
  }

  private static void bools(
      byte[] x, int from, int rows, int s1, int inner, int s0, float[] z, int o) {
    if (inner < NARROW && inner < rows) {
      for (int k = 0; k < inner; k++) {
        for (int r = 0; r < rows; r++) {
          z[o + r * inner + k] = x[from + r * s1 + k * s0];
        }
      }
    } else {
      for (int r = 0; r < rows; r++) {
        int p = from + r * s1;
        int q = o + r * inner;
        if (s0 == 0) {
          Arrays.fill(z, q, q + inner, x[p]);
        } else if (s0 == 1) {
          for (int k = 0; k < inner; k++) { // becomes vector code; a choice would be a branch
            z[q + k] = x[p + k];
          }
        } else {
          for (int k = 0; k < inner; k++) {
            z[q + k] = x[p + k * s0];
          }
        }
      }
    }
  }

  private static void doubles(
      double[] x, int from, int rows, int s1, int inner, int s0, double[] z, int o) {
    if (inner < NARROW && inner < rows) {
      for (int k = 0; k < inner; k++) {
        for (int r = 0; r < rows; r++) {
          z[o + r * inner + k] = x[from + r * s1 + k * s0];
        }
      }
    } else {
      for (int r = 0; r < rows; r++) {
        int p = from + r * s1;
        int q = o + r * inner;
        if (s0 == 1) {
          System.arraycopy(x, p, z, q, inner);
        } else if (s0 == 0) {
          Arrays.fill(z, q, q + inner, x[p]);
        } else {
          for (int k = 0; k < inner; k++) {
            z[q + k] = x[p + k * s0];
          }
        }
      }
    }
  }

  private static void ints(
      int[] x, int from, int rows, int s1, int inner, int s0, long[] z, int o) {
    if (inner < NARROW && inner < rows) {
      for (int k = 0; k < inner; k++) {
        for (int r = 0; r < rows; r++) {
          z[o + r * inner + k] = x[from + r * s1 + k * s0];
        }
      }
    } else {
      for (int r = 0; r < rows; r++) {
        int p = from + r * s1;
        int q = o + r * inner;
        if (s0 == 0) {
          Arrays.fill(z, q, q + inner, x[p]);
        } else {
          for (int k = 0; k < inner; k++) {
            z[q + k] = x[p + k * s0];
          }
        }
      }
    }
  }

  private static void longs(
      long[] x, int from, int rows, int s1, int inner, int s0, long[] z, int o) {
    if (inner < NARROW && inner < rows) {
      for (int k = 0; k < inner; k++) {
        for (int r = 0; r < rows; r++) {
          z[o + r * inner + k] = x[from + r * s1 + k * s0];
        }
      }
    } else {
      for (int r = 0; r < rows; r++) {
        int p = from + r * s1;
        int q = o + r * inner;
        if (s0 == 1) {
          System.arraycopy(x, p, z, q, inner);
        } else if (s0 == 0) {
          Arrays.fill(z, q, q + inner, x[p]);
        } else {
          for (int k = 0; k < inner; k++) {
            z[q + k] = x[p + k * s0];
          }
        }
      }
    }
  }
}
