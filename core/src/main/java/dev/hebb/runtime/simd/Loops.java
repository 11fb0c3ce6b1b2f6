package dev.hebb.runtime.simd;

import dev.hebb.op.ScalarOp;
import dev.hebb.tensor.DType;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The loops of all scalar primitives on all register classes. */
public final class Loops {
  private Loops() {}

  private static final ConcurrentHashMap<Key, Loop> CACHE = new ConcurrentHashMap<>();

  private static final ConcurrentHashMap<ScalarKey, Loop> SCALAR_CACHE = new ConcurrentHashMap<>();

  private record Key(ScalarOp op, DType operands, DType result) {}

  private record ScalarKey(ScalarOp op, int operand) {}

  /**
   * The loop of a primitive.
   *
   * <p>Comparisons and other tests write a {@code float[]} of truth values whatever their operands
   * are. {@link ScalarOp#WHERE} takes such a {@code float[]} and two operands of the result's
   * class. {@link ScalarOp#CAST} is the only one that goes from any class to any other.
   *
   * <p>On float32 the results are within the bounds stated in {@code ScalarMath} and have the same
   * bits with and without vector instructions.
   *
   * @param op the primitive
   * @param operands the element type of its operands (of the last two for {@code WHERE})
   * @param result the element type of its result
   * @throws IllegalArgumentException if the primitive is not defined on these types
   */
  public static Loop of(ScalarOp op, DType operands, DType result) {
    return CACHE.computeIfAbsent(new Key(op, operands, result), k -> tiered(op, operands, result));
  }

  /**
   * The float32 loop of a primitive of two operands, one of which is a single element: {@code
   * a[ao]} instead of {@code a[ao + i]}, or {@code b[bo]} instead of {@code b[bo + i]}. A constant
   * then takes no room in the cache; it must not lie where the result is written.
   *
   * @param op the primitive
   * @param operand which operand is the single element: 0 or 1
   * @throws IllegalArgumentException if the primitive has not two operands
   */
  public static Loop withScalar(ScalarOp op, int operand) {
    if (op.arity() != 2 || operand < 0 || operand > 1) {
      throw new IllegalArgumentException(
          "%s: operand %d of %d cannot be a single element; use Loops.of"
              .formatted(op, operand, op.arity()));
    }
    return SCALAR_CACHE.computeIfAbsent(
        new ScalarKey(op, operand),
        k -> {
          Loop plain = plainWithScalar(op, operand);
          boolean vectors = Simd.available() && Vectors.hasScalarForm(op);
          return vectors ? new Tiered(() -> Vectors.loopWithScalar(op, operand), plain) : plain;
        });
  }

  private static Loop tiered(ScalarOp op, DType operands, DType result) {
    Loop plain = plain(op, operands, result);
    if (!Simd.available() || registerOf(operands) != DType.FLOAT32 || op == ScalarOp.CAST) {
      return plain;
    }
    Supplier<Loop> vector = () -> Objects.requireNonNull(Vectors.loop(op));
    return Vectors.hasForm(op) ? new Tiered(vector, plain) : plain;
  }

  /** The loop in plain code. */
  static Loop plain(ScalarOp op, DType operands, DType result) {
    DType from = registerOf(operands);
    boolean test = op.result() == ScalarOp.Result.BOOL;
    if (op == ScalarOp.CAST) {
      return LoopCasts.of(operands, result);
    }
    if (registerOf(result) != (test ? DType.FLOAT32 : from)) {
      throw new IllegalArgumentException(
          "%s: no loop from %s to %s; cast the operands first"
              .formatted(op, operands.label(), result.label()));
    }
    if (op == ScalarOp.WHERE) {
      return switch (from) {
        case FLOAT64 -> Loops::whereDouble;
        case INT64 -> Loops::whereLong;
        default -> Loops::whereFloat;
      };
    }
    boolean unary = op.arity() == 1;
    return switch (from) {
      case FLOAT64 -> unary ? doubleUnary(op, test) : doubleBinary(op, test);
      case INT64 -> {
        if (!op.onIntegers()) {
          throw new IllegalArgumentException(
              "%s: not defined on integers; cast the operands to f32 first".formatted(op));
        }
        boolean wrap = result == DType.INT32;
        yield unary ? longUnary(op, test, wrap) : longBinary(op, test, wrap);
      }
      default ->
          unary
              ? spin(LoopTemplates.FloatUnary.class, ScalarMathTable.unary(op))
              : spin(LoopTemplates.FloatBinary.class, ScalarMathTable.binary(op));
    };
  }

  /** The loop with a single element in plain code. */
  static Loop plainWithScalar(ScalarOp op, int operand) {
    return spin(
        operand == 0 ? LoopTemplates.FloatScalarLeft.class : LoopTemplates.FloatScalarRight.class,
        ScalarMathTable.binary(op));
  }

  /** The loop with a single element in vector code, or null where there is none. */
  static @Nullable Loop vectorWithScalar(ScalarOp op, int operand) {
    return Simd.available() && Vectors.hasScalarForm(op)
        ? Vectors.loopWithScalar(op, operand)
        : null;
  }

  /** The loop in vector code, or null where there is none; float32 operands only. */
  static @Nullable Loop vector(ScalarOp op) {
    return Simd.available() ? Vectors.loop(op) : null;
  }

