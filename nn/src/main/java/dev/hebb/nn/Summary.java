package dev.hebb.nn;

import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.Named;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a network consists of, as a table: {@code IO.println(net.summary())}.
 *
 * <p>The input is not counted as a layer, nor is what has no weights (activations, pooling,
 * flattening, normalisation): {@link #depth} counts the layers with a matrix or kernel of weights,
 * as the lecture does.
 *
 * @param in the shape of one example that goes in
 * @param out the shape of one example that comes out
 * @param rows the parts of the network in order
 * @param depth how many layers have weights
 * @param warnings what is probably not meant
 */
public record Summary(Shape in, Shape out, List<Row> rows, int depth, List<String> warnings) {
  /**
   * One part.
   *
   * @param level how deep it lies inside other parts, 0 at the top
   * @param path its place: the prefix of its variables' names
   * @param layer what it is
   * @param out the shape of one example that comes out
   * @param parameters numbers that training changes
   * @param frozen those among the parameters that are frozen
   * @param state numbers that the layer keeps itself, such as running means
   * @param variableBytes memory of parameters and state
   * @param outputBytes memory of its output for one example; 0 if inner parts account for it
   * @param flops floating-point operations of its matrix products and convolutions for one example,
   *     as {@link Flops} counts them
   */
  public record Row(
      int level,
      String path,
      String layer,
      Shape out,
      long parameters,
      long frozen,
      long state,
      long variableBytes,
      long outputBytes,
      long flops) {}

  /** Of a layer that is built for inputs of a shape, but without weights. */
  static Summary of(Layer layer, Shape in) {
    Assembly assembly = Assembly.outline(in);
    return of(assembly, in, Net.chain(layer).build(in, Net.root(assembly)));
  }

  static Summary of(Assembly net, Shape in, Block block) {
    List<Row> rows = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    List<Net.Part> parts = net.parts();
    int depth = 0;
    for (int i = 0; i < parts.size(); i++) {
      int here = i;
      ends.removeIf(end -> end <= here);
      Net.Part part = parts.get(i);
      List<Assembly.Declared> own = net.declaredBy(part);
      rows.add(row(ends.size(), part, own, net));
      ends.add(i + 1 + part.inner());
      if (own.stream().anyMatch(d -> d.trained() && d.shape().rank() >= 2)) {
        depth++;
      }
    }
    List<String> warnings = new ArrayList<>();
    Tensor x = Tensor.full(in.prepend(1), 0);
    if (depth > 1 && GraphFacts.isAffine(block.apply(x), x)) {
      warnings.add(
          "The network is linear: there is no activation between its "
              + depth
              + " layers of weights, so together they can do no more than one. Put relu() between"
              + " them.");
    }
    return new Summary(in, block.out(), List.copyOf(rows), depth, List.copyOf(warnings));
  }

  private static Row row(int level, Net.Part part, List<Assembly.Declared> own, Assembly net) {
    long parameters = 0;
    long frozen = 0;
    long state = 0;
    long bytes = 0;
    for (Assembly.Declared d : own) {
      bytes += d.shape().bytes();
      if (d.trained()) {
        parameters += d.shape().size();
        frozen += net.isFrozen(d.name()) ? d.shape().size() : 0;
      } else {
        state += d.shape().size();
      }
    }
    boolean outer = part.inner() > 0;
    return new Row(
        level,
        part.path(),
        title(part.layer(), outer),
        part.out(),
        parameters,
        frozen,
        state,
        bytes,
        outer ? 0 : part.out().bytes(),
        part.flops());
  }

  /** A layer without its name, which has a column of its own, and without the layers inside it. */
  private static String title(Layer layer, boolean outer) {
    return switch (layer) {
      case Named named -> title(named.layer(), outer);
      case Activated a -> title(a.layer(), outer) + "." + a.activation().title() + "()";
      default -> outer ? layer.getClass().getSimpleName() : layer.toString();
    };
  }

  /** All parameters, frozen ones included. */
  public long parameters() {
    return rows.stream().mapToLong(Row::parameters).sum();
  }

  /** The parameters that training changes. */
  public long trainable() {
    return parameters() - rows.stream().mapToLong(Row::frozen).sum();
  }

  /** Numbers that layers keep themselves. */
  public long state() {
    return rows.stream().mapToLong(Row::state).sum();
  }

  /** Memory of parameters and state in bytes. */
  public long variableBytes() {
    return rows.stream().mapToLong(Row::variableBytes).sum();
  }

  /** Memory of all layers' outputs for one example in bytes. */
  public long outputBytes() {
    return rows.stream().mapToLong(Row::outputBytes).sum();
  }

  /** Floating-point operations for one example on the way forward. */
  public long flops() {
    return rows.stream().mapToLong(Row::flops).sum();
  }

  /** The table, the totals, and the warnings. */
  @Override
  public String toString() {
    List<String[]> cells = new ArrayList<>();
    cells.add(new String[] {"name", "layer", "output", "parameters", "memory", "FLOPs"});
    for (Row r : rows) {
      cells.add(
          new String[] {
            "  ".repeat(r.level) + r.path.substring(r.path.lastIndexOf('.', dot(r)) + 1),
            r.layer,
            r.out.toString(),
            r.parameters + r.state == 0
                ? ""
                : count(r.parameters) + (r.state > 0 ? " + " + count(r.state) : ""),
            r.variableBytes + r.outputBytes == 0 ? "" : bytes(r.variableBytes + r.outputBytes),
            r.flops == 0 ? "" : scaled(r.flops)
          });
    }
    int[] widths = new int[6];
    for (String[] row : cells) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      for (int c = 0; c < widths.length; c++) {
        String pad = " ".repeat(widths[c] - cells.get(i)[c].length());
        text.append(c < 3 ? cells.get(i)[c] + pad : pad + cells.get(i)[c]).append("  ");
      }
      text.setLength(text.toString().stripTrailing().length());
      text.append('\n');
      if (i == 0) {
        text.append("─".repeat(java.util.stream.IntStream.of(widths).sum() + 10)).append('\n');
      }
    }
    return text.append(totals()).toString();
  }

  /**
   * Where to look for the dot before the last two parts of a path such as {@code
   * 2.concat.0.conv2d}.
   */
  private static int dot(Row r) {
    int last = r.path.lastIndexOf('.');
    boolean numbered =
        last > 0 && r.path.substring(r.path.lastIndexOf('.', last - 1) + 1, last).matches("\\d+");
    return numbered ? last - 1 : r.path.length();
  }

  private String totals() {
    var text = new StringBuilder();
    text.append(
        "input %s → output %s; %s (the input is not one)%n"
            .formatted(
                in, out, depth == 1 ? "1 layer with weights" : depth + " layers with weights"));
    text.append("%s parameters".formatted(count(parameters())));
    if (trainable() != parameters()) {
      text.append(" (%s trained)".formatted(count(trainable())));
    }
    if (state() > 0) {
      text.append(" + %s numbers of state".formatted(count(state())));
    }
    text.append(
        ", %s; for each example %s of outputs and %s FLOPs"
            .formatted(bytes(variableBytes()), bytes(outputBytes()), scaled(flops())));
    warnings.forEach(w -> text.append("%nWarning: %s".formatted(w)));
    return text.toString();
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String bytes(long n) {
    return n < 1000 ? n + " B" : scaled(n) + "B";
  }

  private static String scaled(long n) {
    String[] units = {"", "k", "M", "G", "T"};
    double v = n;
    int u = 0;
    while (v >= 999.5 && u < units.length - 1) {
      v /= 1000;
      u++;
    }
    return u == 0
        ? Long.toString(n)
        : String.format(
            Locale.ROOT, v < 9.995 ? "%.2f %s" : v < 99.95 ? "%.1f %s" : "%.0f %s", v, units[u]);
  }
}
