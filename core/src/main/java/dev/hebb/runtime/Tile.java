package dev.hebb.runtime;

import dev.hebb.runtime.FusedKernel.Kind;
import dev.hebb.runtime.simd.CacheLines;
import org.jspecify.annotations.Nullable;

/**
 * The part of a walk that is being computed: {@code length} elements from {@code start} on, and for
 * each place of the fused kernel the array and offset of its first element there.
 *
 * <p>What the places are bound to is remembered: in small programs finding out would cost as much
 * as what is computed.
 */
public final class Tile {
  private static final float[] NO_FLOATS = {};
  private static final double[] NO_DOUBLES = {};
  private static final long[] NO_LONGS = {};

  private @Nullable Kernel kernel;
  private @Nullable Operands operands;
  private int changes;

  /** The kernel whose constants are in the registers; null if they are a thread's. */
  private @Nullable Kernel keeper;

  // The registers of each kind.
  float[] floats = NO_FLOATS;
  double[] doubles = NO_DOUBLES;
  long[] longs = NO_LONGS;

  /** How many floats to skip so that what follows begins a cache line. */
  int skip;

  Object[] at = new Object[0];
  int[] off = new int[0];
  int task;
  int block;
  int column;
  int start;
  int length;
  int firstRow;
  int rows;

  /** Whether its places are those of this kernel's operands as they are now. */
  boolean isBound(Kernel k, Operands x) {
    return kernel == k && operands == x && changes == x.changes();
  }

  /** They are from now on. */
  void bound(Kernel k, Operands x) {
    kernel = k;
    operands = x;
    changes = x.changes();
  }

  /**
   * Takes registers of its own, which then can be {@link #keep kept}, unless it keeps them for this
   * kernel already; says whether they are new.
   *
   * @param sizes how many elements of each {@link Kind}
   */
  boolean own(Kernel k, int[] sizes) {
    if (keeper == k) {
      return false;
    }
    keeper = null;
    floats = new float[sizes[Kind.FLOAT.ordinal()]];
    doubles = new double[sizes[Kind.DOUBLE.ordinal()]];
    longs = new long[sizes[Kind.LONG.ordinal()]];
    skip = 0;
    return true;
  }

  /** Keeps its registers for a kernel, with the constants that it has put there. */
  void keep(Kernel k) {
    keeper = k;
  }

  /** Takes a thread's registers; says whether they are those that it had. */
  boolean borrow(Scratch s, int[] sizes) {
    int nd = sizes[Kind.DOUBLE.ordinal()];
    int nl = sizes[Kind.LONG.ordinal()];
    float[] f = s.floats(0, sizes[Kind.FLOAT.ordinal()] + CacheLines.FLOATS);
    int first = s.skip();
    double[] d = nd == 0 ? NO_DOUBLES : s.doubles(0, nd);
    long[] l = nl == 0 ? NO_LONGS : s.longs(0, nl);
    keeper = null;
    boolean same = skip == first && floats == f && doubles == d && longs == l;
    skip = first;
    floats = f;
    doubles = d;
    longs = l;
    return same;
  }

  /** Makes room for so many places, which are nobody's until they are {@link #bound}. */
  void places(int n) {
    kernel = null;
    if (at.length < n) {
      at = new Object[n];
      off = new int[n];
    }
  }
}
