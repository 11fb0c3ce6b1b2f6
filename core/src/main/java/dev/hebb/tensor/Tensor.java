package dev.hebb.tensor;

import dev.hebb.compile.Engine;
import dev.hebb.grad.Gradients;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Leaf;
import dev.hebb.op.NdArray;
import dev.hebb.op.Op;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An immutable array of numbers that knows how it was computed.
 *
 * <p>An expression such as {@code x.add(y).mul(z)} is recorded, not run: shapes and element types
 * are checked at once, the arithmetic happens when a value is read ({@link #item}, {@link
 * #toFloats}, {@link #toString}), fused and compiled, and is kept. Because the history is kept too,
 * a gradient is a question asked of any tensor: {@code f.grad(x, y, z)}; {@link #detach} cuts the
 * history.
 *
 * <p>The methods are grouped by what they do: {@link ElementwiseMethods}, {@link ShapeMethods},
 * {@link ReduceMethods}, {@link LinearMethods}, {@link AttentionMethods}, {@link LossMethods}.
 * Element types mix by promotion (bool, int32, int64, float32, float64); shapes broadcast by
 * NumPy's rule, except in losses.
 *
 * <p>Tensors are values: thread-safe, owned by the garbage collector, with nothing to close.
 */
public final class Tensor
    implements ElementwiseMethods,
        ShapeMethods,
        ReduceMethods,
        LinearMethods,
        AttentionMethods,
        LossMethods {
  private static final AtomicLong IDS = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final Shape shape;
  private final boolean stop;
  private final @Nullable Variable source;
  private final @Nullable Checkpoint checkpoint;
  private volatile Op op;
  private volatile List<Tensor> inputs;
  private volatile @Nullable Object value;

  private Tensor(
      Op op,
      List<Tensor> inputs,
      Shape shape,
      @Nullable Object value,
      boolean stop,
      @Nullable Variable source,
      @Nullable Checkpoint checkpoint) {
    this.op = op;
    this.inputs = inputs;
    this.shape = shape;
    this.value = value;
    this.stop = stop;
    this.source = source;
    this.checkpoint = checkpoint;
  }

  private Tensor(
      Op op,
      List<Tensor> inputs,
      Shape shape,
      @Nullable Object value,
      boolean stop,
      @Nullable Variable source) {
    this(op, inputs, shape, value, stop, source, null);
  }

  /** The result of an operation on tensors; every method of this class ends here. */
  public static Tensor apply(Op op, Tensor... in) {
    Tensor[] resolved = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      resolved[i] = Trace.resolve(in[i]);
    }
    List<Tensor> inputs = List.of(resolved);
    return new Tensor(
        op, inputs, op.infer(inputs.stream().map(Tensor::shape).toList()), null, false, null);
  }

  /** A tensor over an array that nobody changes any more. */
  static Tensor wrap(Shape shape, Object array) {
    return new Tensor(new Leaf.Input(shape), List.of(), shape, array, false, null);
  }

  /** A variable's contents at this moment. */
  static Tensor snapshot(Variable source, Object array) {
    return new Tensor(
        new Leaf.Input(source.shape()), List.of(), source.shape(), array, false, source);
  }

  /** The leaf that stands for a variable. */
  static Tensor cell(Variable source) {
    return new Tensor(new Leaf.Cell(source), List.of(), source.shape(), null, false, source);
  }

  /** A leaf without a value, to be bound when a recorded step runs. */
  static Tensor placeholder(Shape shape) {
    return new Tensor(new Leaf.Input(shape), List.of(), shape, null, false, null);
  }

  /** The number of the last tensor that was made anywhere. */
  static long lastId() {
    return IDS.get();
  }

  /** The same operation on operands that stand for others. */
  Tensor on(List<Tensor> operands, @Nullable Checkpoint region) {
    return new Tensor(op, operands, shape, null, stop, null, region);
  }

  /** The same tensor as the result of a region that is computed again for gradients. */
  Tensor resultOf(Checkpoint region) {
    return new Tensor(op, inputs, shape, value, stop, source, region);
  }

  /** The same value, read only when others are known. */
  Tensor late(List<Tensor> others) {
    var operands = new ArrayList<Tensor>();
    operands.add(this);
    operands.addAll(others);
    return new Tensor(new View.Late(), List.copyOf(operands), shape, null, false, null);
  }

  // ---- factories

  /** A scalar (no arguments but one) or a vector of float32. */
  public static Tensor of(float... values) {
    return values.length == 1
        ? wrap(Shape.of(), values.clone())
        : wrap(Shape.of(values.length), values.clone());
  }

  /** A scalar or a vector of float64. */
  public static Tensor of(double... values) {
    return wrap(
        values.length == 1 ? Shape.of(DType.FLOAT64) : Shape.of(DType.FLOAT64, values.length),
        values.clone());
  }

  /** A vector of float32 (integers in code are numbers, as in {@code Tensor.of(-2)}). */
  public static Tensor of(int... values) {
    float[] f = new float[values.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = values[i];
    }
    return of(f);
  }

  /**
   * A matrix of float32.
   *
   * @throws ShapeError if the rows differ in length
   */
  public static Tensor of(float[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    float[] flat = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != columns) {
        throw new ShapeError(
            "Tensor.of: row %d has %d values, row 0 has %d; all rows must be equally long"
                .formatted(i, rows[i].length, columns));
      }
      System.arraycopy(rows[i], 0, flat, i * columns, columns);
    }
    return wrap(Shape.of(rows.length, columns), flat);
  }

  /** Row-major float32 values in a shape. */
  public static Tensor of(float[] values, Shape shape) {
    return wrap(checked(shape.as(DType.FLOAT32), values.length), values.clone());
  }

  /** The same without a copy, for who fills large arrays; nobody may change it any more. */
  public static Tensor adopt(float[] values, Shape shape) {
    return wrap(checked(shape.as(DType.FLOAT32), values.length), values);
  }

  /** Row-major float64 values in a shape. */
  public static Tensor of(double[] values, Shape shape) {
    return wrap(checked(shape.as(DType.FLOAT64), values.length), values.clone());
  }

  /** Row-major int32 values in a shape: labels, tokens, positions. */
  public static Tensor of(int[] values, Shape shape) {
    return wrap(checked(shape.as(DType.INT32), values.length), values.clone());
  }

  /** Row-major int64 values in a shape. */
  public static Tensor of(long[] values, Shape shape) {
    return wrap(checked(shape.as(DType.INT64), values.length), values.clone());
  }

  /** Row-major truth values in a shape. */
  public static Tensor of(boolean[] values, Shape shape) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < b.length; i++) {
      b[i] = (byte) (values[i] ? 1 : 0);
    }
    return wrap(checked(shape.as(DType.BOOL), values.length), b);
  }

  private static Shape checked(Shape shape, int length) {
    if (shape.size() != length) {
      throw new ShapeError(
          "Tensor.of: %d values do not fill shape %s, which has %d elements"
              .formatted(length, shape, shape.size()));
    }
    return shape;
  }

  /** One number everywhere. */
  public static Tensor full(Shape shape, double value) {
    return apply(new Leaf.Fill(shape, value));
  }

  /** Zeros. */
  public static Tensor zeros(int... dims) {
    return full(Shape.of(dims), 0);
  }

  /** Ones. */
  public static Tensor ones(int... dims) {
    return full(Shape.of(dims), 1);
  }

  /** The int32 vector 0, 1, …, n − 1. */
  public static Tensor arange(int n) {
    return apply(new Leaf.Iota(Shape.of(DType.INT32, n)));
  }

  /** {@code n} evenly spaced float32 numbers from {@code from} to {@code to}, both included. */
  public static Tensor linspace(double from, double to, int n) {
    return arange(n).cast(DType.FLOAT32).mul((to - from) / Math.max(n - 1, 1)).add(from);
  }

  /** The n × n identity matrix. */
  public static Tensor eye(int n) {
    return arange(n).reshape(n, 1).eq(arange(n)).cast(DType.FLOAT32);
  }

  /** Uniform numbers in [0, 1): new ones at each call, and at each run of a recorded step. */
  public static Tensor rand(int... dims) {
    return Random.uniform(Shape.of(dims));
  }

  /** Numbers from the standard normal distribution. */
  public static Tensor randn(int... dims) {
    return Random.normal(Shape.of(dims));
  }

  // ---- what it is

  /** The dimensions and element type. */
  public Shape shape() {
    return shape;
  }

  /** The element type. */
  public DType dtype() {
    return shape.dtype();
  }

  /** How many dimensions. */
  public int rank() {
    return shape.rank();
  }

  /** One dimension; negative indices count from the end. */
  public int dim(int axis) {
    return shape.dim(axis);
  }

  /** How many elements. */
  public int size() {
    return shape.size();
  }

  /** The operation that this tensor is the result of. */
  public Op op() {
    return op;
  }

  /** The operands of {@link #op}. */
  public List<Tensor> inputs() {
    return inputs;
  }

  /** Ascends in the order of creation, so it orders any graph topologically. */
  public long id() {
    return id;
  }

  /** Whether gradients stop here; see {@link #detach}. */
  public boolean isDetached() {
    return stop;
  }

  /** The region that this is the result of and that gradients compute again, or null. */
  public @Nullable Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The variable whose contents this leaf is, or null. */
  public @Nullable Variable source() {
    return source;
  }

  /** What a variable's tensor stands for here: its value now, or in a recorded step its place. */
  public Tensor resolved() {
    return Trace.resolve(this);
  }

  /** The value as a primitive array if it is known already, else null; for the compiler. */
  public @Nullable Object valueOrNull() {
    return value;
  }

  /** Keeps a value that was computed; for the engine. */
  public void keep(Object array) {
    if (stop) { // nobody can ask for its gradient: let the history go
      op = new Leaf.Input(shape);
      inputs = List.of();
    }
    value = array;
  }

  /**
   * The same value without a history: gradients take it as a constant.
   *
   * @see <a href="https://arxiv.org/abs/1406.2661">GANs</a>, which train one network with the
   *     other's output held fixed
   */
  public Tensor detach() {
    Tensor t = Trace.resolve(this);
    if (t.value == null
        && t.op instanceof Leaf) { // a place, not a value: a copy of it, made free by the compiler
      return new Tensor(
          new Elementwise(ScalarOp.CAST, dtype()), List.of(t), shape, null, true, null);
    }
    return new Tensor(t.op, t.inputs, shape, t.value, true, null);
  }

  /** The same numbers in another element type; floats become integers by truncation. */
  public Tensor cast(DType type) {
    return type == dtype() ? this : apply(new Elementwise(ScalarOp.CAST, type), this);
  }

  // ---- gradients

  /**
   * ∂this/∂x for each x, as tensors that can be computed with and differentiated again.
   *
   * @throws ShapeError if this is not a single floating-point number
   */
  public List<Tensor> grad(Tensor... wrt) {
    return Gradients.of(this, List.of(wrt));
  }

  /** ∂this/∂v for each variable; what an optimiser's update takes. */
  public List<Tensor> grad(List<Variable> wrt) {
    return Gradients.of(this, wrt.stream().map(Variable::tensor).toList());
  }

  // ---- reading

  /** Computes the value now if it was not known; returns this. */
  public Tensor eval() {
    array();
    return this;
  }

  private Object array() {
    Object known = value;
    if (known != null) {
      return known;
    }
    if (op instanceof Leaf.Cell cell) {
      return cell.variable().value().array();
    }
    Engine.evaluate(List.of(this));
    return Objects.requireNonNull(value);
  }

  /**
   * The only element.
   *
   * @throws ShapeError if there is not exactly one
   */
  public double item() {
    if (size() != 1) {
      throw new ShapeError(
          "item(): a tensor of shape %s has %d elements, not one; use toFloats(), or reduce it first"
              .formatted(shape, size()));
    }
    return switch (array()) {
      case float[] a -> a[0];
      case double[] a -> a[0];
      case int[] a -> a[0];
      case long[] a -> a[0];
      case byte[] a -> a[0];
      default -> throw new IllegalStateException();
    };
  }

  /** A copy of the elements as float32, row-major. */
  public float[] toFloats() {
    if (array() instanceof float[] f) {
      return f.clone();
    }
    NdArray a = NdArray.of(shape, array());
    float[] out = new float[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) a.get(i);
    }
    return out;
  }

  /** A copy of the elements as float64, row-major. */
  public double[] toDoubles() {
    NdArray a = NdArray.of(shape, array());
    double[] out = new double[size()];
    Arrays.setAll(out, a::get);
    return out;
  }

  /** A copy of the elements as int32, row-major; floats are truncated. */
  public int[] toInts() {
    NdArray a = NdArray.of(shape, array());
    int[] out = new int[size()];
    Arrays.setAll(out, i -> (int) a.getLong(i));
    return out;
  }

  /** A copy of the elements as int64, row-major; floats are truncated. */
  public long[] toLongs() {
    NdArray a = NdArray.of(shape, array());
    long[] out = new long[size()];
    Arrays.setAll(out, a::getLong);
    return out;
  }

  /** A copy of the elements as truth values: whether each is not zero. */
  public boolean[] toBooleans() {
    double[] d = toDoubles();
    boolean[] out = new boolean[d.length];
    for (int i = 0; i < d.length; i++) {
      out[i] = d[i] != 0;
    }
    return out;
  }

  /**
   * How this number came about: every step with its value, and its gradient where there is one.
   *
   * <pre>{@code
   * x        = -2.0        ∂/∂ -4.0
   * }</pre>
   */
  public String explain() {
    return Explain.of(this);
  }

  /** Prints like NumPy: nested brackets, long axes abbreviated. */
  @Override
  public String toString() {
    if (value == null && Trace.current() != null) {
      return "Tensor" + shape + " (recorded, no value yet)";
    }
    return Format.of(this);
  }
}
