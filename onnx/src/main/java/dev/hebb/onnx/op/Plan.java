package dev.hebb.onnx.op;

import dev.hebb.onnx.OnnxException;
import dev.hebb.onnx.proto.AttributeProto;
import dev.hebb.onnx.proto.FunctionProto;
import dev.hebb.onnx.proto.GraphProto;
import dev.hebb.onnx.proto.NodeProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A graph made ready to be walked: its nodes in order, each with its operator.
 *
 * @param inputs the names of what it is given
 * @param steps the nodes, each after those that it reads from
 * @param outputs the names of what it gives
 * @param constants the tensors that lie in the file, by name
 */
public record Plan(
    List<String> inputs,
    List<Step> steps,
    List<String> outputs,
    Map<String, TensorProto> constants) {

  /**
   * A node.
   *
   * @param title how messages call it
   * @param node the node in the file
   * @param operator what it computes
   * @param attributes its attributes
   * @param graphs the graphs among its attributes, by name
   * @param version the version of its operator's set
   */
  public record Step(
      String title,
      NodeProto node,
      Operator operator,
      Attributes attributes,
      Map<String, Plan> graphs,
      int version) {
    /** The names that it reads; an empty one is left out. */
    public List<String> inputs() {
      return node.getInputList();
    }

    /** The names that it defines. */
    public List<String> outputs() {
      return node.getOutputList();
    }

    String input(int i) {
      return i < node.getInputCount() ? node.getInput(i) : "";
    }

    /** All names that it reads from outside, also those that its graphs read. */
    public Set<String> reads() {
      Set<String> names = new LinkedHashSet<>(inputs());
      graphs.values().forEach(g -> names.addAll(g.captured()));
      names.remove("");
      return names;
    }

    Plan graph(String name) {
      Plan g = graphs.get(name);
      if (g == null) {
        throw new OnnxException(title + ": the graph " + name + " is missing");
      }
      return g;
    }
  }

  /** The names that it reads from the graph around it. */
  Set<String> captured() {
    Set<String> own = new HashSet<>(inputs);
    own.addAll(constants.keySet());
    Set<String> free = new TreeSet<>();
    for (Step s : steps) {
      for (String name : s.reads()) {
        if (!own.contains(name)) {
          free.add(name);
        }
      }
      own.addAll(s.outputs());
    }
    for (String name : outputs) {
      if (!own.contains(name)) {
        free.add(name);
      }
    }
    return free;
  }

  /** What the nodes of a model are looked up in. */
  record Context(
      Map<String, Integer> opsets,
      Map<String, FunctionProto> functions,
      Set<String> problems,
      Set<String> open) {
    /** How deep graphs and functions may lie inside each other. */
    static final int MOST_NESTED = 64;
  }

  /**
   * The plan of a model's main graph.
   *
   * @param opsets the version of each domain's operators
   * @param functions the functions of the file
   * @throws OnnxException that lists everything that is not supported
   */
  public static Plan of(
      GraphProto graph, Map<String, Integer> opsets, List<FunctionProto> functions) {
    Map<String, FunctionProto> byName = new HashMap<>();
    for (FunctionProto f : functions) {
      byName.put(Registry.key(f.getDomain(), f.getName()) + f.getOverload(), f);
    }
    var context = new Context(opsets, byName, new TreeSet<>(), new HashSet<>());
    Plan plan = of(graph, context, Map.of(), 0);
    if (!context.problems.isEmpty()) {
      throw new OnnxException(
          "this model cannot be computed:\n  " + String.join("\n  ", context.problems));
    }
    plan.checkNames(new HashSet<>());
    return plan;
  }

  private static Plan of(
      GraphProto graph, Context context, Map<String, AttributeProto> outer, int depth) {
    List<String> constants = graph.getInitializerList().stream().map(TensorProto::getName).toList();
    Map<String, TensorProto> tensors = new LinkedHashMap<>();
    for (int i = 0; i < constants.size(); i++) {
      if (tensors.put(constants.get(i), graph.getInitializer(i)) != null) {
        throw new OnnxException("two initialisers are called \"" + constants.get(i) + "\"");
      }
    }
    graph
        .getSparseInitializerList()
        .forEach(s -> tensors.put(s.getValues().getName(), TensorData.dense(s)));
    return new Plan(
        graph.getInputList().stream().map(ValueInfoProto::getName).toList(),
        steps(graph.getNodeList(), context, outer, depth),
        graph.getOutputList().stream().map(ValueInfoProto::getName).toList(),
        tensors);
  }

  private static List<Step> steps(
      List<NodeProto> nodes, Context context, Map<String, AttributeProto> outer, int depth) {
    if (depth > Context.MOST_NESTED) {
      throw new OnnxException(
          "graphs and functions lie inside each other more than %d deep"
              .formatted(Context.MOST_NESTED));
    }
    List<Step> steps = new ArrayList<>();
    for (NodeProto n : nodes) {
      Step s = step(n, context, outer, depth);
      if (s != null) {
        steps.add(s);
      }
    }
    return List.copyOf(steps);
  }

  private static @Nullable Step step(
      NodeProto n, Context context, Map<String, AttributeProto> outer, int depth) {
    String title =
        n.getOpType()
            + (n.getName().isEmpty()
                ? n.getOutputCount() > 0 ? " → \"" + n.getOutput(0) + "\"" : ""
                : " \"" + n.getName() + "\"");
    Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    Map<String, Plan> graphs = new LinkedHashMap<>();
    for (AttributeProto a : n.getAttributeList()) {
      if (!a.getRefAttrName().isEmpty()) {
        AttributeProto given = outer.get(a.getRefAttrName());
        if (given == null) {
          continue;
        }
        a = given.toBuilder().setName(a.getName()).build();
      }
      attributes.put(a.getName(), a);
      if (a.hasG()) {
        graphs.put(a.getName(), of(a.getG(), context, outer, depth + 1));
      }
    }
    String key = Registry.key(n.getDomain(), n.getOpType());
    FunctionProto function = context.functions.get(key + n.getOverload());
    if (function != null) {
      return function(n, title, function, attributes, context, depth);
    }
    Integer version = context.opsets.get(Registry.domain(n.getDomain()));
    String problem = Registry.problem(n, version);
    if (problem != null) {
      context.problems.add(title + ": " + problem);
      return null;
    }
    return new Step(
        title,
        n,
        Registry.get(key),
        new Attributes(title, Map.copyOf(attributes)),
        Map.copyOf(graphs),
        version == null ? 1 : version);
  }

  /** A call of a function of the file: a graph with names of its own. */
  private static @Nullable Step function(
      NodeProto n,
      String title,
      FunctionProto f,
      Map<String, AttributeProto> attributes,
      Context context,
      int depth) {
    String key = Registry.key(f.getDomain(), f.getName()) + f.getOverload();
    if (!context.open.add(key)) {
      throw new OnnxException(title + ": the function calls itself");
    }
    Map<String, AttributeProto> given = new HashMap<>();
    f.getAttributeProtoList().forEach(a -> given.put(a.getName(), a));
    given.putAll(attributes);
    Map<String, Integer> opsets = new HashMap<>(context.opsets);
    opsets.putAll(Registry.opsets(f.getOpsetImportList()));
    var inner = new Context(opsets, context.functions, context.problems, context.open);
    var body =
        new Plan(
            f.getInputList(),
            steps(f.getNodeList(), inner, given, depth + 1),
            f.getOutputList(),
            Map.of());
    context.open.remove(key);
    return new Step(
        title,
        n,
        call -> call.walk().call(body, call),
        new Attributes(title, Map.copyOf(attributes)),
        Map.of(),
        1);
  }

  /** Checks that each name is defined once and before it is read; so there are no cycles. */
  private void checkNames(Set<String> around) {
    Set<String> known = new HashSet<>(around);
    known.addAll(inputs);
    known.addAll(constants.keySet());
    Set<String> later =
        steps.stream().flatMap(s -> s.outputs().stream()).collect(Collectors.toSet());
    for (Step s : steps) {
      for (String name : s.inputs()) {
        if (!name.isEmpty() && !known.contains(name)) {
          throw new OnnxException(
              later.contains(name)
                  ? "%s reads \"%s\", which is computed later or from itself; nodes must stand in the order of computation"
                      .formatted(s.title, name)
                  : "%s reads \"%s\", which nothing defines".formatted(s.title, name));
        }
      }
      s.graphs.values().forEach(g -> g.checkNames(known));
      for (String name : s.outputs()) {
        if (!name.isEmpty() && !known.add(name)) {
          throw new OnnxException("%s defines \"%s\" a second time".formatted(s.title, name));
        }
      }
    }
    for (String name : outputs) {
      if (!known.contains(name)) {
        throw new OnnxException("the output \"" + name + "\" is computed by no node");
      }
    }
  }
}
