package dev.hebb.studio.inside;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Loss;
import dev.hebb.nn.Net;
import dev.hebb.nn.layer.Activate;
import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.Named;
import dev.hebb.op.Activation;
import dev.hebb.studio.runs.Entry;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Measures a network inside, on one fixed batch. It works on a copy with programs of its own, so
 * nothing that is trained notices. Activations are those of evaluation (dropout would look like
 * dead units); gradients are those of training.
 */
final class Probe {
  /**
   * Enough to see how a layer's outputs are spread; the very smallest and largest may be missed.
   */
  private static final int MOST_OUTPUTS = 1 << 14;

  private final Net copy;
  private final Batch batch;
  private final List<String> paths;
  private final Step step;
  private List<String> shown = List.of();

  Probe(Net net, Loss loss, Batch batch) {
    this.copy = copy(net);
    this.batch = batch;
    this.paths = copy.parts().stream().filter(p -> p.inner() == 0).map(Net.Part::path).toList();
    this.step = Step.of(true, in -> looks(in.get(0), in.get(1), loss));
  }

  /**
   * A network like this one, with the same parts frozen, whose weights are still to be assigned.
   */
  static Net copy(Net net) {
    Net copy = Net.blank(net.layer(), net.in(), net.seed());
    net.frozen().forEach(copy::freeze);
    net.notes().forEach(copy::note);
    return copy;
  }

  /** What each layer computes, then the gradients: one program, in which equal parts run once. */
  private List<Tensor> looks(Tensor x, Tensor y, Loss loss) {
    Map<String, Tensor> all = Mode.evaluation(() -> copy.activations(x));
    shown = paths.stream().filter(all::containsKey).toList();
    var found = new ArrayList<Tensor>();
    shown.forEach(path -> found.add(Objects.requireNonNull(all.get(path))));
    found.addAll(loss.of(copy.forward(x), y).grad(copy.params()));
    return found;
  }

  /**
   * Measures.
   *
   * @param before what to measure
   * @param after the same one update later
   */
  Entry.Inside measure(Weights before, Weights after) {
    copy.assign(before.values());
    List<Tensor> found = step.runAll(batch.x(), batch.y());
    List<String> params = copy.params().stream().map(Variable::name).toList();
    Map<String, float[]> outputs = byName(shown, found);
    Map<String, float[]> gradients = byName(params, found.subList(shown.size(), found.size()));
    var layers = new ArrayList<Entry.Layer>();
    for (Net.Part part : copy.parts()) {
      if (part.inner() == 0) {
        layers.add(layer(part, outputs.get(part.path()), gradients, before, after));
      }
    }
    return new Entry.Inside(before.step(), layers);
  }

  private static Map<String, float[]> byName(List<String> names, List<Tensor> values) {
    Map<String, float[]> all = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      all.put(names.get(i), values.get(i).toFloats());
    }
    return all;
  }

  private static Entry.Layer layer(
      Net.Part part,
      float @Nullable [] output,
      Map<String, float[]> gradients,
      Weights before,
      Weights after) {
    List<String> own =
        gradients.keySet().stream().filter(name -> name.startsWith(part.path() + ".")).toList();
    float[] weights = joined(own, before.values());
    float[] updated = joined(own, after.values());
    float[] gradient =
        concat(own.stream().map(n -> Objects.requireNonNull(gradients.get(n))).toList());
    int units = part.out().rank() == 0 ? 1 : units(part);
    float[] y = output == null ? new float[0] : output;
    float[] some = Statistics.some(y, MOST_OUTPUTS);
    var ratios =
        new Entry.Ratios(
            own.isEmpty() ? Double.NaN : Statistics.updateRatio(weights, updated),
            own.isEmpty() ? Double.NaN : Statistics.norm(gradient),
            Statistics.dead(y, units, part.out().size() / Math.max(1, units)),
            Statistics.saturated(some, activations(part.layer())));
    return new Entry.Layer(
        part.path(),
        Statistics.histogram(weights),
        Statistics.histogram(gradient),
        Statistics.histogram(some),
        ratios);
  }

  /** Channels of pictures and signals, else the last axis. */
  private static int units(Net.Part part) {
    return part.out().rank() == 3 ? part.out().dim(0) : part.out().last();
  }

  /** The activations that a layer ends with: one, or none. */
  private static List<Activation> activations(Layer layer) {
    return switch (layer) {
      case Named named -> activations(named.layer());
      case Activated activated -> List.of(activated.activation());
      case Activate activate -> List.of(activate.activation());
      default -> List.of();
    };
  }

  private static float[] joined(List<String> names, Map<String, Tensor> values) {
    return concat(
        names.stream().map(n -> Objects.requireNonNull(values.get(n)).toFloats()).toList());
  }

  private static float[] concat(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Some examples of a data set, evenly spread, without augmentation. */
  static Batch batch(Dataset data, int most) {
    return spread(data, most).all();
  }

  static Dataset spread(Dataset data, int most) {
    int n = Math.min(most, data.size());
    int[] chosen = new int[n];
    Arrays.setAll(chosen, i -> (int) ((long) data.size() * i / n));
    return data.subset(chosen);
  }
}
