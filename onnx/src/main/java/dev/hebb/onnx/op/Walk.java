package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.onnx.OnnxException;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The computation of a graph for some inputs: each node's operator is applied to the values of its
 * inputs, which makes one tensor expression of the graph. What follows from constants or shapes is
 * evaluated on the way, so that it can decide shapes.
 */
public final class Walk {
  private record Key(Plan.Step step, String name) {
    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Key k && k.step == step && k.name.equals(name);
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(step) * 31 + name.hashCode();
    }
  }

  /** What follows from a model's constants, kept for all walks through it. */
  public static final class Constants {
    private final Map<String, Value> read = new ConcurrentHashMap<>();
    private final Map<Key, List<Value>> nodes = new ConcurrentHashMap<>();
    private final Map<Key, Tensor> parts = new ConcurrentHashMap<>();
  }

  private final Constants constants;
  private final TensorData.Files files;
  private final @Nullable ElementType floats;
  private final Map<String, Value> names = new HashMap<>();
  private final @Nullable Walk around;
  private final boolean shared;

  /** A function's inputs, which its caller may leave out. */
  private final java.util.Set<String> absent = new java.util.HashSet<>();

  private Walk(
      Constants constants,
      TensorData.Files files,
      @Nullable ElementType floats,
      @Nullable Walk around,
      boolean shared) {
    this.constants = constants;
    this.files = files;
    this.floats = floats;
    this.around = around;
    this.shared = shared;
  }

  /**
   * A walk.
   *
   * @param floats what all floats are computed in that the file has in float32 or less, as for
   *     fine-tuning; null to round to the types that the file asks for
   */
  public static Walk of(Constants constants, TensorData.Files files, @Nullable ElementType floats) {
    return new Walk(constants, files, floats, null, true);
  }

  /** Computes a graph. */
  public List<Value> run(Plan plan, Map<String, Value> given) {
    names.putAll(given);
    plan.constants()
        .forEach((name, t) -> {
          if (!names.containsKey(name) || around != null) {
            names.put(name, constant(t));
          }
        });
    return outputs(plan);
  }

  /** The values that were computed, by name. */
  public Map<String, Value> values() {
    return Map.copyOf(names);
  }

  private Value constant(dev.hebb.onnx.proto.TensorProto t) {
    return shared && around == null
        ? widened(constants.read.computeIfAbsent(t.getName(), _ -> TensorData.value(t, files)))
        : widened(TensorData.value(t, files));
  }

  /** Value of a constant in a node. */
  Value read(dev.hebb.onnx.proto.TensorProto t) {
    return widened(TensorData.value(t, files));
  }

  private List<Value> outputs(Plan plan) {
    for (Plan.Step s : plan.steps()) {
      List<Value> results = compute(s);
      for (int i = 0; i < s.outputs().size(); i++) {
        String name = s.outputs().get(i);
        if (!name.isEmpty()) {
          if (i >= results.size()) {
            throw new OnnxException(s.title() + ": output " + i + " is not supported");
          }
          names.put(name, widened(results.get(i)));
        }
      }
    }
    return plan.outputs().stream().map(this::get).toList();
  }

  private Value widened(Value v) {
    boolean narrow =
        v.type() == ElementType.FLOAT16
            || v.type() == ElementType.BFLOAT16
            || v.type() == ElementType.FLOAT;
    return floats == null || !narrow
        ? v
        : new Value(v.tensor().cast(floats.dtype()), floats, v.origin());
  }

  /** A value that a node names without reading it. */
  Value value(Call c, String name) {
    Value v = find(name);
    if (v == null) {
      throw c.error("\"" + name + "\" has no value");
    }
    return v;
  }

  private Value get(String name) {
    Value v = find(name);
    if (v == null) {
      throw new OnnxException("\"" + name + "\" has no value; it is an input that was not given");
    }
    return v;
  }

  private @Nullable Value find(String name) {
    Value v = names.get(name);
    return v != null ? v : around == null ? null : around.find(name);
  }

  private boolean isAbsent(String name) {
    return find(name) == null && (absent.contains(name) || around != null && around.isAbsent(name));
  }

  private List<Value> compute(Plan.Step s) {
    List<@Nullable Value> in = new ArrayList<>();
    for (String name : s.inputs()) {
      in.add(name.isEmpty() || isAbsent(name) ? null : get(name));
    }
    Origin origin = Registry.isRandom(s) ? Origin.DATA : Origin.CONSTANT;
    for (String name : s.reads()) {
      origin = isAbsent(name) ? origin : origin.and(get(name).origin());
    }
    if (origin == Origin.CONSTANT && shared) {
      List<Value> known = constants.nodes.get(new Key(s, ""));
      if (known == null) {
        known = apply(s, in, origin);
        constants.nodes.put(new Key(s, ""), known);
      }
      return known;
    }
    return apply(s, in, origin);
  }

  private List<Value> apply(Plan.Step s, List<@Nullable Value> in, Origin origin) {
    try {
      List<Value> results = new ArrayList<>();
      for (Value v : s.operator().apply(new Call(s, in, this))) {
        // Shape and Size know their result whatever they are given.
        Origin own =
            origin == Origin.DATA && v.origin() == Origin.SHAPE
                ? Origin.SHAPE
                : v.origin().and(origin);
        if (own != Origin.DATA) {
          v.tensor().eval();
        }
        results.add(v.from(own));
      }
      return results;
    } catch (ShapeError | ArithmeticException e) {
      throw new OnnxException(s.title() + ": " + e.getMessage(), e);
    } catch (HebbException e) {
      if (e instanceof OnnxException) {
        throw e;
      }
      throw new OnnxException(s.title() + ": " + e.getMessage(), e);
    }
  }

  /** Something computed once for a model, if this walk's nodes are met with the same constants. */
  Tensor once(Plan.Step step, String name, Supplier<Tensor> f) {
    if (!shared) {
      return f.get();
    }
    Tensor known = constants.parts.get(new Key(step, name));
    if (known == null) {
      known = f.get();
      constants.parts.put(new Key(step, name), known);
    }
    return known;
  }

  /** A known tensor as a variable, one for all walks through a model. */
  Tensor frozen(Plan.Step step, String name, Tensor t) {
    return shared
        ? once(step, name + ", frozen", () -> Variable.of(step.title() + ", " + name, t).tensor())
        : t;
  }

  // ---- graphs inside

  /** Computes a graph that sees the names around it. */
  List<Value> inner(Plan plan, List<Value> given) {
    var walk = new Walk(constants, files, floats, this, false);
    return walk.run(plan, bind(plan, given));
  }

  /** Computes a function, which sees only what it is given. */
  List<Value> call(Plan body, Call call) {
    var walk = new Walk(constants, files, floats, null, false);
    Map<String, Value> given = new HashMap<>();
    for (int i = 0; i < body.inputs().size(); i++) {
      Value v = call.find(i);
      if (v != null) {
        given.put(body.inputs().get(i), v);
      }
    }
    walk.absent.addAll(body.inputs());
    return walk.run(body, given);
  }

  private static Map<String, Value> bind(Plan plan, List<Value> given) {
    Map<String, Value> names = new HashMap<>();
    if (given.size() > plan.inputs().size()) {
      throw new OnnxException(
          "a graph inside a node takes %d values, not %d"
              .formatted(plan.inputs().size(), given.size()));
    }
    for (int i = 0; i < given.size(); i++) {
      names.put(plan.inputs().get(i), given.get(i));
    }
    return names;
  }
}
