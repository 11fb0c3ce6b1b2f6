package dev.hebb.onnx;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.layer.Chain;
import dev.hebb.onnx.op.Origin;
import dev.hebb.onnx.op.Plan;
import dev.hebb.onnx.op.TensorData;
import dev.hebb.onnx.op.Value;
import dev.hebb.onnx.op.Walk;
import dev.hebb.onnx.proto.GraphProto;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.onnx.proto.TypeProto;
import dev.hebb.onnx.proto.ValueInfoProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model cut into a chain of layers.
 *
 * <p>It is cut wherever all that the rest needs is one value with the examples on its first axis,
 * besides constants and what follows from side inputs: the latter is computed again in each part. A
 * weight that several parts would need keeps them together.
 */
final class Parts {
  /** Two batch sizes tell which dimensions count the examples. */
  private static final int[] BATCHES = {2, 3};

  /** Inputs of operators that are numbers of the operator, not weights of the network. */
  private static final Map<String, Set<Integer>> SETTINGS =
      Map.of(
          "Clip", Set.of(1, 2),
          "Pad", Set.of(2),
          "Pow", Set.of(1),
          "Resize", Set.of(1, 2),
          "Upsample", Set.of(1),
          "QuantizeLinear", Set.of(1),
          "DequantizeLinear", Set.of(0, 1),
          "Range", Set.of(0, 1, 2),
          "OneHot", Set.of(2));

  private static final Map<String, Set<Integer>> MEASURED =
      Map.of("BatchNormalization", Set.of(3, 4));

  private enum Role {
    WEIGHT,
    MEASURED,
    SETTING
  }

  private final OnnxModel model;
  private final String input;
  private final String output;
  private final Map<String, Shape> examples;

  /** The shape of one example of the main input. */
  private final Shape example;

  private final Plan plan;
  private final Map<String, Role> roles;

  /** The values of all names for each of the batch sizes. */
  private final List<Map<String, Value>> seen = new ArrayList<>();

  /** Names whose values follow from the main input. */
  private final Set<String> main = new HashSet<>();

  Parts(OnnxModel model, String output, Map<String, Shape> examples) {
    this.model = model;
    Map.Entry<String, Shape> first = examples.entrySet().iterator().next();
    this.input = first.getKey();
    this.example = first.getValue();
    this.output = output;
    this.examples = examples;
    this.plan = model.plan();
    this.roles = roles(plan);
    main.add(input);
    for (Plan.Step s : plan.steps()) {
      if (s.reads().stream().anyMatch(main::contains)) {
        main.addAll(s.outputs());
      }
    }
    main.remove("");
    for (int batch : BATCHES) {
      seen.add(Step.rehearse(() -> rehearsal(batch)));
    }
    if (!countsExamples(output)) {
      throw new OnnxException(
          "the output \"%s\" is %s for %d examples and %s for %d; in a network the first axis counts them"
              .formatted(
                  output,
                  shape(seen.get(0), output),
                  BATCHES[0],
                  shape(seen.get(1), output),
                  BATCHES[1]));
    }
  }

  private static Map<String, Role> roles(Plan plan) {
    Map<String, Role> roles = new HashMap<>();
    for (Map.Entry<String, TensorProto> e : plan.constants().entrySet()) {
      ElementType type = ElementType.of(e.getValue().getDataType());
      boolean weight = type.isFloating() && type.bits() >= 16 && e.getValue().getDimsCount() > 0;
      roles.put(e.getKey(), weight ? Role.WEIGHT : Role.SETTING);
    }
    for (Plan.Step s : plan.steps()) {
      String op = s.node().getOpType();
      for (int i = 0; i < s.inputs().size(); i++) {
        if (roles.get(s.inputs().get(i)) == Role.WEIGHT) {
          if (SETTINGS.getOrDefault(op, Set.of()).contains(i) || op.startsWith("QLinear")) {
            roles.put(s.inputs().get(i), Role.SETTING);
          } else if (MEASURED.getOrDefault(op, Set.of()).contains(i)) {
            roles.put(s.inputs().get(i), Role.MEASURED);
          }
        }
      }
    }
    return roles;
  }

  Net net() {
    List<Integer> ends = cuts();
    List<Segment> segments = new ArrayList<>();
    int from = 0;
    String in = input;
    for (int end : ends) {
      String out = end == plan.steps().size() ? output : live(end).iterator().next();
      segments.add(segment(from, end, in, out));
      in = out;
      from = end;
    }
    Set<String> taken = new HashSet<>();
    List<Layer> layers = new ArrayList<>();
    Map<String, String> initialisers = new LinkedHashMap<>();
    for (Segment s : segments) {
      String name = s.name(taken, layers.size());
      layers.add(s.layer.named(name));
      for (OnnxPart.Weight w : s.layer.parameters()) {
        initialisers.put(name + "." + w.name(), w.initialiser());
      }
      for (OnnxPart.Weight w : s.layer.state()) {
        initialisers.put(name + "." + w.name(), w.initialiser());
      }
    }
    Net net = Net.of(new Chain(layers), example, Seed.of(0));
    net.variables()
        .forEach(v -> {
          TensorProto t = constant(String.valueOf(initialisers.get(v.name())));
          v.set(TensorData.value(t, model.files()).tensor().cast(v.shape().dtype()));
        });
    return net;
  }

