package dev.hebb.nn;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What layers read besides the batch: masks, lengths, an encoder's output. Values have a name and
 * hold while a network is applied.
 *
 * <pre>{@code
 * net.forward(x, Side.lengths(Tensor.of(5, 3, 7)));     // recurrent layers stop at the ends
 * net.forward(x, Side.mask(x.ne(0)));                   // attention does not see padding
 * net.forward(x, Side.of(Side.MEMORY, encoded));        // what cross attention looks at
 * }</pre>
 *
 * <p>A layer can also publish a value for those that are computed after it in the same network, as
 * {@code embedding(v, d).maskZero()} does with the mask. A value that a layer needs and nobody
 * gives is an error that names it. Values are ordinary tensors, so that they may be inputs of a
 * recorded step and have gradients.
 */
public final class Side {
  /** Which steps of a sequence are real: bool [n, steps]; what is false is padding. */
  public static final String MASK = "mask";

  /** How many steps of each sequence are real, from the first on: whole numbers [n]. */
  public static final String LENGTHS = "lengths";

  /** Which keys each query of an attention sees: bool [n, t, s], or [n, heads or 1, t, s]. */
  public static final String ATTENTION = "attention";

  /** What cross attention looks at, usually an encoder's output: [n, s, units]. */
  public static final String MEMORY = "memory";

  /** Which steps of the memory are real: bool [n, s]. */
  public static final String MEMORY_MASK = "memory.mask";

  private static final ScopedValue<Map<String, Tensor>> GIVEN = ScopedValue.newInstance();
  private static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();

  /** The values while a network, or a part of it, is applied; layers add to them. */
  private record Scope(Map<String, Tensor> values, boolean isTrial) {}

  private final Map<String, Tensor> values;

  /** Values by name. */
  Side(Map<String, Tensor> values) {
    this.values = values;
  }

  /** A value of any name, with the batch as its first axis. */
  public static Side of(String name, Tensor value) {
    return new Side(Map.of(name, value));
  }

  /**
   * Which steps are real, as Keras's {@code mask}.
   *
   * @param mask bool [n, steps]
   */
  public static Side mask(Tensor mask) {
    return of(MASK, truth("mask", mask));
  }

  /**
   * How long the sequences are, as the lengths of PyTorch's {@code pack_padded_sequence}.
   *
   * @param lengths whole numbers [n], of any type of numbers
   */
  public static Side lengths(Tensor lengths) {
    if (lengths.rank() != 1 || lengths.dtype() == DType.BOOL) {
      throw new ShapeError(
          "Side.lengths: takes numbers [n], one for each sequence, not " + lengths.shape());
    }
    return of(LENGTHS, lengths);
  }

  /** These values and one more. */
  public Side and(String name, Tensor value) {
    var all = new LinkedHashMap<>(values);
    all.put(name, value);
    return new Side(all);
  }

  /** The values by name. */
  public Map<String, Tensor> values() {
    return Map.copyOf(values);
  }

  /** Only some examples' values, for a part of a batch. */
  public Side rows(int from, int count) {
    var some = new LinkedHashMap<String, Tensor>();
    values.forEach((name, t) -> some.put(name, t.narrow(0, from, count)));
    return new Side(some);
  }

  /** Gives these values to every network that is applied in the body. */
  public <T> T run(Supplier<T> body) {
    return ScopedValue.where(GIVEN, values).call(body::get);
  }

  // ---- for layers

  /** The value of this name, or null where nobody gave one. */
  public static @Nullable Tensor find(String name) {
    return CURRENT.isBound() ? CURRENT.get().values.get(name) : null;
  }

  /**
   * The value of this name.
   *
   * @param layer who asks, for the message
   * @param example its shape for one example, without the batch axis; while a network is built and
   *     its layers are tried, zeros of this shape stand for it
   * @throws HebbException if nobody gave one, with the way to do it
   */
  public static Tensor require(Layer layer, String name, Shape example) {
    Tensor found = find(name);
    if (found != null) {
      return found;
    }
    if (CURRENT.isBound() && CURRENT.get().isTrial) {
      return Tensor.full(example.prepend(Assembly.TRIAL_BATCH), 0);
    }
    throw new HebbException(
        "%s needs \"%s\", %s for each example, which nobody gives; use net.forward(x, Side.of(\"%s\", …))"
            .formatted(layer, name, example, name));
  }

  /** Gives a value to the layers that are computed after this one in the same network. */
  public static void publish(String name, Tensor value) {
    if (CURRENT.isBound()) {
      CURRENT.get().values.put(name, value);
    }
  }

  /**
   * Which steps of a batch of sequences are real: from the mask, or else from the lengths.
   *
   * @param layer who asks, for the message
   * @param x [n, steps, …]
   * @return bool [n, steps], or null where all are
   * @throws ShapeError if the mask has another shape
   */
  public static @Nullable Tensor maskOf(Layer layer, Tensor x) {
    Tensor mask = find(MASK);
    Tensor lengths = mask == null ? find(LENGTHS) : null;
    if (lengths != null) {
      fits(layer, LENGTHS, lengths, x.dim(0));
      mask = Tensor.arange(x.dim(1)).lt(lengths.unsqueeze(1));
    } else if (mask != null) {
      fits(layer, MASK, mask, x.dim(0), x.dim(1));
    }
    return mask;
  }

  /**
   * Computes a part of a network with other values than the rest: these are added, those of the
   * names are not seen, and what the part publishes ends with it.
   */
  public static <T> T within(Map<String, Tensor> added, List<String> without, Supplier<T> body) {
    boolean bound = CURRENT.isBound();
    Map<String, Tensor> inner = bound ? new HashMap<>(CURRENT.get().values) : new HashMap<>();
    without.forEach(inner::remove);
    inner.putAll(added);
    Scope scope = new Scope(inner, bound && CURRENT.get().isTrial);
    return ScopedValue.where(CURRENT, scope).call(body::get);
  }

  /** Applies a whole network. */
  static <T> T scope(Supplier<T> body) {
    Map<String, Tensor> given = GIVEN.isBound() ? GIVEN.get() : Map.of();
    return ScopedValue.where(CURRENT, new Scope(new HashMap<>(given), false)).call(body::get);
  }

  /** Applies a part to see whether it can be: what it requires is made up. */
  static <T> T trial(Supplier<T> body) {
    return ScopedValue.where(CURRENT, new Scope(new HashMap<>(), true)).call(body::get);
  }

  private static Tensor truth(String name, Tensor mask) {
    if (mask.dtype() != DType.BOOL) {
      throw new ShapeError(
          "Side.%s: takes truth values, not %s; use x.ne(0)".formatted(name, mask.shape()));
    }
    return mask;
  }

  private static void fits(Layer layer, String name, Tensor value, int... dims) {
    if (!value.shape().sameDims(Shape.of(dims))) {
      throw new ShapeError(
          "%s: \"%s\" is %s, but its input needs %s; a layer that changes the number of steps needs"
                  .formatted(layer, name, value.shape(), Shape.of(dims))
              + " another mask behind it: Side.publish(Side.MASK, …)");
    }
  }
}
