package dev.hebb.nn;

import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Named;
import dev.hebb.nn.weights.WeightMapping;
import dev.hebb.nn.weights.WeightReport;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A network: a layer that was built for a shape of input, with its weights.
 *
 * <pre>{@code
 * var net = sequential(dense(8), tanh(), dense(1)).build(Shape.of(2), Seed.of(1));
 * }</pre>
 *
 * <p>{@link #forward} is a tensor expression. Inside a train step dropout drops and batch norm uses
 * the batch; everywhere else the network evaluates. {@link #predict} answers single questions from
 * any number of threads.
 */
public final class Net {
  /**
   * A layer in its place.
   *
   * @param path the name of the place and the prefix of its variables' names: {@code 0.conv2d}
   * @param layer what it is
   * @param in the shape of one example that goes in
   * @param out the shape of one example that comes out
   * @param inner how many of the parts that follow in {@link Net#parts} lie inside this one
   * @param flops floating-point operations of its own matrix products and convolutions for one
   *     example
   */
  public record Part(String path, Layer layer, Shape in, Shape out, int inner, long flops) {}

  private final Chain layer;
  private final Shape in;
  private final Shape one;
  private final Seed seed;
  private final Assembly assembly;
  private final Block block;
  private final Map<String, Object> notes = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Set<String> frozen = ConcurrentHashMap.newKeySet();
  private final Step evaluation = evaluation(List.of());
  private final Map<List<String>, Step> evaluations = new ConcurrentHashMap<>();

  private Net(Chain layer, Shape in, Assembly assembly) {
    this.layer = layer;
    this.in = in;
    this.one = in.prepend(1);
    this.seed = assembly.seed();
    this.assembly = assembly;
    this.block = layer.build(in, root(assembly));
  }

  /**
   * Builds a network.
   *
   * @param layer one layer, or a chain of them
   * @param in the shape of one example, without the batch axis; float64 makes a float64 network
   * @param seed the origin of the initial weights and of the dropout masks
   */
  public static Net of(Layer layer, Shape in, Seed seed) {
    return new Net(chain(layer), in, new Assembly(seed, in));
  }

  /**
   * The same with zeros in place of initial weights, which is quicker: for whoever {@link #assign
   * assigns} others, as a file's reader does. The seed is still that of dropout masks.
   */
  public static Net blank(Layer layer, Shape in, Seed seed) {
    return new Net(chain(layer), in, Assembly.blank(seed, in));
  }

  /** A layer as the root of a network, which is always a chain. */
  static Chain chain(Layer layer) {
    return layer instanceof Chain chain ? chain : new Chain(List.of(layer));
  }

  static Params root(Assembly assembly) {
    return new Params(assembly, "", "net", "");
  }

  // ---- computing

  /**
   * What the network makes of a batch.
   *
   * @param x [n, in…]
   * @return [n, out…]
   * @throws ShapeError if the examples do not have the shape that the network was built for
   */
  public Tensor forward(Tensor x) {
    Tensor batch = checked(x);
    return Side.scope(() -> block.apply(batch));
  }

  /**
   * The same with what layers read besides the batch: masks, lengths, an encoder's output.
   *
   * @param side values by name, each with the batch as its first axis
   */
  public Tensor forward(Tensor x, Side side) {
    return side.run(() -> forward(x));
  }

  /**
   * The same with other tensors in place of {@link #params}, so that the network is a function of
   * its weights: for gradient checks and derivatives of higher order.
   *
   * @param weights one for each of {@link #params}, in that order and of the same shapes
   */
  public Tensor forward(Tensor x, List<Tensor> weights) {
    List<Variable> params = params();
    if (weights.size() != params.size()) {
      throw new ShapeError(
          "forward: the network has %d parameters, got %d tensors"
              .formatted(params.size(), weights.size()));
    }
    Map<String, Tensor> given = new HashMap<>();
    for (Assembly.Declared d : assembly.declared()) {
      given.put(d.name(), assembly.variable(d).tensor());
    }
    for (int i = 0; i < weights.size(); i++) {
      given.put(params.get(i).name(), weights.get(i));
    }
    Block other = layer.build(in, root(new Assembly(assembly, given)));
    Tensor batch = checked(x);
    return Side.scope(() -> other.apply(batch));
  }

  /**
   * What every part of the network computes for a batch, by path, in the order of computation; the
   * last entry is the network's output. Some layers also show inner values: the gates of recurrent
   * layers are called {@code 0.lstm.forget}, the weights of attention {@code
   * 0.multiHeadAttention.weights}.
   */
  public Map<String, Tensor> activations(Tensor x) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    ScopedValue.where(Assembly.TAP, found).run(() -> forward(x));
    return found;
  }

  private Tensor checked(Tensor x) {
    if (x.rank() == 0 || !x.shape().drop(1).sameDims(in)) {
      throw new ShapeError(
          "net takes %s with a batch axis in front, got %s%s"
              .formatted(
                  in,
                  x.shape(),
                  x.size() == in.size() && x.size() > 0
                      ? "; for one example use x.reshape(" + dims(in.prepend(1)) + ")"
                      : x.rank() > 0 && x.shape().drop(1).size() == in.size()
                          ? "; use x.reshape(" + dims(in.prepend(x.dim(0))) + ")"
                          : "; it was built for another shape of examples"));
    }
    return x;
  }

  private static String dims(Shape s) {
    return s.as(DType.FLOAT32).toString().replaceAll("[\\[\\]]", "");
  }

  /**
   * The network's output for one example, in evaluation mode. Thread-safe; compiled at the first
   * call.
   *
   * @param row the example's numbers, row-major
   */
  public float[] predict(float[] row) {
    return predict(new float[][] {row})[0];
  }

  /** The network's output for several examples at once. */
  public float[][] predict(float[][] rows) {
    int size = in.size();
    float[] flat = new float[rows.length * size];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != size) {
        throw new ShapeError(
            "predict: an example has %d numbers %s, row %d has %d"
                .formatted(size, in, i, rows[i].length));
      }
      System.arraycopy(rows[i], 0, flat, i * size, size);
    }
    Shape batch = in.prepend(rows.length);
    float[] y = predict(Tensor.of(flat, batch.as(DType.FLOAT32)).cast(in.dtype())).toFloats();
    float[][] out = new float[rows.length][out().size()];
    for (int i = 0; i < out.length; i++) {
      System.arraycopy(y, i * out[i].length, out[i], 0, out[i].length);
    }
    return out;
  }

  /**
   * The network's output for one or more examples, into an array. For one example, in steady state,
   * this allocates nothing. Thread-safe.
   *
   * @param rows the examples' numbers one after the other, row-major
   * @param into takes the outputs one after the other
   * @throws ShapeError if an array has the wrong length, or the network does not compute in float32
   */
  public void predict(float[] rows, float[] into) {
    int n = rows.length == one.size() ? 1 : in.size() == 0 ? 0 : rows.length / in.size();
    evaluation.run(rows, n == 1 ? one : in.prepend(n), into);
  }

  /** The network's output for a batch, in evaluation mode, compiled once for each batch size. */
  public Tensor predict(Tensor x) {
    return evaluation.run(checked(x));
  }

  /** The same with what layers read besides the batch. */
  public Tensor predict(Tensor x, Side side) {
    List<String> names = side.values().keySet().stream().sorted().toList();
    Step step = evaluations.computeIfAbsent(names, this::evaluation);
    Tensor[] inputs = new Tensor[names.size() + 1];
    inputs[0] = checked(x);
    for (int i = 0; i < names.size(); i++) {
      inputs[i + 1] = side.values().get(names.get(i));
    }
    return step.run(inputs);
  }

  private Step evaluation(List<String> names) {
    return Step.of(
        false,
        inputs -> {
          Side side = new Side(Map.of());
          for (int i = 0; i < names.size(); i++) {
            side = side.and(names.get(i), inputs.get(i + 1));
          }
          return List.of(forward(inputs.getFirst(), side));
        });
  }

  // ---- what it is made of

  /** The shape of one example that goes in. */
  public Shape in() {
    return in;
  }

  /** The shape of one example that comes out. */
  public Shape out() {
    return block.out();
  }

  /** The description that this network was built from; always a chain. */
  public Chain layer() {
    return layer;
  }

  /** The seed that this network was built with. */
  public Seed seed() {
    return seed;
  }

  /** The layers in their places, each followed by the parts inside it. */
  public List<Part> parts() {
    return assembly.parts();
  }

  /** What training changes: the parameters that are not frozen, in the order of declaration. */
  public List<Variable> params() {
    return select(d -> d.trained() && !assembly.isFrozen(d.name()));
  }

  /** What layers change by themselves: running means and variances. */
  public List<Variable> state() {
    return select(d -> !d.trained());
  }

  /** All parameters, also frozen ones, and all state, each with a name of its own. */
  public List<Variable> variables() {
    return select(d -> true);
  }

  private List<Variable> select(Predicate<Assembly.Declared> which) {
    return assembly.declared().stream().filter(which).map(assembly::variable).toList();
  }

  /** The variable with this name. */
  public Variable variable(String name) {
    return variables().stream()
        .filter(v -> v.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new HebbException(
                "the network has no variable \"%s\"; it has %s"
                    .formatted(name, variables().stream().map(Variable::name).toList())));
  }

  /**
   * Sets all variables, as a file's reader does.
   *
   * @param values a tensor for the name of each of {@link #variables}
   * @throws HebbException if one is missing, too many, or of another shape; then nothing is changed
   */
  public void assign(Map<String, Tensor> values) {
    List<Variable> variables = variables();
    Set<String> unknown = new HashSet<>(values.keySet());
    for (Variable v : variables) {
      Tensor t = values.get(v.name());
      if (t == null || !t.shape().equals(v.shape())) {
        throw new HebbException(
            "weights do not belong to this network: %s should be %s, but is %s"
                .formatted(v.name(), v.shape(), t == null ? "missing" : t.shape()));
      }
      unknown.remove(v.name());
    }
    if (!unknown.isEmpty()) {
      throw new HebbException("weights do not belong to this network: it has no " + unknown);
    }
    variables.forEach(v -> v.set(java.util.Objects.requireNonNull(values.get(v.name()))));
  }

  /**
   * Sets variables from what another program trained.
   *
   * @param weights its tensors by their names there
   * @param mapping whose weights these are, and which of them go where
   * @return what went where
   * @throws HebbException with the report, if something is missing, too many or of another shape;
   *     then nothing is changed, unless the mapping is partial
   */
  public WeightReport load(Map<String, Tensor> weights, WeightMapping mapping) {
    return mapping.load(this, weights);
  }

  /** Which part reads which. */
  public NetGraph graph() {
    return NetGraph.of(this);
  }

  /** Layers, shapes, parameters, memory and work. */
  public Summary summary() {
    return Summary.of(assembly, in, block);
  }

  /**
   * A part as a network of its own, with a copy of its weights: a decoder without its encoder, a
   * block whose gradient is to be looked at alone.
   *
   * @param path the part's place, as {@link #parts} has it
   * @throws HebbException if there is no such part
   */
  public Net part(String path) {
    Part part =
        parts().stream()
            .filter(p -> p.path().equals(path))
            .findFirst()
            .orElseThrow(() -> noPart("part", path));
    Net net = blank(part.layer(), part.in(), seed);
    String root = part.layer() instanceof Chain ? "" : Assembly.segment(0, part.layer());
    for (Variable v : net.variables()) {
      v.set(
          variable(Params.join(path, v.name().substring(root.length()).replaceFirst("^\\.", "")))
              .value());
    }
    return net;
  }

  private HebbException noPart(String what, String path) {
    return new HebbException(
        "%s: the network has no part \"%s\"; it has %s"
            .formatted(what, path, parts().stream().map(Part::path).toList()));
  }

  /**
   * Measures the running statistics (those of batch norm) anew for the weights as they are: each
   * becomes the mean over these batches, the network computing as in training. Needed where weights
   * were set and not learnt, such as averages of weights.
   *
   * @param batches inputs [n, in…]
   * @return this network
   */
  public Net calibrate(Iterable<Tensor> batches) {
    if (state().isEmpty()) {
      return this;
    }
    Variable seen = Variable.of("seen", Tensor.of(new long[] {0}, Shape.of()));
    Step step =
        Step.of(
            true,
            in -> {
              Tensor n = seen.tensor().add(1);
              Tensor share = n.cast(DType.FLOAT64).reciprocal();
              ScopedValue.where(Statistics.SHARE, share).run(() -> forward(in.getFirst()));
              seen.set(n);
              return List.of(share);
            });
    batches.forEach(step::run);
    return this;
  }

  // ---- transfer

  /**
   * Leaves a part out of training: {@link #params} no longer has its parameters, and inside a train
   * step it computes as in evaluation, so that its running statistics stay as well. Steps that were
   * recorded before do not notice.
   *
   * @param path a part or a parameter: {@code "body"}, {@code "0.conv2d"}, {@code "0.conv2d.w"}
   * @return this network
   * @throws HebbException if there is nothing of that name
   */
  public Net freeze(String path) {
    boolean exists =
        variables().stream().anyMatch(v -> Assembly.inside(v.name(), path))
            || parts().stream().anyMatch(p -> Assembly.inside(p.path(), path));
    if (!exists) {
      throw noPart("freeze", path);
    }
    frozen.add(path);
    assembly.freeze(frozen);
    return this;
  }

  /** Makes all parts trainable again; returns this network. */
  public Net unfreeze() {
    frozen.clear();
    assembly.freeze(frozen);
    return this;
  }

  /** The paths that {@link #freeze} was told. */
  public List<String> frozen() {
    return frozen.stream().sorted().toList();
  }

  /**
   * A new network with the same body and a new head with initial weights. The head is the last
   * layer that has parameters and whatever follows it; in the result the parts are called {@code
   * body} and {@code head}. The body's weights are copied.
   *
   * @throws HebbException if no layer has parameters
   */
  public Net replaceHead(Layer head) {
    List<Layer> layers = layer.layers();
    int at = headStart();
    List<Layer> kept = layers.subList(0, at);
    boolean again =
        kept.size() == 1 && kept.getFirst() instanceof Named named && named.name().equals("body");
    Layer body = again ? kept.getFirst() : new Chain(kept).named("body");
    Net net = of(new Chain(List.of(body, head.named("head"))), in, seed);
    Map<String, Variable> old = new HashMap<>();
    variables().forEach(v -> old.put(again ? v.name() : "body." + v.name(), v));
    for (Variable v : net.variables()) {
      Variable from = old.get(v.name());
      if (from != null && Assembly.inside(v.name(), "body")) {
        v.set(from.value());
      }
    }
    net.notes.putAll(notes);
    return net;
  }

  private int headStart() {
    List<Layer> layers = layer.layers();
    for (int i = layers.size() - 1; i >= 0; i--) {
      String segment = Assembly.segment(i, layers.get(i));
      if (assembly.declared().stream()
          .anyMatch(d -> d.trained() && Assembly.inside(d.name(), segment))) {
        return i;
      }
    }
    throw new HebbException("replaceHead: no layer of " + layer + " has parameters");
  }

  // ---- what travels with it

  /** Attaches something to the network that is saved with it: preprocessing, labels, a licence. */
  public Net note(String key, Object value) {
    notes.put(key, value);
    return this;
  }

  /** The note with this key, or null. */
  public @Nullable Object note(String key) {
    return notes.get(key);
  }

  /** All notes. */
  public Map<String, Object> notes() {
    synchronized (notes) {
      return Collections.unmodifiableMap(new LinkedHashMap<>(notes));
    }
  }

  /** Writes the network to a file, in the format that its name asks for. */
  public void save(Path file) {
    format(file).save(this, file);
  }

  /**
   * Reads a network from a file.
   *
   * @param own the layer classes in it that are not Hebb's own
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // only copied
  public static Net load(Path file, Class<? extends Layer>... own) {
    return format(file).load(file, List.of(own));
  }

  private static NetFormat format(Path file) {
    List<NetFormat> formats = new ArrayList<>();
    ServiceLoader.load(NetFormat.class).forEach(formats::add);
    return formats.stream()
        .filter(f -> f.handles(file))
        .findFirst()
        .orElseThrow(() ->
            new HebbException(
                formats.isEmpty()
                    ? "networks cannot be saved or loaded: no file format is present; add"
                        + " hebb-train"
                    : "no file format goes by the name of "
                        + file
                        + "; use a name ending in .hebb, or with hebb-onnx in .onnx"));
  }

  @Override
  public String toString() {
    return layer + " from " + in + " to " + out();
  }
}