  /** A float64 example makes a float64 network. */
  static ElementType floats(Shape shape) {
    return shape.dtype() == DType.FLOAT64 ? ElementType.DOUBLE : ElementType.FLOAT;
  }

  // ---- where to cut

  /** The names that steps from one on, or the output, read of what was computed before. */
  private Set<String> live(int at) {
    Set<String> before = new HashSet<>();
    before.add(input);
    plan.steps().subList(0, at).forEach(s -> before.addAll(s.outputs()));
    Set<String> read = new LinkedHashSet<>();
    plan.steps().subList(at, plan.steps().size()).forEach(s -> read.addAll(s.reads()));
    read.add(output);
    read.retainAll(before);
    read.retainAll(main);
    return read;
  }

  private List<Integer> cuts() {
    Map<String, Integer> lastUse = new HashMap<>();
    Map<String, Integer> firstUse = new HashMap<>();
    List<Plan.Step> steps = plan.steps();
    for (int i = 0; i < steps.size(); i++) {
      for (String name : steps.get(i).reads()) {
        firstUse.putIfAbsent(name, i);
        lastUse.put(name, i);
      }
    }
    Set<String> weights =
        roles.keySet().stream()
            .filter(n -> roles.get(n) != Role.SETTING)
            .collect(Collectors.toSet());
    List<Integer> ends = new ArrayList<>();
    for (int at = 1; at < steps.size(); at++) {
      int end = at;
      Set<String> live = live(at);
      boolean one =
          live.size() == 1 && !live.contains(input) && countsExamples(live.iterator().next());
      boolean split =
          weights.stream()
              .anyMatch(
                  w -> firstUse.getOrDefault(w, end) < end && lastUse.getOrDefault(w, -1) >= end);
      // A step that does not follow from the input belongs to those that need it.
      boolean useful = steps.get(at - 1).outputs().stream().anyMatch(main::contains);
      if (one && !split && useful) {
        ends.add(at);
      }
    }
    ends.add(steps.size());
    return ends;
  }

  private Map<String, Value> rehearsal(int batch) {
    Map<String, Value> given = new HashMap<>();
    examples.forEach((name, shape) ->
        given.put(
            name,
            new Value(
                Tensor.full(shape.prepend(batch), 0), ElementType.of(shape.dtype()), Origin.DATA)));
    Walk walk = Walk.of(new Walk.Constants(), model.files(), floats(example));
    walk.run(plan, given);
    return walk.values();
  }

  private boolean countsExamples(String name) {
    Shape a = shape(seen.get(0), name);
    Shape b = shape(seen.get(1), name);
    return a.rank() > 0
        && a.rank() == b.rank()
        && a.dim(0) == BATCHES[0]
        && b.dim(0) == BATCHES[1]
        && a.drop(1).equals(b.drop(1));
  }

  private static Shape shape(Map<String, Value> seen, String name) {
    Value v = seen.get(name);
    return v == null ? Shape.of() : v.tensor().shape();
  }

  // ---- parts

  /** A layer and the names that it may be called by. */
  private record Segment(OnnxPart layer, List<String> initialisers, String operator) {
    /** By what its weights have in common, as PyTorch names modules; else by its operator. */
    String name(Set<String> taken, int index) {
      String prefix =
          initialisers.isEmpty() ? "" : common(initialisers).replaceAll("[^A-Za-z0-9_-]", "_");
      String plain = operator.toLowerCase(Locale.ROOT) + "_" + index;
      String name = prefix.matches("[A-Za-z].*") && taken.add(prefix) ? prefix : plain;
      taken.add(name);
      return name;
    }
  }

  /** The part of names up to the last dot that they share; all of a single name without a dot. */
  private static String common(List<String> names) {
    String prefix = names.getFirst();
    int dot = prefix.lastIndexOf('.');
    prefix = dot < 0 ? "" : prefix.substring(0, dot);
    for (String name : names) {
      while (!prefix.isEmpty() && !name.startsWith(prefix + ".")) {
        dot = prefix.lastIndexOf('.');
        prefix = dot < 0 ? "" : prefix.substring(0, dot);
      }
    }
    return prefix;
  }

