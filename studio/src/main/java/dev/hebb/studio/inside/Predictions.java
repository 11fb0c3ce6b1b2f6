package dev.hebb.studio.inside;

import dev.hebb.train.Model;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a network says to examples that it did not learn from.
 *
 * @param step the steps taken by then
 * @param examples how many were asked
 * @param labels the names of the classes; empty where numbers are predicted
 * @param confusion how often each class, a row, was taken for each, a column; null without classes
 * @param accuracy the share that was right; NaN without classes
 * @param mistakes where it was surest of what is wrong, the surest first
 */
record Predictions(
    long step,
    int examples,
    List<String> labels,
    int @Nullable [][] confusion,
    double accuracy,
    List<Mistake> mistakes) {
  private static final int MOST_MISTAKES = 40;
  private static final int BATCH = 100;

  /**
   * A wrong answer.
   *
   * @param index the example's place among those asked
   * @param truth its class, or its number
   * @param predicted what the network said
   * @param probability how sure it was; of numbers, how far it was off
   * @param picture what it shows; null if it is no picture
   * @param text its columns, where it is a row of a table
   */
  record Mistake(
      int index,
      String truth,
      String predicted,
      double probability,
      @Nullable Picture picture,
      @Nullable String text) {}

  static boolean isText(Subject subject) {
    return subject.model().preprocessing() instanceof TextPrep;
  }

  /** Whether the network's answers can be compared with classes or single numbers. */
  static boolean isPossible(Subject subject) {
    Dataset sample = subject.sample();
    return !isText(subject)
        && sample.size() > 0
        && (sample.isClassification()
            ? subject.model().isClassifier()
            : sample.outputs() == 1 && subject.net().out().size() == 1);
  }

  static Predictions of(Subject subject, long step) {
    Dataset sample = subject.sample();
    Model model = subject.model();
    int n = sample.size();
    float[][] answers = new float[n][];
    for (int from = 0; from < n; from += BATCH) {
      int to = Math.min(n, from + BATCH);
      float[][] rows = IntStream.range(from, to).mapToObj(sample::input).toArray(float[][]::new);
      float[][] some = model.predict(rows);
      System.arraycopy(some, 0, answers, from, some.length);
    }
    return sample.isClassification()
        ? classes(subject, answers, step)
        : numbers(subject, answers, step);
  }

  private static Predictions classes(Subject subject, float[][] answers, long step) {
    Dataset sample = subject.sample();
    List<String> labels = sample.labels();
    int[][] confusion = new int[labels.size()][labels.size()];
    int right = 0;
    var wrong = new ArrayList<Mistake>();
    for (int i = 0; i < answers.length; i++) {
      int truth = sample.label(i);
      int said = largest(answers[i]);
      confusion[truth][said]++;
      if (truth == said) {
        right++;
      } else {
        wrong.add(
            new Mistake(i, labels.get(truth), labels.get(said), answers[i][said], null, null));
      }
    }
    double accuracy = answers.length == 0 ? Double.NaN : (double) right / answers.length;
    return new Predictions(
        step, answers.length, labels, confusion, accuracy, worst(subject, wrong));
  }

  private static Predictions numbers(Subject subject, float[][] answers, long step) {
    var wrong = new ArrayList<Mistake>();
    for (int i = 0; i < answers.length; i++) {
      double truth = subject.sample().target(i)[0];
      double said = answers[i][0];
      wrong.add(new Mistake(i, text(truth), text(said), Math.abs(said - truth), null, null));
    }
    return new Predictions(
        step, answers.length, List.of(), null, Double.NaN, worst(subject, wrong));
  }

  private static List<Mistake> worst(Subject subject, List<Mistake> wrong) {
    return wrong.stream()
        .sorted(Comparator.comparingDouble(m -> -m.probability()))
        .limit(MOST_MISTAKES)
        .map(m -> {
          float[] input = subject.sample().input(m.index());
          return new Mistake(
              m.index(),
              m.truth(),
              m.predicted(),
              m.probability(),
              Picture.example(subject, input, m.truth()),
              columns(subject, input));
        })
        .toList();
  }

  /** The columns of a row, as the network reads them. */
  private static @Nullable String columns(Subject subject, float[] input) {
    return switch (subject.model().preprocessing()) {
      case TablePrep table when table.features().size() == input.length ->
          String.join(
              ", ",
              IntStream.range(0, input.length)
                  .mapToObj(i -> table.features().get(i) + " " + text(input[i]))
                  .toList());
      case ImagePrep _ -> null;
      default -> input.length <= 64 ? Arrays.toString(input) : null;
    };
  }

  static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
