package dev.hebb.nn.weights;

import dev.hebb.nn.Net;
import dev.hebb.nn.weights.WeightReport.Line;
import dev.hebb.nn.weights.WeightReport.Outcome;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One loading of weights: first all is found out, then all is set or nothing. */
final class WeightTransfer {
  private final Net net;
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final WeightMapping mapping;
  private final List<Line> lines = new ArrayList<>();
  private final Map<Variable, Tensor> values = new LinkedHashMap<>();
  private final Set<String> unused;

  WeightTransfer(Net net, Map<String, Tensor> weights, WeightMapping mapping) {
    this.net = net;
    this.mapping = mapping;
    weights.forEach((name, t) -> {
      if (!mapping.ignores(name)) {
        this.weights.put(name, t);
      }
    });
    this.unused = new LinkedHashSet<>(this.weights.keySet());
  }

  WeightReport run() {
    switch (mapping.layout()) {
      case HEBB -> byName();
      case PYTORCH -> byModule(new PyTorchLayout());
      case KERAS -> byModule(new KerasLayout());
    }
    var report = new WeightReport(lines, List.copyOf(unused));
    if (!report.isComplete() && !mapping.isPartial()) {
      throw new HebbException(
          "the weights do not fit this network, and nothing was loaded (partial() loads what fits):%n%s"
              .formatted(report));
    }
    values.forEach(Variable::set);
    return report;
  }

  // ---- same names

  private void byName() {
    checkParts();
    for (Variable v : net.variables()) {
      String theirs = v.name();
      for (var renaming : mapping.renamed().entrySet()) {
        if (theirs.startsWith(renaming.getValue() + ".")) {
          theirs = renaming.getKey() + theirs.substring(renaming.getValue().length());
          break;
        }
      }
      note(v, List.of(theirs), weights.get(theirs));
      unused.remove(theirs);
    }
  }

  // ---- modules

  private void byModule(ForeignLayout layout) {
    Map<String, Set<String>> modules = new LinkedHashMap<>();
    for (String name : weights.keySet()) {
      ForeignLayout.Place place = layout.place(name);
      if (place == null) {
        unused.remove(name);
      } else {
        modules.computeIfAbsent(place.module(), _ -> new LinkedHashSet<>()).add(name);
      }
    }
    checkParts();
    List<String> free = new ArrayList<>(modules.keySet());
    free.removeAll(mapping.renamed().keySet());
    for (Weighty part : Weighty.of(net)) {
      String module = renamed(part.path());
      if (module == null) {
        module = free.stream().filter(m -> layout.fits(m, part)).findFirst().orElse(null);
        free.remove(module);
      }
      transfer(layout, part, module == null ? "?" : module, modules);
    }
  }

  private @Nullable String renamed(String part) {
    return mapping.renamed().entrySet().stream()
        .filter(e -> e.getValue().equals(part))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private void checkParts() {
    for (String part : mapping.renamed().values()) {
      if (net.parts().stream().noneMatch(p -> p.path().equals(part))) {
        throw new HebbException(
            "rename: the network has no part \"%s\"; those with weights are %s"
                .formatted(part, Weighty.of(net).stream().map(Weighty::path).toList()));
      }
    }
  }

  private void transfer(
      ForeignLayout layout, Weighty part, String module, Map<String, Set<String>> modules) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    for (String name : modules.getOrDefault(module, Set.of())) {
      ForeignLayout.Place place = layout.place(name);
      if (place != null) {
        own.put(place.name(), weights.get(name));
      }
    }
    Map<String, Rule> rules = new LinkedHashMap<>();
    layout.rules(net, part).forEach(r -> rules.put(r.variable(), r));
    Set<String> used = new LinkedHashSet<>();
    part.variables()
        .forEach((name, v) -> {
          Rule rule = rules.getOrDefault(name, Rule.same(name, name));
          List<String> sources = rule.sources().stream().map(s -> layout.join(module, s)).toList();
          List<Tensor> in = rule.sources().stream().map(own::get).filter(Objects::nonNull).toList();
          boolean all = in.size() == rule.sources().size();
          Tensor value = all ? changed(rule, in) : null;
          used.addAll(rule.sources());
          if (all && value == null) {
            Shape found = in.getFirst().shape();
            lines.add(new Line(v.name(), v.shape(), sources, found, Outcome.WRONG_SHAPE));
          } else {
            note(v, sources, value);
          }
        });
    for (String name : modules.getOrDefault(module, Set.of())) {
      ForeignLayout.Place place = layout.place(name);
      if (place != null && used.contains(place.name())) {
        unused.remove(name);
      }
    }
  }

  /** Null where the tensors have so different shapes that the rule makes nothing of them. */
  private static @Nullable Tensor changed(Rule rule, List<Tensor> in) {
    try {
      return rule.change().apply(in);
    } catch (ShapeError | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private void note(Variable v, List<String> sources, @Nullable Tensor value) {
    if (value == null) {
      lines.add(new Line(v.name(), v.shape(), sources, null, Outcome.MISSING));
      return;
    }
    boolean fits =
        value.shape().sameDims(v.shape())
            && value.dtype().isFloating() == v.shape().dtype().isFloating();
    lines.add(
        new Line(
            v.name(),
            v.shape(),
            sources,
            value.shape(),
            fits ? Outcome.MATCHED : Outcome.WRONG_SHAPE));
    if (fits) {
      values.put(v, value.cast(v.shape().dtype()));
    }
  }
}