  /** FLOAT32, FLOAT64 or INT64: the type that stands for the register class. */
  private static DType registerOf(DType type) {
    return switch (type) {
      case FLOAT32, BOOL -> DType.FLOAT32;
      case FLOAT64 -> DType.FLOAT64;
      case INT32, INT64 -> DType.INT64;
    };
  }

  private static Loop doubleUnary(ScalarOp op, boolean test) {
    return spin(
        test ? LoopTemplates.DoubleUnaryTest.class : LoopTemplates.DoubleUnary.class,
        ScalarMathTable.doubleUnary(op));
  }

  private static Loop doubleBinary(ScalarOp op, boolean test) {
    return spin(
        test ? LoopTemplates.DoubleBinaryTest.class : LoopTemplates.DoubleBinary.class,
        ScalarMathTable.doubleBinary(op));
  }

  private static Loop longUnary(ScalarOp op, boolean test, boolean wrap) {
    return spin(
        test
            ? LoopTemplates.LongUnaryTest.class
            : wrap ? LoopTemplates.IntUnary.class : LoopTemplates.LongUnary.class,
        ScalarMathTable.longUnary(op));
  }

  private static Loop longBinary(ScalarOp op, boolean test, boolean wrap) {
    return spin(
        test
            ? LoopTemplates.LongBinaryTest.class
            : wrap ? LoopTemplates.IntBinary.class : LoopTemplates.LongBinary.class,
        ScalarMathTable.longBinary(op));
  }

  private static Loop spin(Class<? extends Loop> template, Object function) {
    return LoopSpinner.spin(template, function, Loop.class);
  }

  private static void whereFloat(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    float[] w = (float[]) a;
    float[] x = (float[]) b;
    float[] y = (float[]) c;
    float[] z = (float[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = w[ao + i] != 0 ? x[bo + i] : y[co + i];
    }
  }

  private static void whereDouble(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    float[] w = (float[]) a;
    double[] x = (double[]) b;
    double[] y = (double[]) c;
    double[] z = (double[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = w[ao + i] != 0 ? x[bo + i] : y[co + i];
    }
  }

  private static void whereLong(
      Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
    float[] w = (float[]) a;
    long[] x = (long[]) b;
    long[] y = (long[]) c;
    long[] z = (long[]) d;
    for (int i = 0; i < n; i++) {
      z[o + i] = w[ao + i] != 0 ? x[bo + i] : y[co + i];
    }
  }

  /** All that needs the vector module; not loaded without it. */
  private static final class Vectors {
    static boolean hasForm(ScalarOp op) {
      return switch (op.arity()) {
        case 1 -> VectorMathTable.unary(op) != null;
        case 2 -> VectorMathTable.binary(op) != null || op == ScalarOp.POW;
        default -> op == ScalarOp.WHERE;
      };
    }

    static @Nullable Loop loop(ScalarOp op) {
      if (op == ScalarOp.WHERE) {
        return new LoopVectorTemplates.Where();
      }
      if (op == ScalarOp.POW) {
        return new VectorMathPower();
      }
      VectorMathTable.Unary unary = op.arity() == 1 ? VectorMathTable.unary(op) : null;
      if (unary != null) {
        return spin(
            LoopVectorTemplates.Unary.class,
            new LoopVectorTemplates.UnaryForms(unary, ScalarMathTable.unary(op)));
      }
      VectorMathTable.Binary binary = op.arity() == 2 ? VectorMathTable.binary(op) : null;
      return binary == null
          ? null
          : spin(
              LoopVectorTemplates.Binary.class,
              new LoopVectorTemplates.BinaryForms(binary, ScalarMathTable.binary(op)));
    }

    static boolean hasScalarForm(ScalarOp op) {
      return VectorMathTable.binary(op) != null;
    }

    static Loop loopWithScalar(ScalarOp op, int operand) {
      return spin(
          operand == 0
              ? LoopVectorTemplates.ScalarLeft.class
              : LoopVectorTemplates.ScalarRight.class,
          new LoopVectorTemplates.BinaryForms(
              Objects.requireNonNull(VectorMathTable.binary(op)), ScalarMathTable.binary(op)));
    }

    static int lanes() {
      return VectorMath.S.length();
    }
  }

  /** A loop that becomes a vector loop when it is worth it. */
  private static final class Tiered implements Loop {
    private final LoopTier<Loop> tier;

    Tiered(Supplier<Loop> vector, Loop plain) {
      tier = new LoopTier<>(plain, vector, Tiered::exercise);
    }

    @Override
    public void run(Object a, int ao, Object b, int bo, Object c, int co, Object d, int o, int n) {
      tier.pick(n).run(a, ao, b, bo, c, co, d, o, n);
    }

    @Override
    public @Nullable Loop settled(int n) {
      return tier.settled(n < Vectors.lanes());
    }

    /** Mostly moderate numbers; one is huge, so that rare roads are compiled too. */
    private static List<Consumer<Loop>> exercise() {
      int n = 24 * Vectors.lanes() + 1; // one more than full vectors: the last element counts too
      float[] a = new float[n];
      float[] b = new float[n];
      float[] d = new float[n];
      for (int i = 0; i < n; i++) {
        a[i] = 4f * i / n - 2;
        b[i] = 3f * ((i * 7) % n) / n - 1;
      }
      a[n / 2] = 1e6f;
      return List.of(loop -> loop.run(a, 0, b, 0, b, 0, d, 0, n));
    }
  }
}
