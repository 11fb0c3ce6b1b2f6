package dev.hebb.onnx;

import dev.hebb.nn.Net;
import dev.hebb.nn.NoteFormat;
import dev.hebb.onnx.export.OnnxExport;
import dev.hebb.onnx.op.DataDependent;
import dev.hebb.onnx.op.Origin;
import dev.hebb.onnx.op.Plan;
import dev.hebb.onnx.op.Registry;
import dev.hebb.onnx.op.TensorData;
import dev.hebb.onnx.op.Value;
import dev.hebb.onnx.op.Walk;
import dev.hebb.onnx.proto.GraphProto;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.onnx.proto.TensorShapeProto;
import dev.hebb.onnx.proto.TypeProto;
import dev.hebb.onnx.proto.ValueInfoProto;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model from an ONNX file: it can be looked at, run for any inputs, and made a {@link Net}.
 *
 * <p>It is immutable and may be used by several threads.
 */
public final class OnnxModel {
  /** A dimension whose size the file leaves open. */
  public static final int OPEN = -1;

  /**
   * An input or output.
   *
   * @param name its name
   * @param type the element type
   * @param dims its dimensions, {@link #OPEN} where any size will do; null if the file does not
   *     tell
   */
  public record Port(String name, ElementType type, @Nullable List<Integer> dims) {
    @Override
    public String toString() {
      String shape =
          dims == null
              ? "[…]"
              : dims.stream()
                  .map(d -> d == OPEN ? "?" : d.toString())
                  .collect(Collectors.joining(", ", "[", "]"));
      return name + " " + type.label() + shape;
    }
  }

  /** A node: its name (may be empty), operator, domain, and the names that it reads and defines. */
  public record Node(
      String name, String operator, String domain, List<String> inputs, List<String> outputs) {}

  private final ModelProto proto;
  private final TensorData.Files files;
  private final Plan plan;
  private final List<Port> inputs;
  private final List<Port> outputs;
  private final Walk.Constants constants = new Walk.Constants();
  private final Map<List<ElementType>, Step> steps = new ConcurrentHashMap<>();
  private final Set<List<ElementType>> dataDependent = ConcurrentHashMap.newKeySet();

  private OnnxModel(ModelProto proto, TensorData.Files files, Plan plan) {
    this.proto = proto;
    this.files = files;
    this.plan = plan;
    GraphProto g = proto.getGraph();
    this.inputs =
        g.getInputList().stream()
            .filter(i -> !plan.constants().containsKey(i.getName()))
            .map(OnnxModel::port)
            .toList();
    this.outputs = g.getOutputList().stream().map(OnnxModel::port).toList();
  }

  static OnnxModel of(String name, ModelProto proto, TensorData.Files files) {
    if (!proto.hasGraph() || proto.getOpsetImportCount() == 0) {
      throw new OnnxException(name + " is not an ONNX model: it has no graph, or no operator sets");
    }
    Plan plan =
        Plan.of(
            proto.getGraph(),
            Registry.opsets(proto.getOpsetImportList()),
            proto.getFunctionsList());
    var model = new OnnxModel(proto, files, plan);
    model.checkPorts();
    return model;
  }

  private void checkPorts() {
    Set<String> problems = new TreeSet<>();
    List<Port> ports = new ArrayList<>(inputs);
    ports.addAll(outputs);
    for (Port p : ports) {
      if (!p.type.isSupported() && p.type != ElementType.UNDEFINED) {
        problems.add("%s has elements of type %s".formatted(p.name, p.type.label()));
      }
    }
    for (TensorProto t : plan.constants().values()) {
      ElementType type = ElementType.of(t.getDataType());
      if (!type.isSupported()) {
        problems.add("the tensor %s has elements of type %s".formatted(t.getName(), type.label()));
      }
    }
    if (!problems.isEmpty()) {
      throw new OnnxException("this model cannot be computed:\n  " + String.join("\n  ", problems));
    }
  }

