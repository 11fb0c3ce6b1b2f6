package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.onnx.proto.TensorShapeProto;
import dev.hebb.onnx.proto.TypeProto;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Graphs inside nodes. How often and whether they are computed must be known when the graph is
 * walked, except that an If of equal shapes can also choose when the program runs.
 */
final class Control {
  /**
   * More steps than this, with those of loops inside, are taken for an error: each is a part of the
   * program, and a small file can ask for any number of them.
   */
  private static final long MOST_STEPS = 50_000;

  /** The steps of the outermost loop so far, with those of all loops in it. */
  private static final ScopedValue<AtomicLong> STEPS = ScopedValue.newInstance();

  private Control() {}

  static void register(Registry.Entries r) {
    r.add("If", Control::either);
    r.add("Loop", Control::loop);
    r.add("Scan", Control::scan);
  }

  private static List<Value> either(Call c) {
    Plan yes = c.step().graph("then_branch");
    Plan no = c.step().graph("else_branch");
    if (c.isKnown(0)) {
      return c.walk().inner(c.x(0).toBooleans()[0] ? yes : no, List.of());
    }
    List<Value> a = c.walk().inner(yes, List.of());
    List<Value> b = c.walk().inner(no, List.of());
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      Value v = a.get(i);
      Value w = b.get(i);
      if (!v.tensor().shape().equals(w.tensor().shape()) || v.type() != w.type()) {
        throw new DataDependent("which of two shapes " + c.node() + " gives");
      }
      Tensor condition = c.x(0).reshape();
      out.add(Value.of(condition.where(v.tensor(), w.tensor()), v.type()));
    }
    return out;
  }

  private static boolean truth(Call c, String what, Tensor t) {
    return Call.readable(what + " of " + c.node(), t).toBooleans()[0];
  }

  private static List<Value> loop(Call c) {
    return STEPS.isBound()
        ? steps(c, STEPS.get())
        : ScopedValue.where(STEPS, new AtomicLong()).call(() -> steps(c, STEPS.get()));
  }

  private static List<Value> steps(Call c, AtomicLong taken) {
    Plan body = c.step().graph("body");
    long most = c.has(0) ? c.whole(0) : Long.MAX_VALUE;
    boolean goOn = !c.has(1) || truth(c, "the condition", c.x(1));
    int carried = c.inputs() - 2;
    List<Value> state = new ArrayList<>(c.all(2));
    List<List<Value>> collected = new ArrayList<>();
    for (int k = 1 + carried; k < body.outputs().size(); k++) {
      collected.add(new ArrayList<>());
    }
    for (long i = 0; i < most && goOn; i++) {
      if (taken.incrementAndGet() > MOST_STEPS) {
        throw c.error("a loop of more than " + MOST_STEPS + " steps");
      }
      List<Value> given = new ArrayList<>();
      given.add(Shaping.integers(Shape.of(dev.hebb.tensor.DType.INT64), i));
      given.add(Value.of(Tensor.of(new boolean[] {true}, Shape.of()), ElementType.BOOL));
      given.addAll(state);
      List<Value> results = c.walk().inner(body, given);
      goOn = truth(c, "the condition", results.getFirst().tensor());
      state = new ArrayList<>(results.subList(1, 1 + carried));
      for (int k = 0; k < collected.size(); k++) {
        collected.get(k).add(results.get(1 + carried + k));
      }
    }
    for (int k = 0; k < collected.size(); k++) {
      state.add(stacked(c, 1 + carried + k, collected.get(k), 0));
    }
    return state;
  }

  /** What the steps gave, side by side; of no step what the body's output {@code k} says. */
  private static Value stacked(Call c, int k, List<Value> parts, int axis) {
    if (parts.isEmpty()) {
      return none(c, k, axis);
    }
    Tensor[] rest = parts.stream().skip(1).map(Value::tensor).toArray(Tensor[]::new);
    return Value.of(parts.getFirst().tensor().stack(axis, rest), parts.getFirst().type());
  }

  private static Value none(Call c, int k, int axis) {
    TypeProto.Tensor told =
        Objects.requireNonNull(c.attributes().byName().get("body"))
            .getG()
            .getOutput(k)
            .getType()
            .getTensorType();
    ElementType type = ElementType.of(told.getElemType());
    List<Integer> dims = new ArrayList<>();
    for (TensorShapeProto.Dimension d : told.getShape().getDimList()) {
      dims.add(Math.toIntExact(Math.max(d.getDimValue(), 0)));
    }
    dims.add(c.axis(axis, dims.size() + 1), 0);
    int[] shape = dims.stream().mapToInt(Integer::intValue).toArray();
    return Value.of(
        Tensor.full(Shape.of(shape), 0), type == ElementType.UNDEFINED ? ElementType.FLOAT : type);
  }

  private static List<Value> scan(Call c) {
    if (c.version() >= 9) {
      return scan(c, c.all(0), usual(c, "scan_input_axes"), usual(c, "scan_output_axes"));
    }
    // Opset 8: each example of a batch on its own; lengths come first.
    List<Value> all = c.all(1);
    int batch = all.getFirst().tensor().dim(0);
    if (batch == 0) {
      throw c.error("the batch is empty");
    }
    List<List<Value>> results = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      int at = b;
      List<Value> one = all.stream().map(v -> slice(v, 0, at)).toList();
      results.add(scan(c, one, new int[0], new int[0]));
    }
    List<Value> out = new ArrayList<>();
    for (int k = 0; k < results.getFirst().size(); k++) {
      int i = k;
      out.add(stacked(c, k, results.stream().map(r -> r.get(i)).toList(), 0));
    }
    return out;
  }

  private static Value slice(Value v, int axis, int place) {
    return Value.of(v.tensor().narrow(axis, place, 1).squeeze(axis), v.type()).from(v.origin());
  }

  private static int[] usual(Call c, String name) {
    return c.attributes().sizes(name);
  }

  private static int at(int[] values, int i) {
    return i < values.length ? values[i] : 0;
  }

  private static List<Value> scan(Call c, List<Value> inputs, int[] inAxes, int[] outAxes) {
    Plan body = c.step().graph("body");
    int scanned = c.attributes().size("num_scan_inputs", 1);
    int carried = inputs.size() - scanned;
    boolean old = c.version() < 9;
    int[] inBack = c.attributes().sizes(old ? "directions" : "scan_input_directions");
    int[] outBack = c.attributes().sizes("scan_output_directions");
    if (scanned < 1 || carried < 0) {
      throw c.error(scanned + " scanned inputs of " + inputs.size());
    }
    List<Value> state = new ArrayList<>(inputs.subList(0, carried));
    List<List<Value>> collected = new ArrayList<>();
    for (int k = carried; k < body.outputs().size(); k++) {
      collected.add(new ArrayList<>());
    }
    Tensor first = inputs.get(carried).tensor();
    int steps = first.dim(c.axis(at(inAxes, 0), first.rank()));
    for (int t = 0; t < steps; t++) {
      List<Value> given = new ArrayList<>(state);
      for (int k = 0; k < scanned; k++) {
        Value v = inputs.get(carried + k);
        int axis = c.axis(at(inAxes, k), v.tensor().rank());
        int place = at(inBack, k) == 1 ? steps - 1 - t : t;
        given.add(slice(v, axis, place));
      }
      List<Value> results = c.walk().inner(body, given);
      state = new ArrayList<>(results.subList(0, carried));
      for (int k = 0; k < collected.size(); k++) {
        collected.get(k).add(at(outBack, k) == 1 ? 0 : t, results.get(carried + k));
      }
    }
    for (int k = 0; k < collected.size(); k++) {
      state.add(stacked(c, carried + k, collected.get(k), at(outAxes, k)));
    }
    return state;
  }
}
