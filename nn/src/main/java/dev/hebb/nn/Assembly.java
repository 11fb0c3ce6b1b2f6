package dev.hebb.nn;

import dev.hebb.nn.layer.Activate;
import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Checkpointed;
import dev.hebb.nn.layer.Named;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A network while it is put together, and what was declared and built for it. */
final class Assembly {
  /** The batch that a new part is tried with; no computation happens. */
  static final int TRIAL_BATCH = 2;

  /** Where {@link Net#activations} collects what each part computes. */
  static final ScopedValue<Map<String, Tensor>> TAP = ScopedValue.newInstance();

  /**
   * What a layer declared.
   *
   * @param name the name of the variable
   * @param owner the path of the part
   * @param trained whether gradients change it
   */
  record Declared(String name, Shape shape, String owner, boolean trained) {}

  private final Seed seed;
  private final DType dtype;
  private final Weights weights;
  private final Map<String, Declared> declared = new LinkedHashMap<>();
  private final Map<String, Variable> variables = new HashMap<>();
  private final List<Net.Part> parts = new ArrayList<>();
  private final @Nullable Map<String, Tensor> given;
  private volatile Set<String> frozen = Set.of();

  /** What becomes of a parameter that is declared. */
  private enum Weights {
    /** A variable with initial values. */
    DRAWN,
    /** A variable of zeros. */
    ZERO,
    /** No variable. */
    NONE
  }

  private Assembly(Seed seed, Shape in, Weights weights) {
    this.seed = seed;
    this.dtype = in.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    this.weights = weights;
    this.given = null;
  }

  /** A network for inputs of a shape, with initial weights. */
  Assembly(Seed seed, Shape in) {
    this(seed, in, Weights.DRAWN);
  }

  /** A network without weights: its shapes, counts and work are known, but nothing is drawn. */
  static Assembly outline(Shape in) {
    return new Assembly(Seed.of(0), in, Weights.NONE);
  }

  /** A network for inputs of a shape, with zeros for weights. */
  static Assembly blank(Seed seed, Shape in) {
    return new Assembly(seed, in, Weights.ZERO);
  }

  /** The same network with tensors in place of its parameters; running statistics are shared. */
  Assembly(Assembly net, Map<String, Tensor> given) {
    this.seed = net.seed;
    this.dtype = net.dtype;
    this.weights = net.weights;
    this.declared.putAll(net.declared);
    this.variables.putAll(net.variables);
    this.given = given;
    this.frozen = net.frozen;
  }

  Seed seed() {
    return seed;
  }

  DType dtype() {
    return dtype;
  }

  List<Declared> declared() {
    return List.copyOf(declared.values());
  }

  /** What a part declared itself, without what parts inside it did. */
  List<Declared> declaredBy(Net.Part part) {
    return declared.values().stream().filter(d -> d.owner().equals(part.path())).toList();
  }

  Variable variable(Declared d) {
    return Objects.requireNonNull(variables.get(d.name));
  }

  List<Net.Part> parts() {
    return List.copyOf(parts);
  }

  void freeze(Set<String> paths) {
    frozen = Set.copyOf(paths);
  }

  boolean isFrozen(String path) {
    return frozen.stream().anyMatch(f -> inside(path, f));
  }

  /** Whether a path is a part or lies in it: {@code body.0.w} in {@code body}. */
  static boolean inside(String path, String part) {
    return path.startsWith(part)
        && (path.length() == part.length() || path.charAt(part.length()) == '.');
  }

  Tensor param(String owner, String name, Shape shape, Init init) {
    if (given != null) {
      Tensor t = given.get(name);
      if (t == null || !t.shape().sameDims(shape)) {
        throw new ShapeError(
            "parameter %s has shape %s, not %s"
                .formatted(name, shape, t == null ? "absent" : t.shape()));
      }
      return t;
    }
    Declared d = declare(new Declared(name, shape, owner, true));
    return switch (weights) {
      case DRAWN -> keep(d, Variable.of(name, init.draw(shape, seed.split(name)))).tensor();
      case ZERO -> keep(d, Variable.zeros(name, shape)).tensor();
      case NONE -> Tensor.full(shape, 0);
    };
  }

