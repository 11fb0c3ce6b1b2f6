package dev.hebb.conformance;

import static dev.hebb.nn.Layers.attention;
import static dev.hebb.nn.Layers.decoderBlock;
import static dev.hebb.nn.Layers.encoderBlock;
import static dev.hebb.nn.Layers.gru;
import static dev.hebb.nn.Layers.lstm;
import static dev.hebb.nn.Layers.rnn;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.Side;
import dev.hebb.nn.layer.Gru;
import dev.hebb.nn.layer.Lstm;
import dev.hebb.nn.layer.MultiHeadAttention;
import dev.hebb.nn.layer.Rnn;
import dev.hebb.nn.layer.TransformerBlock;
import dev.hebb.op.Activation;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recurrent layers, attention and transformer blocks beside PyTorch's. */
class SequencesTest {
  private static final int UNITS = 4;
  private static final int HEADS = 3;
  private static final int HIDDEN = 9;
  private static final String STATE = "state";

  // ---- recurrent layers

  static Stream<String> recurrent() {
    return Fixture.names("recurrent").stream();
  }

  private static Layer layer(String name, boolean last) {
    boolean deep = name.contains("two_layers");
    boolean both = name.contains("bidirectional");
    int n = deep ? 2 : 1;
    String start = name.endsWith("-state") ? STATE : "";
    if (name.startsWith("lstm")) {
      Lstm l = lstm(UNITS).layers(n).startFrom(start);
      Lstm d = both ? l.bidirectional() : l;
      return last ? d.last() : d;
    } else if (name.startsWith("gru")) {
      Gru l = gru(UNITS).layers(n).startFrom(start);
      Gru d = both ? l.bidirectional() : l;
      return last ? d.last() : d;
    }
    Rnn l = rnn(UNITS).layers(n).startFrom(start);
    Rnn f = name.startsWith("rnn_relu") ? l.activation(Activation.RELU) : l;
    Rnn d = both ? f.bidirectional() : f;
    return last ? d.last() : d;
  }

  /** PyTorch's parameters in Hebb's layout, layer by layer and direction by direction. */
  private static List<Tensor> weights(String name, Proof.Inputs x) {
    List<Tensor> all = new ArrayList<>();
    for (int layer = 0; layer < (name.contains("two_layers") ? 2 : 1); layer++) {
      for (String way : name.contains("bidirectional") ? List.of("", "_r") : List.of("")) {
        String end = "_l" + layer + way;
        all.add(x.get("w_ih" + end).transpose());
        all.add(x.get("w_hh" + end).transpose());
        Tensor in = x.get("b_ih" + end);
        Tensor state = x.get("b_hh" + end);
        if (name.startsWith("gru")) {
          Tensor gates = in.narrow(0, 0, 2 * UNITS).add(state.narrow(0, 0, 2 * UNITS));
          all.add(gates.concat(0, in.narrow(0, 2 * UNITS, UNITS)));
          all.add(state.narrow(0, 2 * UNITS, UNITS));
        } else {
          all.add(in.add(state));
        }
      }
    }
    return all;
  }

  private static Net net(String name, DType type, boolean last) {
    Tensor input = Fixture.of("recurrent/" + name).get("input");
    return layer(name, last).build(input.shape().drop(1).as(type), Seed.of(1));
  }

  private static Tensor forward(Net net, String name, Proof.Inputs x) {
    List<Tensor> weights = weights(name, x);
    Supplier<Tensor> run = () -> net.forward(x.get("input"), weights);
    if (name.contains("lengths")) {
      return Side.lengths(x.get("lengths")).run(run);
    }
    return name.endsWith("-state") ? states(name, x).run(run) : run.get();
  }

  /** PyTorch has the batch in the middle. */
  private static Side states(String name, Proof.Inputs x) {
    Side h = Side.of(STATE, x.get("h0").permute(1, 0, 2));
    return name.startsWith("lstm") ? h.and(STATE + ".cell", x.get("c0").permute(1, 0, 2)) : h;
  }

  @ParameterizedTest
  @MethodSource("recurrent")
  void recurrentOutputs(String name) {
    Fixture fixture = Fixture.of("recurrent/" + name);
    for (DType type : List.of(DType.FLOAT64, DType.FLOAT32)) {
      Map<String, Tensor> inputs = new java.util.HashMap<>();
      fixture
          .tensors()
          .forEach((key, t) -> inputs.put(key, t.dtype().isFloating() ? t.cast(type) : t));
      Tensor y = forward(net(name, type, false), name, new Proof.Inputs(type, inputs));
      double tolerance = type == DType.FLOAT64 ? 1e-10 : 2e-5;
      Proof.close(name + " " + type.label(), y, fixture.get("output"), tolerance);
    }
  }

  /** Where all that PyTorch differentiates is the output and the last h of one layer. */
  static Stream<String> differentiated() {
    return recurrent().filter(name -> !name.contains("two_layers"));
  }

  @ParameterizedTest
  @MethodSource("differentiated")
  void recurrentGradients(String name) {
    int ways = name.contains("bidirectional") ? 2 : 1;
    Proof.of("recurrent/" + name)
        .functions(type ->
            x -> {
              Tensor h = forward(net(name, x.type(), true), name, x);
              return Map.of(
                  "output", forward(net(name, x.type(), false), name, x),
                  "output_h", h.reshape(h.dim(0), ways, UNITS).permute(1, 0, 2));
            });
  }

  // ---- attention

