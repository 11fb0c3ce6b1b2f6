package dev.hebb.onnx;

import static dev.hebb.onnx.OperatorCase.attribute;

import dev.hebb.onnx.export.Ort;
import dev.hebb.onnx.proto.AttributeProto;
import dev.hebb.onnx.proto.FunctionProto;
import dev.hebb.onnx.proto.GraphProto;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.NodeProto;
import dev.hebb.onnx.proto.OperatorSetIdProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.onnx.proto.ValueInfoProto;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs inside nodes, and functions of a file, beside ONNX Runtime. */
class ControlFlowTest {
  private static final String OWN = "own";

  // ---- models in few words

  /** A node as {@code y = Op(a, b) name=value}; outputs and inputs stand between commas. */
  private static NodeProto node(String text, AttributeProto... more) {
    int equals = text.indexOf(" = ");
    int open = text.indexOf('(');
    int close = text.indexOf(')');
    String op = text.substring(equals + 3, open);
    var n = NodeProto.newBuilder().setOpType(op.replace(OWN + ".", ""));
    n.setDomain(op.startsWith(OWN + ".") ? OWN : "");
    n.addAllOutput(names(text.substring(0, equals)));
    n.addAllInput(names(text.substring(open + 1, close)));
    for (String a : text.substring(close + 1).strip().split(" ")) {
      if (!a.isEmpty()) {
        String[] sides = a.split("=", 2);
        n.addAttribute(attribute(sides[0], sides[1]));
      }
    }
    return n.addAllAttribute(List.of(more)).build();
  }

  private static List<String> names(String text) {
    return text.isBlank() ? List.of() : Arrays.stream(text.split(",")).map(String::strip).toList();
  }

  /** A graph; ports are {@code name:type} or {@code name:type:2x3}. */
  private static GraphProto graph(String inputs, String outputs, NodeProto... nodes) {
    var g = GraphProto.newBuilder().setName("g");
    names(inputs).forEach(p -> g.addInput(port(p)));
    names(outputs).forEach(p -> g.addOutput(port(p)));
    return g.addAllNode(List.of(nodes)).build();
  }

  private static ValueInfoProto port(String text) {
    String[] parts = text.split(":", -1);
    int[] dims =
        parts.length == 2
            ? null
            : Arrays.stream(parts[2].split("x"))
                .filter(d -> !d.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    return OperatorCase.port(parts[0], OperatorCase.type(parts[1]), dims);
  }

  private static AttributeProto graph(String name, GraphProto g) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(g)
        .build();
  }

  private static GraphProto with(GraphProto g, String name, float... values) {
    var t = TensorProto.newBuilder().setName(name).setDataType(ElementType.FLOAT.number());
    if (values.length > 1) {
      t.addDims(values.length);
    }
    for (float v : values) {
      t.addFloatData(v);
    }
    return g.toBuilder().addInitializer(t).build();
  }

  private static ModelProto.Builder model(int opset, GraphProto g) {
    return ModelProto.newBuilder()
        .setIrVersion(10)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(g);
  }