  Variable state(String owner, String name, Tensor initial) {
    return given != null && declared.containsKey(name)
        ? Objects.requireNonNull(variables.get(name))
        : keep(
            declare(new Declared(name, initial.shape(), owner, false)), Variable.of(name, initial));
  }

  private Declared declare(Declared d) {
    if (declared.putIfAbsent(d.name, d) != null) {
      throw new HebbException(
          ("the name \"%s\" is taken twice; give the layers of one chain, and the"
                  + " parameters of one layer, different names")
              .formatted(d.name));
    }
    return d;
  }

  private Variable keep(Declared d, Variable v) {
    variables.put(d.name, v);
    return v;
  }

  /** Builds a part at its place, tries it, and notes it down. */
  Block build(Params p, Layer layer, Shape in) {
    if (given != null) { // the network was tried when its variables were declared
      Block block = layer.build(in, p);
      return Block.of(block.out(), input -> run(p.path(), block, input));
    }
    int at = parts.size();
    Net.Part open = new Net.Part(p.path(), layer, in, in, 0, 0);
    parts.add(open);
    Block block;
    Tensor x = Tensor.full(in.prepend(TRIAL_BATCH), 0);
    Tensor y;
    try {
      block = layer.build(in, p);
      Block built = block;
      // A rehearsal: weights that were read would have to be copied at their first update.
      y = Step.rehearse(() -> Mode.evaluation(() -> Side.trial(() -> built.apply(x))));
    } catch (ShapeError e) {
      throw located(e, p, layer, in);
    }
    Shape out = y.shape().drop(1);
    if (y.rank() == 0 || y.dim(0) != TRIAL_BATCH || !out.sameDims(block.out())) {
      throw new ShapeError(
          ("%s at %s declares examples of shape %s, but turns a batch %s into %s; correct"
                  + " the shape given to Block.of")
              .formatted(layer, p.place(), block.out(), x.shape(), y.shape()));
    }
    long flops = Flops.of(y) / TRIAL_BATCH;
    long inner = parts.subList(at + 1, parts.size()).stream().mapToLong(Net.Part::flops).sum();
    parts.set(at, new Net.Part(p.path(), layer, in, out, parts.size() - at - 1, flops - inner));
    return Block.of(out, input -> run(p.path(), block, input));
  }

  private Tensor run(String path, Block block, Tensor x) {
    Tensor y = isFrozen(path) ? Mode.evaluation(() -> block.apply(x)) : block.apply(x);
    if (TAP.isBound()) {
      TAP.get().put(path, y);
    }
    return y;
  }

  /** Adds the place to an error that does not name one yet. */
  private static ShapeError located(ShapeError e, Params p, Layer layer, Shape in) {
    String message = String.valueOf(e.getMessage());
    if (message.contains(" at net")) {
      return e;
    }
    var located =
        new ShapeError(
            "%s at %s cannot take examples of shape %s: %s"
                .formatted(layer, p.place(), in, message));
    located.initCause(e);
    return located;
  }

  /** The part of a path that names a layer among its siblings. */
  static String segment(int index, Layer layer) {
    return switch (layer) {
      case Named named -> named.name();
      case Activated activated -> segment(index, activated.layer());
      case Checkpointed checkpointed -> segment(index, checkpointed.layer());
      case Chain _ -> Integer.toString(index);
      case Activate activate -> index + "." + activate.activation().title();
      default -> {
        String kind = layer.getClass().getSimpleName().replaceAll("[^A-Za-z0-9_]", "");
        yield index + "." + (kind.isEmpty() ? "layer" : lowerFirst(kind));
      }
    };
  }

  private static String lowerFirst(String s) {
    return s.substring(0, 1).toLowerCase(Locale.ROOT) + s.substring(1);
  }
}
