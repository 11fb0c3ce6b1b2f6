package dev.hebb.tensor;

import dev.hebb.grad.Gradients;
import dev.hebb.op.Leaf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;

/** The computation behind a tensor as a table: each step, its value, its gradient. */
final class Explain {
  private Explain() {}

  static String of(Tensor root) {
    var seen = new HashSet<Tensor>();
    var open = new ArrayList<Tensor>(List.of(root));
    while (!open.isEmpty()) {
      Tensor t = open.removeLast();
      if (seen.add(t)) {
        open.addAll(t.inputs());
      }
    }
    var order = new ArrayList<>(seen);
    order.sort(Comparator.comparingLong(Tensor::id));
    boolean differentiable = root.size() == 1 && root.dtype().isFloating();
    List<Tensor> gradients = differentiable ? Gradients.of(root, order) : List.of();
    var names = new IdentityHashMap<Tensor, String>();
    var rows = new ArrayList<String[]>();
    for (int i = 0; i < order.size(); i++) {
      Tensor t = order.get(i);
      names.put(t, "%" + (i + 1));
      Variable v = t.source();
      String expression =
          v != null
              ? v.name()
              : t.op() instanceof Leaf.Input
                  ? "value"
                  : t.op().name()
                      + t.inputs().stream()
                          .map(in -> " " + names.get(in))
                          .reduce("", String::concat);
      rows.add(
          new String[] {
            names.get(t),
            expression,
            t.shape().toString(),
            brief(t),
            differentiable && t.dtype().isFloating() ? brief(gradients.get(i)) : ""
          });
    }
    rows.addFirst(
        new String[] {"", "operation", "shape", "value", differentiable ? "gradient" : ""});
    int[] widths = new int[5];
    for (String[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    var text = new StringBuilder();
    for (String[] row : rows) {
      var line = new StringBuilder();
      for (int c = 0; c < row.length; c++) {
        line.append(row[c]).append(" ".repeat(widths[c] - row[c].length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String brief(Tensor t) {
    String all = t.toString().replaceAll("\\s*\\n\\s*", " ");
    return all.length() <= 60 ? all : all.substring(0, 57) + "...";
  }
}