  private static Port port(ValueInfoProto v) {
    TypeProto type = v.getType();
    if (!type.hasTensorType()) {
      if (type.getValueCase() == TypeProto.ValueCase.VALUE_NOT_SET) {
        return new Port(v.getName(), ElementType.UNDEFINED, null);
      }
      throw new OnnxException(
          "\"%s\" is a %s; only tensors are supported"
              .formatted(
                  v.getName(), type.getValueCase().name().toLowerCase(java.util.Locale.ROOT)));
    }
    TypeProto.Tensor t = type.getTensorType();
    ElementType element = ElementType.of(t.getElemType());
    if (!t.hasShape()) {
      return new Port(v.getName(), element, null);
    }
    List<Integer> dims = new ArrayList<>();
    for (TensorShapeProto.Dimension d : t.getShape().getDimList()) {
      long n = d.hasDimValue() ? d.getDimValue() : OPEN;
      if (n < OPEN || n > Integer.MAX_VALUE) {
        throw new OnnxException("\"%s\" has an impossible dimension %d".formatted(v.getName(), n));
      }
      dims.add((int) n);
    }
    return new Port(v.getName(), element, List.copyOf(dims));
  }

  // ---- what it is

  /** What it must be given; initialisers are not among them. */
  public List<Port> inputs() {
    return inputs;
  }

  /** What it computes. */
  public List<Port> outputs() {
    return outputs;
  }

  /** The nodes of the main graph, in their order. */
  public List<Node> nodes() {
    return proto.getGraph().getNodeList().stream()
        .map(n ->
            new Node(
                n.getName(),
                n.getOpType(),
                n.getDomain(),
                List.copyOf(n.getInputList()),
                List.copyOf(n.getOutputList())))
        .toList();
  }

