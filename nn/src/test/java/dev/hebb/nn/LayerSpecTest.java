package dev.hebb.nn;

import static dev.hebb.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.op.Activation;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerSpecTest {
  @Test
  void dataAreReadable() {
    assertThat(LayerSpec.describe(dense(3).noBias().relu()))
        .isEqualTo(
            Map.of(
                "type",
                "Activated",
                "layer",
                Map.of(
                    "type",
                    "Dense",
                    "units",
                    3,
                    "bias",
                    false,
                    "init",
                    Map.of("type", "Scaled", "scale", 2.0, "fan", "IN", "normal", true)),
                "activation",
                "RELU"));
  }

  /** Has a component of each kind. */
  record Everything(
      int i,
      long l,
      double d,
      boolean b,
      String s,
      Activation e,
      Shape shape,
      Init init,
      List<Layer> layers,
      List<List<Integer>> lists)
      implements Layer {
    @Override
    public Block build(Shape in, Params p) {
      return Block.of(in, x -> x);
    }
  }

  private static final Everything EVERYTHING =
      new Everything(
          1,
          1L << 40,
          0.5,
          true,
          "π",
          Activation.GELU,
          Shape.of(2, 3),
          Init.normal(0.1),
          List.of(relu(), conv2d(2, 3).same()),
          List.of(List.of(1, 2), List.of()));

  @Test
  void everyKindOfComponentComesBack() {
    Map<String, Object> data = LayerSpec.describe(EVERYTHING);
    assertThat(LayerSpec.restore(data, List.of(Everything.class))).isEqualTo(EVERYTHING);
  }

  @Test
  void numbersMayHaveChangedTheirTypeOnTheWay() {
    assertThat(LayerSpec.restore(Map.of("type", "Dropout", "rate", 0), List.of()))
        .isEqualTo(dropout(0));
    assertThat(LayerSpec.restore(Map.of("type", "Maxout", "units", 2L, "pieces", 3.0), List.of()))
        .isEqualTo(maxout(2, 3));
  }

  private static void refuses(Map<String, ?> data, String... parts) {
    assertThatThrownBy(() -> LayerSpec.restore(data, List.of()))
        .isInstanceOf(HebbException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void whatIsNotALayerIsRefused() {
    refuses(Map.of("type", "java.lang.ProcessBuilder"), "not known");
    refuses(Map.of("type", "Runtime"), "Runtime.class");
    refuses(Map.of("units", 3), "type", "missing");
    refuses(Map.of("type", "Dropout"), "rate", "missing");
    refuses(Map.of("type", "Dropout", "rate", "much"), "rate", "Number");
    refuses(Map.of("type", "Dropout", "rate", 2.0), "[0, 1)");
    refuses(Map.of("type", "Dropout", "rate", 0.1, "depth", 2), "depth");
    refuses(Map.of("type", "Maxout", "units", 1.5, "pieces", 3), "units", "whole");
    refuses(Map.of("type", "Maxout", "units", 1L << 40, "pieces", 3), "whole");
    refuses(Map.of("type", "Activate", "activation", "RAMP"), "RAMP", "RELU");
    refuses(Map.of("type", "Chain", "layers", List.of("Dense")), "layers[0]", "Map");
  }

  /** Cannot be saved. */
  record Holder(Thread thread) implements Layer {
    @Override
    public Block build(Shape in, Params p) {
      return Block.of(in, x -> x);
    }
  }

  @Test
  void whatCannotBeSavedSaysWhy() {
    assertThatThrownBy(() -> LayerSpec.describe(chain(new Holder(Thread.currentThread()))))
        .hasMessageContaining("Chain.layers[0] Holder.thread")
        .hasMessageContaining("cannot be saved");
    assertThatThrownBy(() -> LayerSpec.describe((in, _) -> Block.of(in, x -> x)))
        .hasMessageContaining("must be a record");
  }

  /** Has the name of one of Hebb's layers. */
  record Dense() implements Layer {
    @Override
    public Block build(Shape in, Params p) {
      return Block.of(in, x -> x);
    }
  }

  @Test
  void ownLayersMayNotTakeTheNamesOfHebbs() {
    assertThatThrownBy(() -> LayerSpec.restore(Map.of("type", "Dense"), List.of(Dense.class)))
        .hasMessageContaining("rename");
  }
}
