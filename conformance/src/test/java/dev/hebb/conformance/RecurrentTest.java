package dev.hebb.conformance;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.op.Activation;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** L52: recurrent layers with PyTorch's weights, in both directions and stacked. */
class RecurrentTest {
  private static final int UNITS = 4;

  /** Hebb's parameters of one direction from PyTorch's. */
  private interface Weights {
    List<Tensor> of(Tensor inputs, Tensor states, Tensor inputBias, Tensor stateBias);
  }

  private static final Weights PLAIN =
      (w, u, b, c) -> List.of(w.transpose(), u.transpose(), b.add(c));

  /** The new state's own bias stays by itself, because the reset gate multiplies it. */
  private static final Weights GRU =
      (w, u, b, c) -> {
        Tensor gates = c.narrow(0, 0, 2 * UNITS).pad(0, 0, UNITS, 0);
        return List.of(w.transpose(), u.transpose(), b.add(gates), c.narrow(0, 2 * UNITS, UNITS));
      };

  @ParameterizedTest
  @CsvSource({
    "rnn_tanh, false, 1",
    "rnn_tanh-bidirectional, true, 1",
    "rnn_tanh-two_layers, false, 2",
    "rnn_tanh-two_layers-bidirectional, true, 2",
  })
  void l52RnnWithTanh(String fixture, boolean twoWay, int layers) {
    check(fixture, twoWay ? Layers.rnn(UNITS).bidirectional() : Layers.rnn(UNITS), layers, PLAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "rnn_relu, false, 1",
    "rnn_relu-bidirectional, true, 1",
    "rnn_relu-two_layers, false, 2",
    "rnn_relu-two_layers-bidirectional, true, 2",
  })
  void l52RnnWithRelu(String fixture, boolean twoWay, int layers) {
    var layer = Layers.rnn(UNITS).activation(Activation.RELU);
    check(fixture, twoWay ? layer.bidirectional() : layer, layers, PLAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "gru, false, 1",
    "gru-bidirectional, true, 1",
    "gru-two_layers, false, 2",
    "gru-two_layers-bidirectional, true, 2",
  })
  void l52Gru(String fixture, boolean twoWay, int layers) {
    check(fixture, twoWay ? Layers.gru(UNITS).bidirectional() : Layers.gru(UNITS), layers, GRU);
  }

  @ParameterizedTest
  @CsvSource({
    "lstm, false, 1",
    "lstm-bidirectional, true, 1",
    "lstm-two_layers, false, 2",
    "lstm-two_layers-bidirectional, true, 2",
  })
  void l52Lstm(String fixture, boolean twoWay, int layers) {
    check(fixture, twoWay ? Layers.lstm(UNITS).bidirectional() : Layers.lstm(UNITS), layers, PLAIN);
  }

  private static void check(String fixture, Layer layer, int layers, Weights weights) {
    boolean twoWay = fixture.endsWith("bidirectional");
    List<String> directions = twoWay ? List.of("", "_r") : List.of("");
    Proof proof = Proof.of("recurrent/" + fixture);
    proof.functions(type -> stacked(proof, type, layer, layers, directions, weights));
  }

  /** Every output of the last layer, and the last ones of each layer and direction. */
  private static Function<Proof.Inputs, Map<String, Tensor>> stacked(
      Proof proof, DType type, Layer layer, int layers, List<String> directions, Weights weights) {
    Shape example = proof.fixture().get("input").shape().drop(1);
    List<Net> nets = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      nets.add(proof.net(layer, type, i == 0 ? example : nets.getLast().out()));
    }
    return in -> {
      Tensor x = in.get("input");
      List<Tensor> last = new ArrayList<>();
      for (int i = 0; i < layers; i++) {
        List<Tensor> own = new ArrayList<>();
        for (String direction : directions) {
          String suffix = "_l" + i + direction;
          own.addAll(
              weights.of(
                  in.get("w_ih" + suffix),
                  in.get("w_hh" + suffix),
                  in.get("b_ih" + suffix),
                  in.get("b_hh" + suffix)));
        }
        x = nets.get(i).forward(x, own);
        last.add(x.narrow(1, x.dim(1) - 1, 1).narrow(2, 0, UNITS).squeeze(1).unsqueeze(0));
        if (directions.size() == 2) {
          last.add(x.narrow(1, 0, 1).narrow(2, UNITS, UNITS).squeeze(1).unsqueeze(0));
        }
      }
      Tensor[] others = last.subList(1, last.size()).toArray(Tensor[]::new);
      Tensor h = others.length == 0 ? last.getFirst() : last.getFirst().concat(0, others);
      return Map.of("output", x, "output_h", h);
    };
  }
}
