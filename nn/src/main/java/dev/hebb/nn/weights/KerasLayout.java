package dev.hebb.nn.weights;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.layer.BatchNorm;
import dev.hebb.nn.layer.Conv1d;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.nn.layer.Conv3d;
import dev.hebb.nn.layer.ConvTranspose2d;
import dev.hebb.nn.layer.Dense;
import dev.hebb.nn.layer.DepthwiseConv2d;
import dev.hebb.nn.layer.Embedding;
import dev.hebb.nn.layer.Flatten;
import dev.hebb.nn.layer.GroupNorm;
import dev.hebb.nn.layer.Gru;
import dev.hebb.nn.layer.LayerNorm;
import dev.hebb.nn.layer.Lstm;
import dev.hebb.nn.layer.Recurrence;
import dev.hebb.nn.layer.Rnn;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names and shapes as in Keras 3's weights files: {@code layers/conv2d_1/vars/0}. A layer's name
 * says its kind and, among those of one kind, its number; a file has no order beyond that.
 */
final class KerasLayout implements ForeignLayout {
  private static final Pattern NAME =
      Pattern.compile(
          "(?<module>.*?)(/(?<way>forward|backward)_layer)?(/cell)?/vars/(?<index>\\d+)");

  @Override
  public @Nullable Place place(String tensor) {
    Matcher name = NAME.matcher(tensor);
    if (!name.matches() || tensor.startsWith("optimizer/") || tensor.contains("seed_generator")) {
      return null;
    }
    String way = name.group("way") == null ? "" : name.group("way") + ".";
    return new Place(name.group("module"), way + name.group("index"));
  }

  @Override
  public String join(String module, String name) {
    int dot = name.indexOf('.');
    return dot < 0
        ? module + "/…/" + name
        : module + "/" + name.substring(0, dot) + "_layer/…/" + name.substring(dot + 1);
  }

  @Override
  public boolean fits(String module, Weighty part) {
    String kind = module.substring(module.lastIndexOf('/') + 1).replaceFirst("_\\d+$", "");
    return kind.equals(kind(part.layer()));
  }

  private static String kind(Layer layer) {
    return switch (layer) {
      case Dense _ -> "dense";
      case Conv1d _ -> "conv1d";
      case Conv2d _ -> "conv2d";
      case Conv3d _ -> "conv3d";
      case DepthwiseConv2d _ -> "depthwise_conv2d";
      case ConvTranspose2d _ -> "conv2d_transpose";
      case BatchNorm _ -> "batch_normalization";
      case LayerNorm _ -> "layer_normalization";
      case GroupNorm _ -> "group_normalization";
      case Embedding _ -> "embedding";
      case Lstm l -> l.recurrence().twoWay() ? "bidirectional" : "lstm";
      case Gru l -> l.recurrence().twoWay() ? "bidirectional" : "gru";
      case Rnn l -> l.recurrence().twoWay() ? "bidirectional" : "simple_rnn";
      default -> "";
    };
  }

  @Override
  public List<Rule> rules(Net net, Weighty part) {
    return switch (part.layer()) {
      case Dense _ -> {
        Shape flattened = flattened(net, part.part());
        Function<Tensor, Tensor> rows =
            flattened == null ? w -> w : w -> channelsFirst(w, flattened);
        yield List.of(Rule.of("w", "0", rows), Rule.same("b", "1"));
      }
      case Conv1d _ -> convolution(2, 1, 0);
      case Conv2d _, ConvTranspose2d _ -> convolution(3, 2, 0, 1);
      case Conv3d _ -> convolution(4, 3, 0, 1, 2);
      case DepthwiseConv2d l ->
          List.of(
              Rule.of(
                  "w",
                  "0",
                  w ->
                      w.permute(2, 3, 0, 1)
                          .reshape(w.dim(2) * l.multiplier(), 1, w.dim(0), w.dim(1))),
              Rule.same("b", "1"));
      case BatchNorm _ ->
          List.of(
              Rule.same("scale", "0"),
              Rule.same("shift", "1"),
              Rule.same("mean", "2"),
              Rule.same("variance", "3"));
      case LayerNorm _, GroupNorm _ -> List.of(Rule.same("scale", "0"), Rule.same("shift", "1"));
      case Embedding _ -> List.of(Rule.same("w", "0"));
      case Rnn l -> recurrent(l.recurrence(), false);
      case Lstm l -> recurrent(l.recurrence(), false); // its gates stand in the same order
      case Gru l -> recurrent(l.recurrence(), true);
      default -> List.of();
    };
  }

  private static List<Rule> convolution(int... axes) {
    return List.of(Rule.of("w", "0", w -> w.permute(axes)), Rule.same("b", "1"));
  }

  private static List<Rule> recurrent(Recurrence r, boolean isGru) {
    List<Rule> rules = new ArrayList<>();
    for (String way : r.twoWay() ? List.of("forward.", "backward.") : List.of("")) {
      int units = r.units();
      rules.add(Rule.of(way + "w", way + "0", w -> isGru ? swapped(w, units) : w));
      rules.add(Rule.of(way + "u", way + "1", u -> isGru ? swapped(u, units) : u));
      if (!isGru) {
        rules.add(Rule.same(way + "b", way + "2"));
        continue;
      }
      // b is [2, 3 · units]: the input's biases and the states'.
      rules.add(
          Rule.of(
              way + "b",
              way + "2",
              b -> {
                Tensor both = swapped(b, units);
                Tensor gates = both.narrow(1, 0, 2 * units).sum(0);
                return gates.concat(0, both.narrow(0, 0, 1).narrow(1, 2 * units, units).squeeze(0));
              }));
      rules.add(
          Rule.of(
              way + "v", way + "2", b -> b.narrow(0, 1, 1).narrow(1, 2 * units, units).squeeze(0)));
    }
    return rules;
  }

  /** The gates z, r, h along the last axis as r, z, h. */
  private static Tensor swapped(Tensor x, int units) {
    return x.narrow(-1, units, units)
        .concat(-1, x.narrow(-1, 0, units), x.narrow(-1, 2 * units, units));
  }

  /** The shape that was flattened in front of a dense layer, if it was a picture. */
  private static @Nullable Shape flattened(Net net, Net.Part dense) {
    List<Net.Part> parts = net.parts();
    for (int i = parts.indexOf(dense) - 1; i >= 0; i--) {
      Net.Part before = parts.get(i);
      if (before.layer() instanceof Flatten) {
        return before.in().rank() == 3 && before.out().equals(dense.in()) ? before.in() : null;
      }
      if (!before.out().equals(dense.in())
          || net.variables().stream().anyMatch(v -> v.name().startsWith(before.path() + "."))) {
        return null;
      }
    }
    return null;
  }

  /** Rows in the order height, width, channel as rows in the order channel, height, width. */
  private static Tensor channelsFirst(Tensor w, Shape picture) {
    return w.reshape(picture.dim(1), picture.dim(2), picture.dim(0), w.dim(1))
        .permute(2, 0, 1, 3)
        .reshape(w.dim(0), w.dim(1));
  }
}
