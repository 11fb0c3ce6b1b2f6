package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.onnx.OnnxException;
import dev.hebb.op.Leaf;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One node with the values of its inputs: what an operator sees. */
public final class Call {
  private final Plan.Step step;
  private final List<@Nullable Value> inputs;
  private final Walk walk;

  Call(Plan.Step step, List<@Nullable Value> inputs, Walk walk) {
    this.step = step;
    this.inputs = inputs;
    this.walk = walk;
  }

  /** The node's attributes. */
  Attributes attributes() {
    return step.attributes();
  }

  /** The version of the operator's set that the model was written for. */
  int version() {
    return step.version();
  }

  /** How messages call the node. */
  String node() {
    return step.title();
  }

  Walk walk() {
    return walk;
  }

  Plan.Step step() {
    return step;
  }

  OnnxException error(String what) {
    return new OnnxException(node() + ": " + what);
  }

  OnnxException unsupported(String what) {
    return new OnnxException(node() + " (opset " + version() + "): " + what + " is not supported");
  }

  // ---- inputs

  int inputs() {
    return inputs.size();
  }

  /** Whether an input is given. */
  boolean has(int i) {
    return i < inputs.size() && inputs.get(i) != null;
  }

  /** Whether somebody reads an output. */
  boolean wants(int i) {
    return i < step.outputs().size() && !step.outputs().get(i).isEmpty();
  }

  /** An input. */
  Value value(int i) {
    Value v = i < inputs.size() ? inputs.get(i) : null;
    if (v == null) {
      throw error("input " + i + " is missing");
    }
    return v;
  }

  /** An input, or null. */
  @Nullable Value find(int i) {
    return i < inputs.size() ? inputs.get(i) : null;
  }

  /** An input's numbers. */
  Tensor x(int i) {
    return value(i).tensor();
  }

  /** An input's numbers, or null. */
  @Nullable Tensor maybe(int i) {
    Value v = find(i);
    return v == null ? null : v.tensor();
  }

  /** An input's element type. */
  ElementType type(int i) {
    return value(i).type();
  }

  /** All inputs, none of which may be missing. */
  List<Value> all() {
    return all(0);
  }

  /** All inputs from one on. */
  List<Value> all(int from) {
    return inputs.stream()
        .skip(from)
        .map(v -> Objects.requireNonNull(v, () -> node() + ": a missing input"))
        .toList();
  }

  // ---- values that must be known now

  /** An input's integers, which decide shapes or ways. */
  long[] longs(int i) {
    return known(i).toLongs();
  }

  /** The same as sizes. */
  int[] sizes(int i) {
    return ints(node() + ": input " + i, longs(i));
  }

  /** An input's numbers, which decide shapes or ways. */
  double[] doubles(int i) {
    return known(i).toDoubles();
  }

  /** The only integer of an input. */
  long whole(int i) {
    long[] v = longs(i);
    if (v.length != 1) {
      throw error("input %d must be one number, not %s".formatted(i, x(i).shape()));
    }
    return v[0];
  }

  /** An input whose numbers can be read. */
  Tensor known(int i) {
    return readable("input " + i + " \"" + step.input(i) + "\" of " + node(), x(i));
  }

  /** Whether an input's numbers can be read now. */
  boolean isKnown(int i) {
    return isReadable(x(i));
  }

  static Tensor readable(String what, Tensor t) {
    if (!isReadable(t)) {
      throw new DataDependent(what);
    }
    return t;
  }

  static boolean isReadable(Tensor t) {
    Set<Tensor> seen = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    var open = new ArrayDeque<Tensor>(List.of(t));
    while (!open.isEmpty()) {
      Tensor next = open.pop();
      if (next.valueOrNull() != null || !seen.add(next)) {
        continue;
      }
      if (next.op() instanceof Leaf.Input || next.op() instanceof Leaf.Cell) {
        return false;
      }
      open.addAll(next.inputs());
    }
    return true;
  }

  /**
   * Something that is computed from inputs, once for the model where these are constants of it.
   *
   * @param name tells several apart for one node
   */
  Tensor folded(String name, Supplier<Tensor> f, int... from) {
    return switch (origin(from)) {
      case CONSTANT -> walk.once(step, name, () -> f.get().eval());
      case SHAPE -> f.get().eval();
      case DATA -> f.get();
    };
  }

  /**
   * An operand that follows from some inputs. If these are constants of the model, and the node's
   * result is not, it becomes a variable that nobody changes: a program packs it once, not in each
   * run.
   */
  Tensor frozen(String name, Tensor t, int... from) {
    boolean computed = origin(IntStream.range(0, inputs()).toArray()) == Origin.DATA;
    return computed && origin(from) == Origin.CONSTANT ? walk.frozen(step, name, t) : t;
  }

  /** What several inputs follow from. */
  Origin origin(int... from) {
    Origin origin = Origin.CONSTANT;
    for (int i : from) {
      Value v = find(i);
      origin = v == null ? origin : origin.and(v.origin());
    }
    return origin;
  }

  // ---- results

  /** Results of the type of the first input, brought into its range. */
  List<Value> same(Tensor... results) {
    ElementType type = type(0);
    return java.util.Arrays.stream(results).map(t -> Value.computed(t, type)).toList();
  }

  /** Results of the type of the first input, whose elements were only moved. */
  List<Value> moved(Tensor... results) {
    ElementType type = type(0);
    return java.util.Arrays.stream(results).map(t -> Value.of(t, type)).toList();
  }

  static List<Value> one(Tensor result, ElementType type) {
    return List.of(Value.computed(result, type));
  }

  static List<Value> truth(Tensor result) {
    return List.of(Value.of(result, ElementType.BOOL));
  }

  // ---- helpers

  /** Axes counted from the front, each within the rank. */
  int axis(long axis, int rank) {
    long a = axis < 0 ? axis + rank : axis;
    if (a < 0 || a >= rank) {
      throw error("axis %d does not exist in %d dimensions".formatted(axis, rank));
    }
    return (int) a;
  }

  /** Axes, each once. */
  int[] axes(long[] axes, int rank) {
    int[] a = new int[axes.length];
    var seen = new HashSet<Integer>();
    for (int i = 0; i < a.length; i++) {
      a[i] = axis(axes[i], rank);
      if (!seen.add(a[i])) {
        throw error("axis " + a[i] + " is named twice");
      }
    }
    return a;
  }

  static int[] ints(String what, long[] v) {
    int[] out = new int[v.length];
    for (int i = 0; i < out.length; i++) {
      if (v[i] != (int) v[i]) {
        throw new OnnxException(what + " is out of range: " + v[i]);
      }
      out[i] = (int) v[i];
    }
    return out;
  }

  /** A function of floats on a tensor of any type: short ones are floats already. */
  static Tensor inFloat(Tensor x, UnaryOperator<Tensor> f) {
    return x.dtype().isFloating() ? f.apply(x) : f.apply(x.cast(DType.FLOAT32));
  }
}
