package dev.hebb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.grad.Gradients;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Device;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Holds what Hebb computes against a fixture: every output and every gradient, in float64 one
 * operation after the other, and compiled in float64 and in float32. A number may be off by a
 * tolerance times itself, or times 1 where it is smaller.
 *
 * @param fixture PyTorch's numbers
 * @param training whether layers are in training mode
 * @param double64 the tolerance in float64
 * @param single32 the tolerance in float32, where already the inputs are rounded
 * @param state what a layer's state is set to
 */
record Proof(
    Fixture fixture, boolean training, double double64, double single32, List<String> state) {
  /** The case's tensors in one element type. */
  record Inputs(DType type, Map<String, Tensor> tensors) {
    /** One of them. */
    Tensor get(String name) {
      return tensors.get(name);
    }
  }

  /** The case with this path, in evaluation mode, within 1e-10 and 2e-5. */
  static Proof of(String path) {
    return new Proof(Fixture.of(path), false, 1e-10, 2e-5, List.of());
  }

  /** In training mode. */
  Proof inTraining() {
    return new Proof(fixture, true, double64, single32, state);
  }

  /** With another tolerance in float32. */
  Proof single(double tolerance) {
    return new Proof(fixture, training, double64, tolerance, state);
  }

  /** With another tolerance in float64. */
  Proof twofold(double tolerance) {
    return new Proof(fixture, training, tolerance, single32, state);
  }

  /** With the layer's state set to these tensors first, in the order of {@link Net#state}. */
  Proof state(String... names) {
    return new Proof(fixture, training, double64, single32, List.of(names));
  }

  /** Checks the only output of a function of the case's tensors. */
  void function(Function<Inputs, Tensor> f) {
    functions(type -> x -> Map.of("output", f.apply(x)));
  }

  /**
   * Checks a layer on {@code input}.
   *
   * @param weights the layer's parameters, in the order of {@link Net#params}, as functions of
   *     PyTorch's, so that gradients come back in its layout
   */
  void layer(Layer layer, Function<Inputs, List<Tensor>> weights) {
    functions(type -> {
      Net net = net(layer, type, fixture.get("input").shape().drop(1));
      return x -> Map.of("output", net.forward(x.get("input"), weights.apply(x)));
    });
  }

  /**
   * Checks a layer with PyTorch's parameters of these names, in the order of {@link Net#params}.
   */
  void layer(Layer layer, String... weights) {
    layer(layer, x -> List.of(weights).stream().map(x::get).toList());
  }

  /**
   * A network of the case, with its state set.
   *
   * @param example the shape of one example, of any floating type
   */
  Net net(Layer layer, DType type, Shape example) {
    Net net = layer.build(example.dtype().isFloating() ? example.as(type) : example, Seed.of(1));
    for (int i = 0; i < state.size(); i++) {
      net.state().get(i).set(in(type, fixture.get(state.get(i))));
    }
    return net;
  }

  /**
   * Checks outputs by their names.
   *
   * @param make a function of the case's tensors for an element type, made before it is recorded
   */
  void functions(Function<DType, Function<Inputs, Map<String, Tensor>>> make) {
    proveIn(DType.FLOAT64, make.apply(DType.FLOAT64));
    proveIn(DType.FLOAT32, make.apply(DType.FLOAT32));
  }

  private static Tensor in(DType type, Tensor t) {
    return t.dtype().isFloating() ? t.cast(type).eval() : t;
  }

  private void proveIn(DType type, Function<Inputs, Map<String, Tensor>> f) {
    if (type == DType.FLOAT64) {
      compare(type, "on the reference device", Device.REFERENCE.run(() -> compute(type, f)));
    }
    compare(type, "compiled in " + type.label(), compute(type, f));
  }

  /** All outputs and gradients, by name. */
  private Map<String, Tensor> compute(DType type, Function<Inputs, Map<String, Tensor>> f) {
    List<String> names = new ArrayList<>(fixture.tensors().keySet());
    names.removeIf(n -> n.startsWith("output"));
    Tensor[] given = names.stream().map(n -> in(type, fixture.get(n))).toArray(Tensor[]::new);
    List<String> results = new ArrayList<>();
    var step =
        Step.of(
            training,
            tensors -> {
              Map<String, Tensor> inputs = new LinkedHashMap<>();
              for (int i = 0; i < given.length; i++) {
                inputs.put(names.get(i), tensors.get(i));
              }
              Map<String, Tensor> found = new LinkedHashMap<>(f.apply(new Inputs(type, inputs)));
              found.putAll(gradients(found, inputs));
              results.addAll(found.keySet());
              return List.copyOf(found.values());
            });
    List<Tensor> values = step.runAll(given);
    Map<String, Tensor> computed = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      computed.put(results.get(i), values.get(i));
    }
    return computed;
  }

  /** Of all outputs that are differentiated, joined as PyTorch joined them. */
  private Map<String, Tensor> gradients(Map<String, Tensor> outputs, Map<String, Tensor> inputs) {
    Tensor sum = Tensor.full(Shape.of(), 0);
    for (var output : outputs.entrySet()) {
      Tensor seed = inputs.get("grad." + output.getKey());
      if (seed != null) {
        sum = sum.add(output.getValue().mul(seed).sum());
      } else if (output.getValue().rank() == 0) {
        sum = sum.add(output.getValue());
      }
    }
    List<String> wanted =
        inputs.keySet().stream()
            .filter(n -> n.startsWith("grad.") && !n.startsWith("grad.output"))
            .toList();
    List<Tensor> found =
        Gradients.of(sum, wanted.stream().map(n -> inputs.get(n.substring(5))).toList());
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      gradients.put(wanted.get(i), found.get(i));
    }
    return gradients;
  }

  private void compare(DType type, String how, Map<String, Tensor> found) {
    double tolerance = type == DType.FLOAT64 ? double64 : single32;
    found.forEach((name, tensor) -> {
      Tensor expected = fixture.get(name);
      String what = "%s %s, %s".formatted(fixture, name, how);
      assertThat(tensor.dtype()).as(what).isEqualTo(type);
      close(what, tensor, expected, tolerance);
    });
  }

  /** Checks shapes and numbers. */
  static void close(String what, Tensor found, Tensor expected, double tolerance) {
    assertThat(found.shape().dims()).as(what + ": shape").isEqualTo(expected.shape().dims());
    double[] is = found.toDoubles();
    double[] should = expected.toDoubles();
    for (int i = 0; i < is.length; i++) {
      double error = Math.abs(is[i] - should[i]) / Math.max(1, Math.abs(should[i]));
      if (!(error <= tolerance)) {
        throw new AssertionError(
            "%s: element %d of %s is %s, PyTorch has %s (off by %.1e, allowed %.1e)"
                .formatted(what, i, expected.shape(), is[i], should[i], error, tolerance));
      }
    }
  }
}