  /** The tensors that lie in the file, by name; each is read when it is asked for. */
  public Map<String, Tensor> initialisers() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    plan.constants().forEach((name, t) -> all.put(name, TensorData.value(t, files).tensor()));
    return all;
  }

  /** Names and values that were written beside the graph. */
  public Map<String, String> metadata() {
    Map<String, String> all = new LinkedHashMap<>();
    proto.getMetadataPropsList().forEach(e -> all.put(e.getKey(), e.getValue()));
    return all;
  }

  /** The version of each domain's operators. */
  public Map<String, Integer> opsets() {
    return Registry.opsets(proto.getOpsetImportList());
  }

  /** Which program wrote the file. */
  public String producer() {
    return (proto.getProducerName() + " " + proto.getProducerVersion()).strip();
  }

  // ---- computing

  /**
   * Computes the outputs. The graph is compiled once for each combination of the inputs' shapes.
   * Where shapes follow from data it is computed piece by piece.
   *
   * @param given a tensor for each of {@link #inputs}; numbers of another type are converted
   * @return a tensor for each of {@link #outputs}
   * @throws OnnxException if an input is missing or does not fit
   */
  public Map<String, Tensor> run(Map<String, Tensor> given) {
    List<ElementType> types = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (String name : plan.inputs()) {
      Tensor t = given.get(name);
      if (t == null && plan.constants().containsKey(name)) {
        continue;
      }
      Port port = port(name);
      Tensor x = checked(port, t);
      names.add(name);
      types.add(port.type == ElementType.UNDEFINED ? ElementType.of(x.dtype()) : port.type);
      values.add(x);
    }
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new OnnxException("the model has no input \"%s\"; it has %s".formatted(name, inputs));
      }
    }
    Map<String, Tensor> out = new LinkedHashMap<>();
    List<Tensor> results = compute(names, types, values);
    for (int i = 0; i < results.size(); i++) {
      out.put(outputs.get(i).name, results.get(i));
    }
    return out;
  }

  private Port port(String name) {
    ValueInfoProto info =
        proto.getGraph().getInputList().stream()
            .filter(i -> i.getName().equals(name))
            .findFirst()
            .orElseThrow();
    return port(info);
  }

  private Tensor checked(Port port, @Nullable Tensor t) {
    if (t == null) {
      throw new OnnxException(
          "the input %s is missing; the model needs %s".formatted(port, inputs));
    }
    List<Integer> dims = port.dims;
    if (dims != null && dims.size() != t.rank()) {
      throw new OnnxException(
          "the input %s is given %s; it needs %d axes, not %d"
              .formatted(port, t.shape(), dims.size(), t.rank()));
    }
    for (int i = 0; dims != null && i < dims.size(); i++) {
      if (dims.get(i) != OPEN && dims.get(i) != t.dim(i)) {
        throw new OnnxException(
            "the input %s is given %s; axis %d must have %d elements, not %d"
                .formatted(port, t.shape(), i, dims.get(i), t.dim(i)));
      }
    }
    return port.type == ElementType.UNDEFINED ? t : t.cast(port.type.dtype());
  }

  private List<Tensor> compute(List<String> names, List<ElementType> types, List<Tensor> values) {
    List<ElementType> key = new ArrayList<>(types);
    if (!dataDependent.contains(key)) {
      try {
        Step step =
            steps.computeIfAbsent(
                key,
                _ ->
                    Step.of(
                        false, in -> walk(names, types, in).stream().map(Value::tensor).toList()));
        return step.runAll(values.toArray(Tensor[]::new));
      } catch (DataDependent e) {
        dataDependent.add(key);
      }
    }
    return walk(names, types, values).stream().map(v -> v.tensor().eval()).toList();
  }

  /** The outputs as tensor expressions of the inputs. */
  private List<Value> walk(List<String> names, List<ElementType> types, List<Tensor> values) {
    Map<String, Value> given = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      given.put(names.get(i), new Value(values.get(i), types.get(i), Origin.DATA));
    }
    return Walk.of(constants, files, null).run(plan, given);
  }

  // ---- as a network

  /**
   * The model as an ordinary network: it can be summarised, fine-tuned, given another head, and
   * saved. Its first input is the network's, its first output the result; further inputs are read
   * from {@link dev.hebb.nn.Side} under their names.
   *
   * <p>Floating-point tensors of the file are parameters, short ones in float32; single numbers and
   * the settings of operators are not, and running means and variances are state. Parts are named
   * after their weights ({@code conv1}) where these share a name, else after their first operator.
   *
   * @param example the dimensions of one example of the first input, without the batch axis; needed
   *     where the file leaves them open
   * @throws OnnxException if the examples cannot be told apart: the first axis of the output does
   *     not count them, or a shape follows from data
   */
  public Net net(int... example) {
    if (inputs.isEmpty()) {
      throw new OnnxException("a model without inputs is no network");
    }
    Map<String, Shape> examples = new LinkedHashMap<>();
    examples.put(inputs.getFirst().name, Parts.example(inputs.getFirst(), example));
    for (Port p : inputs.subList(1, inputs.size())) {
      boolean open = p.dims != null && p.dims.stream().skip(1).anyMatch(d -> d == OPEN);
      boolean alike = p.dims != null && p.dims.size() == example.length + 1;
      examples.put(p.name, Parts.example(p, open && alike ? example : new int[0]));
    }
    return net(outputs.getFirst().name, examples);
  }

  /**
   * The same with all choices.
   *
   * @param output which output is the network's
   * @param examples the shape of one example for each input; the first is the network's, the others
   *     are read from {@link dev.hebb.nn.Side}
   */
  public Net net(String output, Map<String, Shape> examples) {
    for (Port p : inputs) {
      if (!examples.containsKey(p.name)) {
        throw new OnnxException("no example for the input " + p);
      }
    }
    if (outputs.stream().noneMatch(o -> o.name.equals(output))) {
      throw new OnnxException("the model has no output \"" + output + "\"; it has " + outputs);
    }
    Net net = new Parts(this, output, new LinkedHashMap<>(examples)).net();
    notes().forEach(net::note);
    return net;
  }

  /** What Hebb wrote beside a network: labels, preprocessing. */
  private Map<String, Object> notes() {
    Map<String, Object> notes = new LinkedHashMap<>();
    ServiceLoader.load(NoteFormat.class)
        .findFirst()
        .ifPresent(format ->
            metadata()
                .forEach((key, json) -> {
                  if (key.startsWith(OnnxExport.NOTES)) {
                    String name = key.substring(OnnxExport.NOTES.length());
                    notes.put(name, format.read(name, json));
                  }
                }));
    return notes;
  }

  ModelProto proto() {
    return proto;
  }

  TensorData.Files files() {
    return files;
  }

  Plan plan() {
    return plan;
  }

  @Override
  public String toString() {
    return "OnnxModel %s → %s, %d nodes".formatted(inputs, outputs, plan.steps().size());
  }
}