  /** Projections of queries, keys and values, then of the result. */
  private static List<Tensor> projections(Proof.Inputs x, String in, String out) {
    Tensor w = x.get(in + "weight");
    Tensor b = x.get(in + "bias");
    int units = w.dim(1);
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(w.narrow(0, i * units, units).transpose());
      all.add(b.narrow(0, i * units, units));
    }
    all.add(x.get(out + "weight").transpose());
    all.add(x.get(out + "bias"));
    return all;
  }

  private static List<Tensor> rest(Proof.Inputs x, boolean decoder, String dot) {
    List<Tensor> all = new ArrayList<>();
    for (String part : List.of("linear1", "linear2")) {
      all.add(x.get(part + dot + "weight").transpose());
      all.add(x.get(part + dot + "bias"));
    }
    for (int i = 1; i <= (decoder ? 3 : 2); i++) {
      all.add(x.get("norm" + i + dot + "weight"));
      all.add(x.get("norm" + i + dot + "bias"));
    }
    return all;
  }

  private static TransformerBlock block(String name) {
    TransformerBlock b =
        name.startsWith("decoder") ? decoderBlock(HEADS, HIDDEN) : encoderBlock(HEADS, HIDDEN);
    b = b.attention(name.endsWith("causal") ? attention(HEADS).causal() : attention(HEADS));
    b = name.contains("gelu") ? b.activation(Activation.GELU) : b;
    return name.contains("prenorm") ? b.preNorm() : b;
  }

  private static Tensor forward(
      TransformerBlock block, Tensor input, Proof.Inputs x, Tensor memory, List<Tensor> weights) {
    Net net = block.build(input.shape().drop(1).as(x.type()), Seed.of(1));
    return block.decoder()
        ? Side.of(Side.MEMORY, memory).run(() -> net.forward(input, weights))
        : net.forward(input, weights);
  }

  static Stream<String> preNorm() {
    return Fixture.names("attention").stream().filter(name -> name.contains("-layer-prenorm"));
  }

  @ParameterizedTest
  @MethodSource("preNorm")
  void blocksWithTheNormsInFront(String name) {
    TransformerBlock block = block(name);
    Proof.of("attention/" + name)
        .function(x -> {
          List<Tensor> w = new ArrayList<>();
          if (block.decoder()) {
            w.addAll(projections(x, "self_in_proj_", "self_out_proj_"));
            w.addAll(projections(x, "cross_in_proj_", "cross_out_proj_"));
          } else {
            w.addAll(projections(x, "in_proj_", "out_proj_"));
          }
          w.addAll(rest(x, block.decoder(), "_"));
          Tensor memory = block.decoder() ? x.get("memory") : x.get("input");
          return forward(block, x.get("input"), x, memory, w);
        });
  }

  static Stream<String> modules() {
    return Fixture.names("modules").stream().filter(name -> name.contains("-layer-"));
  }

  /** PyTorch's modules take [steps, n, units]. */
  @ParameterizedTest
  @MethodSource("modules")
  void blocksWithTheNormsBehind(String name) {
    TransformerBlock block = block(name);
    Proof.of("modules/" + name)
        .function(x -> {
          List<Tensor> w =
              new ArrayList<>(projections(x, "self_attn.in_proj_", "self_attn.out_proj."));
          if (block.decoder()) {
            w.addAll(projections(x, "multihead_attn.in_proj_", "multihead_attn.out_proj."));
          }
          w.addAll(rest(x, block.decoder(), "."));
          Tensor memory = x.get(block.decoder() ? "memory" : "input").permute(1, 0, 2);
          Tensor input = x.get("input").permute(1, 0, 2);
          return forward(block, input, x, memory, w).permute(1, 0, 2);
        });
  }

  static Stream<String> multihead() {
    return Fixture.names("modules").stream().filter(name -> name.startsWith("multihead-"));
  }

  @ParameterizedTest
  @MethodSource("multihead")
  void attentionOfManyHeads(String name) {
    Proof.of("modules/" + name)
        .function(x -> {
          Tensor query = x.get("query").permute(1, 0, 2);
          Net net = heads(name).build(query.shape().drop(1).as(x.type()), Seed.of(1));
          List<Tensor> weights = projections(x, "in_proj_", "out_proj.");
          Supplier<Tensor> run = () -> net.forward(query, weights);
          Tensor y = crosses(name) ? memory(name, x).run(run) : run.get();
          return y.permute(1, 0, 2);
        });
  }

  private static MultiHeadAttention heads(String name) {
    return crosses(name)
        ? attention(HEADS).cross()
        : name.endsWith("causal") ? attention(HEADS).causal() : attention(HEADS);
  }

  private static boolean crosses(String name) {
    return name.endsWith("cross") || name.endsWith("padding");
  }

  private static Side memory(String name, Proof.Inputs x) {
    Side memory = Side.of(Side.MEMORY, x.get("memory").permute(1, 0, 2));
    return name.endsWith("padding") ? memory.and(Side.MEMORY_MASK, x.get("padding").not()) : memory;
  }

  /** Values of the result and, averaged over the heads, of the weights. */
  @ParameterizedTest
  @ValueSource(strings = {"multihead-self", "multihead-causal"})
  void attentionAmongSteps(String name) {
    Fixture fixture = Fixture.of("modules/" + name);
    Tensor input = fixture.get("query").permute(1, 0, 2);
    Net net = heads(name).build(input.shape().drop(1), Seed.of(1));
    List<Tensor> w =
        projections(new Proof.Inputs(DType.FLOAT64, fixture.tensors()), "in_proj_", "out_proj.");
    for (int i = 0; i < w.size(); i++) {
      net.params().get(i).set(w.get(i));
    }
    Tensor y = net.forward(input).permute(1, 0, 2);
    Proof.close(name, y, fixture.get("output"), 1e-10);
    Tensor weights = net.activations(input).get("0.multiHeadAttention.weights");
    Proof.close(name, weights.mean(1), fixture.get("output_weights"), 1e-10);
  }
}