  private static void check(ModelProto.Builder model, Tensor... inputs) {
    byte[] bytes = model.build().toByteArray();
    Map<String, Tensor> given = new LinkedHashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      given.put(model.getGraph().getInput(i).getName(), inputs[i]);
    }
    List<Tensor> got = List.copyOf(Onnx.read(ByteBuffer.wrap(bytes)).run(given).values());
    try (Ort judge = Ort.unfused(bytes)) {
      OperatorsBesideOrtTest.assertClose(got, judge.runAll(given));
    }
  }

  private static Tensor truth(boolean b) {
    return Tensor.of(new boolean[] {b}, Shape.of());
  }

  private static Tensor count(long n) {
    return Tensor.of(new long[] {n}, Shape.of(DType.INT64));
  }

  private static Tensor x(int... dims) {
    int n = Shape.of(dims).size();
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = (i * 37 % 23 - 11) / 8f;
    }
    return Tensor.of(v, Shape.of(dims));
  }

  // ---- If

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ifOfEqualShapesWithOuterValues(boolean yes) {
    GraphProto a = graph("", "p:float", node("p = Add(x, h)"));
    GraphProto b = with(graph("", "q:float", node("q = Mul(h, two)")), "two", 2f);
    check(
        model(
            13,
            graph(
                "if:bool:, x:float",
                "y:float",
                node("h = Neg(x)"),
                node("y = If(if)", graph("then_branch", a), graph("else_branch", b)))),
        truth(yes),
        x(2, 3));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ifOfTwoShapesAndTwoResults(boolean yes) {
    GraphProto a = graph("", "p:float, r:int64", node("p = Identity(x)"), node("r = Shape(x)"));
    GraphProto b =
        graph("", "q:float, s:int64", node("q = Flatten(x) axis=0"), node("s = Shape(q) start=1"));
    check(
        model(
            15,
            graph(
                "if:bool:, x:float",
                "y:float, z:int64",
                node("y, z = If(if)", graph("then_branch", a), graph("else_branch", b)))),
        truth(yes),
        x(2, 3));
  }

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void ifInIf(boolean outer, boolean inner) {
    GraphProto deep = graph("", "p:float", node("p = Add(x, h)"));
    GraphProto other = graph("", "p2:float", node("p2 = Sub(x, h)"));
    GraphProto a =
        graph(
            "",
            "k:float",
            node("h = Exp(x)"),
            node("k = If(ifInner)", graph("then_branch", deep), graph("else_branch", other)));
    GraphProto b = graph("", "q:float", node("q = Abs(x)"));
    check(
        model(
            13,
            graph(
                "if:bool:, ifInner:bool:, x:float",
                "y:float",
                node("y = If(if)", graph("then_branch", a), graph("else_branch", b)))),
        truth(outer),
        truth(inner),
        x(4));
  }

  // ---- Loop

  @ParameterizedTest
  @CsvSource({"0,true", "1,true", "4,true", "4,false", "9,true"})
  void loopCarriesCollectsAndStops(long trips, boolean start) {
    // s ← s + x·i while its sum is below 20; what was and its double are collected.
    GraphProto body =
        with(
            graph(
                "tripI:int64:, goIn:bool:, s:float",
                "goOn:bool:, next:float, s2:float, f:float",
                node("f = Cast(tripI) to=1"),
                node("xf = Mul(x, f)"),
                node("next = Add(s, xf)"),
                node("s2 = Add(next, next)"),
                node("sum = ReduceSum(next) keepdims=0"),
                node("goOn = Less(sum, limit)")),
            "limit",
            20f);
    check(
        model(
            13,
            graph(
                "trip:int64:, go:bool:, x:float",
                "y:float, all:float, is:float",
                node("y, all, is = Loop(trip, go, x)", graph("body", body)))),
        count(trips),
        truth(start),
        Tensor.of(new float[] {1, 2, 0.5f}, Shape.of(3)));
  }

  @Test
  void loopOfNoStepGivesTheShapesThatTheBodyNames() {
    GraphProto body =
        graph(
            "tripI:int64:, goIn:bool:, s:float:2x3",
            "goOn:bool:, next:float:2x3, i:int64:, b:bool:2x3",
            node("goOn = Identity(goIn)"),
            node("next = Neg(s)"),
            node("i = Identity(tripI)"),
            node("b = Greater(s, next)"));
    check(
        model(
            13,
            graph(
                "trip:int64:, go:bool:, x:float",
                "y:float, is:int64, bs:bool",
                node("y, is, bs = Loop(trip, go, x)", graph("body", body)))),
        count(0),
        truth(true),
        x(2, 3));
  }

  @Test
  void loopWithoutTripCountEndsByItsCondition() {
    GraphProto body =
        with(
            graph(
                "tripI:int64:, goIn:bool:, s:float",
                "goOn:bool:, next:float",
                node("next = Add(s, one)"),
                node("m = ReduceMax(next) keepdims=0"),
                node("goOn = Less(m, limit)")),
            "one",
            1f);
    body = with(body, "limit", 5f);
    check(
        model(
            13,
            graph("go:bool:, x:float", "y:float", node("y = Loop(, go, x)", graph("body", body)))),
        truth(true),
        x(3));
  }

  @Test
  void loopOfATripCountAlone() {
    GraphProto body =
        graph(
            "tripI:int64:, goIn:bool:, a:float, b:float",
            "goOn:bool:, b2:float, c:float",
            node("goOn = Identity(goIn)"),
            node("b2 = Identity(b)"),
            node("c = Add(a, b)"));
    check(
        model(
            11,
            graph(
                "trip:int64:, x:float, z:float",
                "p:float, q:float",
                node("p, q = Loop(trip, , x, z)", graph("body", body)))),
        count(6),
        x(2),
        Tensor.of(new float[] {1, 1}, Shape.of(2)));
  }

  @Test
  void loopWhoseValueGrows() {
    GraphProto body =
        graph(
            "tripI:int64:, goIn:bool:, s:float",
            "goOn:bool:, next:float",
            node("goOn = Identity(goIn)"),
            node("next = Concat(s, x) axis=0"));
    check(
        model(
            13,
            graph(
                "trip:int64:, go:bool:, x:float",
                "y:float",
                node("y = Loop(trip, go, x)", graph("body", body)))),
        count(3),
        truth(true),
        x(2));
  }

  @Test
  void ifInLoopAndLoopInLoop() {
    GraphProto inner =
        graph(
            "tripK:int64:, goK:bool:, v:float",
            "goOnK:bool:, w:float",
            node("goOnK = Identity(goK)"),
            node("w = Add(v, s)"));
    GraphProto a = graph("", "p:float", node("p = Loop(trip, go, s)", graph("body", inner)));
    GraphProto b = graph("", "q:float", node("q = Neg(s)"));
    GraphProto body =
        graph(
            "tripI:int64:, goIn:bool:, s:float",
            "goOn:bool:, next:float, r:float",
            node("goOn = Identity(goIn)"),
            node("even = Cast(tripI) to=9"),
            node("next = If(even)", graph("then_branch", a), graph("else_branch", b)),
            node("r = ReduceSum(next) keepdims=1"));
    check(
        model(
            13,
            graph(
                "trip:int64:, go:bool:, x:float",
                "y:float, all:float",
                node("y, all = Loop(trip, go, x)", graph("body", body)))),
        count(3),
        truth(true),
        x(2));
  }

  // ---- Scan

  private static GraphProto cumulative() {
    return graph(
        "s:float:3, a:float:3, b:float:3",
        "next:float:3, out:float:3, twice:float:3",
        node("ab = Mul(a, b)"),
        node("next = Add(s, ab)"),
        node("out = Identity(next)"),
        node("twice = Add(a, outer)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "num_scan_inputs=2",
        "num_scan_inputs=2 scan_input_directions=[1,0]",
        "num_scan_inputs=2 scan_input_directions=[1,1] scan_output_directions=[0,1]",
        "num_scan_inputs=2 scan_output_directions=[1,0] scan_output_axes=[1,0]",
        "num_scan_inputs=2 scan_output_axes=[-1,1]"
      })
  void scanOfTwoInputs(String attributes) {
    check(
        model(
            13,
            graph(
                "s:float, a:float, b:float, outer:float",
                "y:float, out:float, twice:float",
                node("y, out, twice = Scan(s, a, b) " + attributes, graph("body", cumulative())))),
        x(3),
        x(4, 3),
        x(4, 3),
        x(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scan_input_axes=[1,0]", "scan_input_axes=[-1,-2]"})
  void scanAlongOtherAxes(String axes) {
    check(
        model(
            11,
            graph(
                "s:float, a:float, b:float, outer:float",
                "y:float, out:float, twice:float",
                node(
                    "y, out, twice = Scan(s, a, b) num_scan_inputs=2 " + axes,
                    graph("body", cumulative())))),
        x(3),
        x(3, 4),
        x(4, 3),
        x(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"num_scan_inputs=1", "num_scan_inputs=1 directions=[1]"})
  void scanOfABatchAsOpset8HasIt(String attributes) {
    GraphProto body =
        graph(
            "s:float:3, a:float:3",
            "next:float:3, out:float:3",
            node("next = Add(s, a)"),
            node("out = Mul(next, next)"));
    check(
        model(
            8,
            graph(
                "s:float, a:float",
                "y:float, out:float",
                node("y, out = Scan(, s, a) " + attributes, graph("body", body)))),
        x(2, 3),
        x(2, 4, 3));
  }

  // ---- functions

  private static AttributeProto reference(
      String name, String to, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setRefAttrName(to).setType(type).build();
  }

  private static FunctionProto.Builder function(String name, String inputs, String outputs) {
    return FunctionProto.newBuilder()
        .setDomain(OWN)
        .setName(name)
        .addAllInput(names(inputs))
        .addAllOutput(names(outputs))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17));
  }

  @Test
  void functionsWithAttributesDefaultsAndMissingInputs() {
    var leaky =
        function("Leaky", "x", "y")
            .addAttribute("slope")
            .addNode(
                node(
                    "y = LeakyRelu(x)",
                    reference("alpha", "slope", AttributeProto.AttributeType.FLOAT)));
    var limited =
        function("Limited", "x, low, high", "y")
            .addAttributeProto(attribute("to", "0.25"))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(OWN).setVersion(1))
            .addNode(node("h = Clip(x, low, high)"))
            .addNode(
                node(
                    "y = " + OWN + ".Leaky(h)",
                    reference("slope", "to", AttributeProto.AttributeType.FLOAT)));
    check(
        model(
                17,
                graph(
                    "x:float, top:float",
                    "a:float, b:float, c:float",
                    node("high = ReduceMax(top) keepdims=0"),
                    node("a = " + OWN + ".Leaky(x) slope=0.5"),
                    node("b = " + OWN + ".Limited(a, , high)"),
                    node("c = " + OWN + ".Limited(x, , high) to=0.75")))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(OWN).setVersion(1))
            .addFunctions(leaky)
            .addFunctions(limited),
        x(2, 4),
        Tensor.of(new float[] {0.5f}, Shape.of(1)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFunctionWithAnIfInside(boolean yes) {
    GraphProto a = graph("", "p:float", node("p = Add(x, x)"));
    GraphProto b = graph("", "q:float", node("q = Neg(x)"));
    check(
        model(
                17,
                graph(
                    "if:bool:, x0:float",
                    "z:float",
                    node("h = Abs(x0)"),
                    node("z = " + OWN + ".Choose(if, h)")))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(OWN).setVersion(1))
            .addFunctions(
                function("Choose", "c, x", "y")
                    .addNode(node("y = If(c)", graph("then_branch", a), graph("else_branch", b)))),
        truth(yes),
        x(3));
  }
}
