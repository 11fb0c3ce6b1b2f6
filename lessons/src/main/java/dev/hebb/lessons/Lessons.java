package dev.hebb.lessons;

import dev.hebb.tensor.HebbException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** All lessons, in an order in which they can be read. */
public final class Lessons {
  private static final List<Lesson> ALL =
      List.of(
          Timeline.lesson(),
          FirstNeurons.mcCullochPitts(),
          FirstNeurons.threshold(),
          LogicGates.lesson(),
          PerceptronSteps.lesson(),
          Depth.lesson(),
          ForwardTrace.lesson(),
          ActivationTable.lesson(),
          Collapse.lesson(),
          OutputAdvice.lesson(),
          ActivationGrid.lesson(),
          Calculator.lesson(),
          DescentPath.lesson(),
          ErrorShares.lesson(),
          ChainRule.lesson(),
          WorkedExample.lesson(),
          ThreeFourOne.lesson(),
          GradientRecipe.lesson(),
          TrainingLoop.lesson(),
          SlowStart.lesson(),
          LogisticLesson.lesson(),
          TwoKinds.lesson(),
          RbfCurve.lesson(),
          Memories.lesson());

  private Lessons() {}

  /** All of them. */
  public static List<Lesson> all() {
    return ALL;
  }

  /**
   * The lesson about a row of the lecture.
   *
   * @param row {@code L59}, {@code l59} or {@code 59}
   * @throws HebbException if there is none; the message names the nearest
   */
  public static Lesson about(String row) {
    String id = row.strip().toUpperCase(Locale.ROOT).replaceFirst("^L?0*(?=\\d)", "L");
    List<Lesson> found = ALL.stream().filter(l -> l.rows().contains(id)).toList();
    return found.stream()
        .filter(l -> l.rows().getFirst().equals(id))
        .findFirst()
        .or(() -> found.stream().findFirst())
        .orElseThrow(() -> new HebbException(unknown(row, id)));
  }

  private static String unknown(String row, String id) {
    if (!id.matches("L\\d{1,4}")) {
      return "there is no lesson '%s'; a lesson is named by its row, like L59 ('hebb lesson' lists them)"
          .formatted(row);
    }
    int number = Integer.parseInt(id.substring(1));
    String near =
        ALL.stream()
            .flatMap(l -> l.rows().stream())
            .distinct()
            .map(r -> Integer.parseInt(r.substring(1)))
            .sorted(
                Comparator.comparingInt((Integer n) -> Math.abs(n - number)).thenComparing(n -> n))
            .limit(3)
            .map(n -> "L" + n)
            .collect(Collectors.joining(", "));
    return "there is no lesson about row %s; the nearest are %s ('hebb lesson' lists all)"
        .formatted(id, near);
  }
}
