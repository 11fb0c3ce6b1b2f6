package dev.hebb.nn.optim;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The average of certain variables over the updates so far; see {@link Averaging}. */
public final class Averaged {
  private final Averaging rule;
  private final List<Variable> originals;
  private final List<Variable> averages = new ArrayList<>();
  private final Variable count;

  Averaged(Averaging rule, List<Variable> variables) {
    this.rule = rule;
    this.originals = List.copyOf(variables);
    if (variables.isEmpty()) {
      throw new HebbException("averaging: there are no variables to average");
    }
    for (Variable v : originals) {
      if (!v.shape().dtype().isFloating()) {
        throw new HebbException("averaging: " + v + " holds integers, which have no average");
      }
      averages.add(Variable.zeros("average." + v.name(), v.shape()));
    }
    this.count = Variable.of("average.t", Tensor.of(new long[] {0}, Shape.of()));
  }

  /** Takes the values now into the average: at once, or whenever the recorded step runs. */
  public void update() {
    Tensor t = count.tensor().add(1);
    Tensor share = rule.share(t.cast(DType.FLOAT64));
    for (int i = 0; i < averages.size(); i++) {
      Variable average = averages.get(i);
      Tensor old = average.tensor();
      Tensor part = share.cast(old.dtype());
      average.set(old.add(originals.get(i).tensor().sub(old).mul(part)));
    }
    count.set(t);
  }

  /** The averages by the variables' names; before the first update the variables' own values. */
  public Map<String, Tensor> values() {
    boolean isEmpty = count.value().toLongs()[0] == 0;
    var values = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < averages.size(); i++) {
      Variable from = isEmpty ? originals.get(i) : averages.get(i);
      values.put(originals.get(i).name(), from.value());
    }
    return values;
  }

  /** Runs the body while the variables hold their averages; afterwards they are as before. */
  public <T> T during(Supplier<T> body) {
    List<Tensor> before = originals.stream().map(Variable::value).toList();
    apply();
    try {
      return body.get();
    } finally {
      for (int i = 0; i < before.size(); i++) {
        originals.get(i).set(before.get(i));
      }
    }
  }

  /** Sets the variables to their averages. */
  public void apply() {
    Map<String, Tensor> values = values();
    for (Variable v : originals) {
      v.set(java.util.Objects.requireNonNull(values.get(v.name())));
    }
  }

  /** All that must be saved to continue exactly: the averages and the count of updates. */
  public List<Variable> variables() {
    List<Variable> all = new ArrayList<>(averages);
    all.add(count);
    return all;
  }
}
