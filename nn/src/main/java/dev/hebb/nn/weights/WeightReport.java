package dev.hebb.nn.weights;

import dev.hebb.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of loading weights; printed, a table.
 *
 * @param lines one for each variable of the network
 * @param unused tensors that went nowhere
 */
public record WeightReport(List<Line> lines, List<String> unused) {
  /** What became of a variable. */
  public enum Outcome {
    /** It was given a value. */
    MATCHED("matched"),
    /** There is no tensor for it. */
    MISSING("missing"),
    /** What there is has another shape. */
    WRONG_SHAPE("wrong shape");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }
  }

  /**
   * One variable.
   *
   * @param name its name
   * @param shape its shape
   * @param sources the names of the tensors that make it
   * @param found the shape that they make; null where one is missing
   * @param outcome what became of it
   */
  public record Line(
      String name, Shape shape, List<String> sources, @Nullable Shape found, Outcome outcome) {
    /** Takes a copy. */
    public Line {
      sources = List.copyOf(sources);
    }
  }

  /** Takes copies. */
  public WeightReport {
    lines = List.copyOf(lines);
    unused = List.copyOf(unused);
  }

  /** How many variables came out so. */
  public long count(Outcome outcome) {
    return lines.stream().filter(l -> l.outcome() == outcome).count();
  }

  /** Whether every variable has a value, and every tensor a place. */
  public boolean isComplete() {
    return count(Outcome.MATCHED) == lines.size() && unused.isEmpty();
  }

  /** What does not fit, in a sentence. */
  public String summary() {
    return "%d of %d variables matched, %d missing, %d of another shape; %d tensors unused"
        .formatted(
            count(Outcome.MATCHED),
            lines.size(),
            count(Outcome.MISSING),
            count(Outcome.WRONG_SHAPE),
            unused.size());
  }

  @Override
  public String toString() {
    int width = lines.stream().mapToInt(l -> l.name().length()).max().orElse(0);
    int shapes = lines.stream().mapToInt(l -> l.shape().toString().length()).max().orElse(0);
    var text = new StringBuilder();
    for (Line l : lines) {
      text.append(
          "  %-11s  %s  %s  %s%s%n"
              .formatted(
                  l.outcome().text,
                  padded(l.name(), width),
                  padded(l.shape().toString(), shapes),
                  String.join(" + ", l.sources()),
                  l.outcome() == Outcome.WRONG_SHAPE ? " is " + l.found() : ""));
    }
    unused.forEach(name -> text.append("  %-11s  %s%n".formatted("unused", name)));
    return text.append(summary()).toString();
  }

  private static String padded(String s, int width) {
    return s + " ".repeat(width - s.length());
  }
}