  private Segment segment(int from, int end, String in, String out) {
    List<Plan.Step> own = needed(from, end, out);
    GraphProto.Builder graph = GraphProto.newBuilder().setName("part");
    Set<String> read = new LinkedHashSet<>();
    own.forEach(s -> {
      graph.addNode(s.node());
      read.addAll(s.reads());
    });
    ElementType type = elementOf(in);
    graph.addInput(port(in, type)).addOutput(ValueInfoProto.newBuilder().setName(out));
    List<String> weights = new ArrayList<>();
    List<String> measured = new ArrayList<>();
    List<OnnxPart.Weight> side = new ArrayList<>();
    for (String name : read) {
      if (roles.containsKey(name)) {
        switch (roles.get(name)) {
          case WEIGHT -> weights.add(name);
          case MEASURED -> measured.add(name);
          case SETTING -> graph.addInitializer(inside(constant(name)));
        }
      } else if (examples.containsKey(name) && !name.equals(in)) {
        side.add(new OnnxPart.Weight(name, name, examples.get(name)));
        graph.addInput(port(name, ElementType.of(examples.get(name).dtype())));
      }
    }
    for (String name : weights) {
      graph.addInput(port(name, ElementType.FLOAT));
    }
    measured.forEach(name -> graph.addInput(port(name, ElementType.FLOAT)));
    ModelProto part =
        ModelProto.newBuilder()
            .addAllOpsetImport(model.proto().getOpsetImportList())
            .addAllFunctions(model.proto().getFunctionsList())
            .setGraph(graph)
            .build();
    List<String> all = new ArrayList<>(weights);
    all.addAll(measured);
    String prefix = common(all.isEmpty() ? List.of("") : all);
    String kinds =
        own.stream()
            .map(s -> s.node().getOpType())
            .filter(
                op -> own.size() <= 8 || Set.of("MatMul", "Gemm", "Conv", "Attention").contains(op))
            .collect(Collectors.joining(", "));
    var layer =
        new OnnxPart(
            kinds.isEmpty() ? own.size() + " operators" : kinds,
            Base64.getEncoder().encodeToString(part.toByteArray()),
            weights.stream().map(n -> weight(n, prefix)).toList(),
            measured.stream().map(n -> weight(n, prefix)).toList(),
            side,
            shape(seen.getFirst(), out).drop(1));
    String first =
        own.stream()
            .map(s -> s.node().getOpType())
            .filter(op -> !op.equals("Constant"))
            .findFirst()
            .orElse("Identity");
    return new Segment(layer, all, first);
  }

  private OnnxPart.Weight weight(String name, String prefix) {
    String rest = prefix.isEmpty() ? name : name.substring(prefix.length() + 1);
    List<Long> dims = constant(name).getDimsList();
    int[] d = dims.stream().mapToInt(Long::intValue).toArray();
    return new OnnxPart.Weight(name, rest, Shape.of(d));
  }

  /** The steps of a part, and those that it needs of what does not follow from the input. */
  private List<Plan.Step> needed(int from, int end, String out) {
    Set<String> wanted = new HashSet<>(Set.of(out));
    List<Plan.Step> kept = new ArrayList<>();
    for (int i = end - 1; i >= 0; i--) {
      Plan.Step s = plan.steps().get(i);
      boolean follows = s.outputs().stream().anyMatch(main::contains);
      if (s.outputs().stream().anyMatch(wanted::contains) && (i >= from || !follows)) {
        kept.addFirst(s);
        wanted.addAll(s.reads());
      }
    }
    return kept;
  }

  private static ValueInfoProto port(String name, ElementType type) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.number())))
        .build();
  }

  private ElementType elementOf(String name) {
    if (name.equals(input)) {
      return ElementType.of(example.dtype());
    }
    Value v = seen.getFirst().get(name);
    return v == null ? ElementType.FLOAT : v.type();
  }

  private TensorProto constant(String name) {
    return Objects.requireNonNull(plan.constants().get(name), name);
  }

  /** A tensor with its data inside of the file. */
  private TensorProto inside(TensorProto t) {
    if (t.getDataLocation() != TensorProto.DataLocation.EXTERNAL) {
      return t;
    }
    return TensorData.inside(t, model.files());
  }

  /** The dimensions of an example for an input: open ones as they are given. */
  static Shape example(OnnxModel.Port port, int... given) {
    List<Integer> dims = port.dims();
    if (dims == null) {
      return Shape.of(port.type().dtype(), given);
    }
    int[] own = dims.stream().skip(1).mapToInt(Integer::intValue).toArray();
    if (given.length > 0) {
      boolean fits = given.length == own.length;
      for (int i = 0; fits && i < own.length; i++) {
        fits = own[i] == OnnxModel.OPEN || own[i] == given[i];
      }
      if (!fits) {
        throw new OnnxException(
            "an example of %s is not %s; the batch axis is left out"
                .formatted(port, Arrays.toString(given)));
      }
      return Shape.of(port.type().dtype(), given);
    }
    if (Arrays.stream(own).anyMatch(d -> d == OnnxModel.OPEN)) {
      throw new OnnxException(
          port
              + " has open dimensions; say how large an example is: net(…), without the batch axis");
    }
    return Shape.of(port.type().dtype(), own);
  }
}
