package dev.hebb.runtime.simd;

import dev.hebb.op.ScalarOp;
import dev.hebb.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The reductions of all kinds on all register classes, and their opposite. */
public final class Reductions {
  private Reductions() {}

  private static final ConcurrentHashMap<Key, Reduction> CACHE = new ConcurrentHashMap<>();

  private record Key(Combine kind, DType type) {}

  /**
   * The reduction of a kind.
   *
   * @param kind how two values are combined
   * @param type the element type; truth values are reduced as the floats 1 and 0, and int32 wraps
   */
  public static Reduction of(Combine kind, DType type) {
    return CACHE.computeIfAbsent(new Key(kind, type), k -> tiered(kind, type));
  }

  /** Repeats: {@code d[o + i·length + j] = a[ao + i]}, in any register class. */
  public static void expandRows(Object a, int ao, Object d, int o, int rows, int length) {
    switch (d) {
      case float[] z -> expand((float[]) a, ao, z, o, rows, length);
      case double[] z -> expand((double[]) a, ao, z, o, rows, length);
      case long[] z -> expand((long[]) a, ao, z, o, rows, length);
      default ->
          throw new IllegalArgumentException(
              "expandRows: float[], double[] or long[] expected, not "
                  + d.getClass().getSimpleName());
    }
  }

  private static Reduction tiered(Combine kind, DType type) {
    Reduction plain = plain(kind, type);
    boolean floats = type == DType.FLOAT32 || type == DType.BOOL;
    return floats && Simd.available() && Vectors.fit() ? new Tiered(kind, plain) : plain;
  }

  /** The reduction in plain code. */
  static Reduction plain(Combine kind, DType type) {
    return switch (type) {
      case FLOAT32, BOOL ->
          spin(
              ReduceTemplates.Floats.class,
              new ReduceTemplates.FloatCombine(
                  ScalarMathTable.binary(op(kind)), (float) kind.identity()));
      case FLOAT64 ->
          spin(
              ReduceTemplates.Doubles.class,
              new ReduceTemplates.DoubleCombine(
                  ScalarMathTable.doubleBinary(op(kind)), kind.identity()));
      case INT64 ->
          spin(
              ReduceTemplates.Longs.class,
              new ReduceTemplates.LongCombine(
                  ScalarMathTable.longBinary(op(kind)), kind.identity(type)));
      case INT32 -> {
        LongBinaryOperator f = ScalarMathTable.longBinary(op(kind));
        yield spin(
            ReduceTemplates.Longs.class,
            new ReduceTemplates.LongCombine(
                (u, v) -> (int) f.applyAsLong(u, v), kind.identity(type)));
      }
    };
  }

  /** The float32 reduction in vector code, or null where there is none. */
  static @Nullable Reduction vector(Combine kind) {
    return Simd.available() && Vectors.fit()
        ? Vectors.reduction(kind, plain(kind, DType.FLOAT32))
        : null;
  }

  private static ScalarOp op(Combine kind) {
    return switch (kind) {
      case SUM -> ScalarOp.ADD;
      case MAX -> ScalarOp.MAX;
      case MIN -> ScalarOp.MIN;
      case PROD -> ScalarOp.MUL;
    };
  }

  private static Reduction spin(Class<? extends Reduction> template, Object constant) {
    return LoopSpinner.spin(template, constant, Reduction.class);
  }

  private static void expand(float[] x, int ao, float[] z, int o, int rows, int length) {
    if (length < ReduceTemplates.NARROW) {
      for (int j = 0; j < length; j++) {
        for (int i = 0; i < rows; i++) {
          z[o + i * length + j] = x[ao + i];
        }
      }
    } else {
      for (int i = 0; i < rows; i++) {
        Arrays.fill(z, o + i * length, o + (i + 1) * length, x[ao + i]);
      }
    }
  }

  private static void expand(double[] x, int ao, double[] z, int o, int rows, int length) {
    for (int i = 0; i < rows; i++) {
      Arrays.fill(z, o + i * length, o + (i + 1) * length, x[ao + i]);
    }
  }

  private static void expand(long[] x, int ao, long[] z, int o, int rows, int length) {
    for (int i = 0; i < rows; i++) {
      Arrays.fill(z, o + i * length, o + (i + 1) * length, x[ao + i]);
    }
  }

  /** All that needs the vector module; not loaded without it. */
  private static final class Vectors {
    static boolean fit() {
      int lanes = jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.length();
      return lanes == 4 || lanes == 8 || lanes == 16; // divisors of the sixteen partial results
    }

    static Reduction reduction(Combine kind, Reduction plain) {
      return spin(
          ReduceVectorTemplate.class,
          new ReduceVectorTemplate.Forms(
              Objects.requireNonNull(VectorMathTable.binary(op(kind))),
              ScalarMathTable.binary(op(kind)),
              (float) kind.identity(),
              plain));
    }
  }

  /** A reduction that becomes vector code when it is worth it. */
  private static final class Tiered implements Reduction {
    private final LoopTier<Reduction> fold;
    private final LoopTier<Reduction> rows;
    private final LoopTier<Reduction> columns;

    Tiered(Combine kind, Reduction plain) {
      Supplier<Reduction> vector = () -> Vectors.reduction(kind, plain);
      float[] a = new float[1024];
      float[] d = new float[128];
      Arrays.fill(a, 1);
      fold =
          tier(
              plain,
              vector,
              r -> {
                d[0] = 1; // or products of sums would grow without end
                r.fold(a, 0, 1021, d, 0);
              });
      rows = tier(plain, vector, r -> r.rows(a, 0, d, 0, 10, 100));
      columns =
          tier(
              plain,
              vector,
              r -> {
                Arrays.fill(d, 1);
                r.columns(a, 0, d, 0, 10, 101);
              });
    }

    private static LoopTier<Reduction> tier(
        Reduction plain, Supplier<Reduction> vector, Consumer<Reduction> example) {
      return new LoopTier<>(plain, vector, () -> List.of(example));
    }

    @Override
    public void fold(Object a, int ao, int n, Object acc, int acco) {
      fold.pick(n).fold(a, ao, n, acc, acco);
    }

    @Override
    public void rows(Object a, int ao, Object d, int o, int rows, int length) {
      this.rows.pick(rows * length).rows(a, ao, d, o, rows, length);
    }

    @Override
    public @Nullable Reduction settledRows(int rows, int length) {
      return this.rows.settled(length < ReduceTemplates.NARROW);
    }

    @Override
    public void columns(Object a, int ao, Object acc, int acco, int rows, int width) {
      columns.pick(rows * width).columns(a, ao, acc, acco, rows, width);
    }
  }
}
