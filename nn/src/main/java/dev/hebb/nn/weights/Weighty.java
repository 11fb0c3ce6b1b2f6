package dev.hebb.nn.weights;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.Checkpointed;
import dev.hebb.nn.layer.Named;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a network that has weights of its own.
 *
 * @param part the part
 * @param layer what it is, without names and activations around it
 * @param variables its variables by the names behind the part's path
 */
record Weighty(Net.Part part, Layer layer, Map<String, Variable> variables) {
  /** All of a network's, in the order in which they are built. */
  static List<Weighty> of(Net net) {
    Map<String, Weighty> found = new LinkedHashMap<>();
    for (Net.Part part : net.parts()) {
      found.put(part.path(), new Weighty(part, bare(part.layer()), new LinkedHashMap<>()));
    }
    for (Variable v : net.variables()) {
      String owner = v.name();
      do {
        owner = owner.substring(0, Math.max(owner.lastIndexOf('.'), 0));
      } while (!owner.isEmpty() && !found.containsKey(owner));
      Weighty at = found.get(owner);
      if (at != null) {
        at.variables.put(v.name().substring(owner.isEmpty() ? 0 : owner.length() + 1), v);
      }
    }
    return new ArrayList<>(found.values()).stream().filter(w -> !w.variables.isEmpty()).toList();
  }

  private static Layer bare(Layer layer) {
    return switch (layer) {
      case Named l -> bare(l.layer());
      case Activated l -> bare(l.layer());
      case Checkpointed l -> bare(l.layer());
      default -> layer;
    };
  }

  String path() {
    return part.path();
  }

  boolean has(String variable) {
    return variables.containsKey(variable);
  }
}
