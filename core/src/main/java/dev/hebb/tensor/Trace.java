package dev.hebb.tensor;

import dev.hebb.op.Leaf;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A recording in progress: what it writes, and where its random numbers come from. */
final class Trace {
  private static final ScopedValue<Trace> CURRENT = ScopedValue.newInstance();

  private final Map<Variable, Tensor> writes = new LinkedHashMap<>();
  private final Tensor counter;
  private long streams;

  Trace(Variable counter) {
    this.counter = counter.tensor();
  }

  static @Nullable Trace current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  <T> T record(Supplier<T> body) {
    return ScopedValue.where(CURRENT, this).call(body::get);
  }

  /** What a tensor means here: a variable's pending value, its place, or its contents now. */
  static Tensor resolve(Tensor t) {
    if (!(t.op() instanceof Leaf.Cell cell)) {
      return t;
    }
    Variable v = cell.variable();
    Trace trace = current();
    return trace == null ? v.value() : trace.writes.getOrDefault(v, t);
  }

  void write(Variable v, Tensor value) {
    writes.put(v, value);
  }

  Map<Variable, Tensor> writes() {
    return writes;
  }

  Tensor counter() {
    return counter;
  }

  /** A number that no other draw of this recording has. */
  long nextStream() {
    return streams++;
  }
}
