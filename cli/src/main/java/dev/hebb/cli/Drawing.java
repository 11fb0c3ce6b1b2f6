package dev.hebb.cli;

import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.elk.alg.layered.options.LayeredMetaDataProvider;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * A graph as a picture: boxes in layers, from what goes in at the top to what comes out below, laid
 * out by the Eclipse Layout Kernel.
 */
final class Drawing {
  private static final double LETTER = 7.2;
  private static final double LINE = 16;
  private static final double MARGIN = 10;

  private final List<Box> boxes;

  Drawing(List<Box> boxes) {
    this.boxes = List.copyOf(boxes);
  }

  /**
   * One node.
   *
   * @param name what others refer to it by
   * @param lines what stands in it; the first is its title
   * @param inputs the names of the nodes that it reads
   */
  record Box(String name, List<String> lines, List<String> inputs) {
    double width() {
      int longest = lines.stream().mapToInt(String::length).max().orElse(0);
      return longest * LETTER + 2 * MARGIN;
    }

    double height() {
      return lines.size() * LINE + MARGIN;
    }
  }

  /**
   * Writes a picture.
   *
   * @throws HebbException if the file cannot be written
   */
  static void write(String svg, Path file) {
    try {
      Files.writeString(file, svg);
    } catch (IOException e) {
      throw new HebbException(
          "%s cannot be written: the folder must exist, and this user may write to it"
              .formatted(file),
          e);
    }
  }

  /** The picture as SVG. */
  String svg() {
    LayoutMetaDataService.getInstance()
        .registerLayoutMetaDataProviders(new LayeredMetaDataProvider());
    ElkNode graph = ElkGraphUtil.createGraph();
    graph.setProperty(CoreOptions.ALGORITHM, "org.eclipse.elk.layered");
    graph.setProperty(CoreOptions.DIRECTION, Direction.DOWN);
    Map<String, ElkNode> nodes = new HashMap<>();
    List<ElkNode> placed = new ArrayList<>();
    for (Box box : boxes) {
      ElkNode node = ElkGraphUtil.createNode(graph);
      node.setDimensions(box.width(), box.height());
      nodes.put(box.name(), node);
      placed.add(node);
    }
    List<ElkEdge> edges = new ArrayList<>();
    for (Box box : boxes) {
      for (String input : box.inputs()) {
        if (nodes.containsKey(input)) {
          edges.add(ElkGraphUtil.createSimpleEdge(nodes.get(input), nodes.get(box.name())));
        }
      }
    }
    new RecursiveGraphLayoutEngine().layout(graph, new BasicProgressMonitor());
    var text = new StringBuilder();
    text.append(
        format(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f">
            <style>
              text { font: 12px monospace; fill: #1b1f23; } .title { font-weight: bold; }
              rect { fill: #eef4fb; stroke: #35689b; rx: 4px; } path { fill: none; stroke: #555; }
            </style>
            <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" \
            markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" style="fill: #555"/></marker></defs>
            <rect width="100%%" height="100%%" style="fill: white; stroke: none; rx: 0"/>
            """,
            graph.getWidth(), graph.getHeight(), graph.getWidth(), graph.getHeight()));
    edges.forEach(e -> e.getSections().forEach(s -> text.append(path(s))));
    for (int i = 0; i < placed.size(); i++) {
      box(text, boxes.get(i), placed.get(i));
    }
    return text.append("</svg>\n").toString();
  }

  private static String path(ElkEdgeSection s) {
    var d = new StringBuilder(format("M%.1f,%.1f", s.getStartX(), s.getStartY()));
    for (ElkBendPoint bend : s.getBendPoints()) {
      d.append(format(" L%.1f,%.1f", bend.getX(), bend.getY()));
    }
    d.append(format(" L%.1f,%.1f", s.getEndX(), s.getEndY()));
    return "<path d=\"%s\" marker-end=\"url(#tip)\"/>%n".formatted(d);
  }

  private static void box(StringBuilder text, Box box, ElkNode at) {
    text.append(
        format(
            "<g transform=\"translate(%.1f,%.1f)\"><rect width=\"%.1f\" height=\"%.1f\"/>",
            at.getX(), at.getY(), at.getWidth(), at.getHeight()));
    for (int i = 0; i < box.lines().size(); i++) {
      text.append(
          format(
              "<text x=\"%.0f\" y=\"%.0f\"%s>%s</text>",
              MARGIN,
              (i + 1) * LINE,
              i == 0 ? " class=\"title\"" : "",
              escaped(box.lines().get(i))));
    }
    text.append("</g>\n");
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
