package dev.hebb.tensor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A named place whose contents change: a weight, an optimiser's moment, a running mean. A recorded
 * step updates it in place; everybody else sees values.
 *
 * <p>Reading copies on write: a tensor made from a variable keeps the contents of that moment, and
 * the next update of the variable moves to a fresh array if such a tensor exists.
 */
public final class Variable {
  private final String name;
  private final Shape shape;
  private final Tensor cell;
  private final VariableLock lock = new VariableLock();
  private Object array;
  private @Nullable Tensor snapshot;
  private long version;

  private Variable(String name, Shape shape, Object array) {
    this.name = name;
    this.shape = shape;
    this.array = array;
    this.cell = Tensor.cell(this);
  }

  /** A variable with an initial value. */
  public static Variable of(String name, Tensor initial) {
    Tensor given = Trace.resolve(initial);
    boolean isKnown = given.valueOrNull() != null;
    // What nobody has read yet is computed for this variable alone.
    Tensor value = (isKnown ? given : given.detach()).eval();
    var v = new Variable(name, initial.shape(), Objects.requireNonNull(value.valueOrNull()));
    v.snapshot = isKnown ? value : null; // shares the array, so the first update copies it
    return v;
  }

  /** A variable of zeros. */
  public static Variable zeros(String name, Shape shape) {
    return new Variable(name, shape, shape.dtype().newArray(shape.size()));
  }

  /** The name, for messages and files. */
  public String name() {
    return name;
  }

  /** Shape and element type; they never change. */
  public Shape shape() {
    return shape;
  }

  /** What to compute with: in a recorded step the place itself, elsewhere its value now. */
  public Tensor tensor() {
    return cell;
  }

  /** The contents now, as a value that later updates do not touch. */
  public Tensor value() {
    long stamp = lock.lock(true); // also waits for a running update
    try {
      Tensor s = snapshot;
      if (s == null || s.source() != this) {
        s = Tensor.snapshot(this, array);
        snapshot = s;
      }
      return s;
    } finally {
      lock.unlock(stamp);
    }
  }

  /**
   * Changes the contents: at once, or, while a step is being recorded, whenever it runs (after
   * which the rest of the recording sees the new value).
   *
   * @throws ShapeError if the shape or element type differs
   */
  public void set(Tensor value) {
    if (!value.shape().equals(shape)) {
      throw new ShapeError(
          "variable %s holds %s, which cannot become %s".formatted(name, shape, value.shape()));
    }
    Trace trace = Trace.current();
    if (trace != null) {
      trace.write(this, Trace.resolve(value));
      return;
    }
    Object now = Objects.requireNonNull(Trace.resolve(value).eval().valueOrNull());
    long stamp = lock.lock(true);
    try {
      array = now;
      version++;
      snapshot = Tensor.wrap(shape, now);
    } finally {
      lock.unlock(stamp);
    }
  }

  /** What to hold in order to read or change the contents, for the runtime. */
  public VariableLock lock() {
    return lock;
  }

  /** The array to read, for the runtime; hold the {@link #lock}. */
  public Object array() {
    return array;
  }

  /**
   * Another number whenever the contents may have changed, for the runtime; hold the {@link #lock}.
   */
  public long version() {
    return version;
  }

  /** The array to update in place, for the runtime; hold the {@link #lock} exclusively. */
  public Object writable() {
    version++;
    if (snapshot != null) {
      array =
          switch (array) {
            case float[] a -> a.clone();
            case double[] a -> a.clone();
            case int[] a -> a.clone();
            case long[] a -> a.clone();
            case byte[] a -> a.clone();
            default -> throw new IllegalStateException();
          };
      snapshot = null;
    }
    return array;
  }

  @Override
  public String toString() {
    return name + " " + shape;
  }
}
