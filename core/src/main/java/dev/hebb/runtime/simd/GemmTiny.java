package dev.hebb.runtime.simd;

import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Scratch;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * The product of matrices so small that the way to a tile takes longer than the sums: plain loops
 * and one task. When it has been called many times, it gets code of its own in which all sizes are
 * constants, so that the compiler unrolls the loops.
 */
final class GemmTiny implements Kernel {
  /** Up to so many multiply-adds, and in rows that fill no vector, all others are slower. */
  private static final int MOST_WORK = 64;

  private static final int MOST_COLUMNS = 15;

  private static final int MANY_CALLS = 1 << 14;

  /** The code of all that have none of their own. */
  private static final Code GENERAL = spin(null);

  private final Product product;
  private int calls; // counted without synchronisation: it need not be exact
  private volatile Code code = GENERAL;

  GemmTiny(GemmShape s, Epilogue epilogue) {
    this.product = new Product(s, epilogue);
  }

  /** Whether a product is so small. */
  static boolean fits(GemmShape s) {
    return s.batch() == 1
        && s.n() <= MOST_COLUMNS
        && (long) s.m() * s.n() * Math.max(1, s.k()) <= MOST_WORK;
  }

  private static Code spin(@Nullable Product own) {
    return LoopSpinner.spin(Template.class, new Constant(own), Code.class);
  }

  @Override
  public int phases() {
    return 1;
  }

  @Override
  public int tasks(int phase) {
    return 1;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch scratch) {
    Code now = code;
    now.run(product, x);
    if (now == GENERAL && ++calls >= MANY_CALLS) {
      code = spin(product);
    }
  }

  @Override
  public String toString() {
    return product.shape() + ", tiny";
  }

  /** What is computed. */
  record Product(GemmShape shape, Epilogue epilogue) {}

  /** The product that code belongs to, if there is one. */
  record Constant(@Nullable Product own) {}

  /** Computes a product: the terms of each sum in order, then what the epilogue adds. */
  interface Code {
    void run(Product p, Operands x);
  }

  /**
   * Copied for each product, because the compiler inlines no code that has become long elsewhere.
   */
  static final class Template implements Code {
    private static final Constant CONSTANT =
        LoopSpinner.constant(MethodHandles.lookup(), Constant.class);

    @Override
    public void run(Product p, Operands x) {
      Product product = CONSTANT.own() == null ? p : CONSTANT.own();
      GemmShape s = product.shape();
      float[] a = x.floats(0);
      float[] b = x.floats(1);
      float[] c = x.floats(2);
      int ao = x.offset(0);
      int bo = x.offset(1);
      int co = x.offset(2);
      for (int i = 0; i < s.m(); i++) {
        for (int j = 0; j < s.n(); j++) {
          float sum = 0;
          for (int q = 0; q < s.k(); q++) {
            sum = Math.fma(a[ao + s.placeA(i, q)], b[bo + s.placeB(q, j)], sum);
          }
          int at = i * s.ldc() + j;
          c[co + at] = product.epilogue().finish(sum, x, at, j);
        }
      }
    }
  }
}
