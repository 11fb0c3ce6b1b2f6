package dev.hebb.nn;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which part of a network reads which: the network as a graph, for drawing and for other programs.
 * It is read off the computation, so it holds for a user's own layers too.
 *
 * @param nodes the input, and then the parts in the order of computation
 */
public record NetGraph(List<Node> nodes) {
  /** The name of the network's input. */
  public static final String INPUT = "input";

  /**
   * One part that computes something.
   *
   * @param name its path; {@link #INPUT} for the input
   * @param kind what it is
   * @param out the shape of one example that comes out
   * @param parameters how many numbers it learns
   * @param inputs the names of the parts whose outputs it reads
   */
  public record Node(String name, String kind, Shape out, long parameters, List<String> inputs) {
    /** Takes a copy. */
    public Node {
      inputs = List.copyOf(inputs);
    }
  }

  /** Takes a copy. */
  public NetGraph {
    nodes = List.copyOf(nodes);
  }

  static NetGraph of(Net net) {
    Tensor x = Tensor.full(net.in().prepend(1), 0);
    Map<String, Tensor> outputs = Side.trial(() -> net.activations(x));
    Map<Tensor, String> names = new HashMap<>(Map.of(x, INPUT));
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Node(INPUT, INPUT, net.in(), 0, List.of()));
    Map<String, Net.Part> parts = new HashMap<>();
    net.parts().forEach(p -> parts.put(p.path(), p));
    // Parts inside come first, so of those with the same output the innermost gets it.
    outputs.forEach((path, y) -> {
      Net.Part part = parts.get(path);
      if (part != null && names.putIfAbsent(y, path) == null) {
        long parameters =
            net.params().stream()
                .filter(v -> Assembly.inside(v.name(), path))
                .mapToLong(v -> v.shape().size())
                .sum();
        boolean adds = part.inner() > 0; // what its parts have is theirs
        nodes.add(
            new Node(
                path,
                part.layer().toString(),
                part.out(),
                adds ? 0 : parameters,
                sources(y, names)));
      }
    });
    return new NetGraph(nodes);
  }

  /** The nearest named tensors that a tensor is computed from. */
  private static List<String> sources(Tensor y, Map<Tensor, String> names) {
    Set<String> found = new LinkedHashSet<>();
    Set<Tensor> seen = new HashSet<>();
    List<Tensor> open = new ArrayList<>(y.inputs().reversed());
    while (!open.isEmpty()) {
      Tensor t = open.removeLast();
      if (!seen.add(t)) {
        continue;
      }
      String name = names.get(t);
      if (name == null) {
        open.addAll(t.inputs().reversed());
      } else {
        found.add(name);
      }
    }
    return List.copyOf(found);
  }
}
