package dev.hebb.studio.inside;

import dev.hebb.tensor.Tensor;
import dev.hebb.train.Model;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
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

  /**
   * Whether a network's answers to such data can be compared with classes or single numbers. One
   * with more outputs than there are classes may name a class that nobody knows.
   */
  static boolean isPossible(Model model, Dataset data) {
    int outputs = model.net().out().size();
    return !(model.preprocessing() instanceof TextPrep)
        && data.size() > 0
        && (data.isClassification()
            ? model.isClassifier() && (outputs == 1 || outputs == data.classes())
            : data.outputs() == 1 && outputs == 1);
  }

  /** Asks a network about all of its sample. */
  static Predictions of(Subject subject, long step) {
    var tally = new Tally(subject.model(), subject.sample());
    for (Batch batch : subject.sample().batch(BATCH).batches(0, 0)) {
      tally.add(batch, subject.net().predict(batch.x()));
    }
    return tally.at(step);
  }

  /** A wrong answer, and what was asked. */
  private record Wrong(
      int index, String truth, String predicted, double probability, float[] input) {}

  /**
   * Answers as they come, batch by batch. Of the examples only the worst mistakes are kept, so the
   * data may be larger than the memory.
   */
  static final class Tally {
    /** The least bad first; of equal ones the last. */
    private static final Comparator<Wrong> SURENESS =
        Comparator.comparingDouble(Wrong::probability)
            .thenComparing(Comparator.comparingInt(Wrong::index).reversed());

    private final Model model;
    private final List<String> labels;
    private final int @Nullable [][] confusion;
    private final PriorityQueue<Wrong> worst = new PriorityQueue<>(SURENESS);
    private int examples;
    private int right;

    /** For answers of this model to examples of such data. */
    Tally(Model model, Dataset data) {
      this.model = model;
      this.labels = data.isClassification() ? data.labels() : List.of();
      this.confusion = data.isClassification() ? new int[labels.size()][labels.size()] : null;
    }

    /**
     * Compares answers with the truth.
     *
     * @param outputs what the network's last layer computed for the batch
     */
    void add(Batch batch, Tensor outputs) {
      int n = batch.size();
      float[] all = outputs.toFloats();
      float[] truths = batch.y().toFloats();
      float @Nullable [] inputs = null;
      for (int i = 0; i < n; i++) {
        float[] raw = row(all, i, n);
        float[] truth = row(truths, i, n);
        String wanted;
        String said;
        double badness;
        if (confusion == null) {
          wanted = text(truth[0]);
          float answer = model.meaning(raw)[0];
          said = text(answer);
          badness = Math.abs((double) answer - truth[0]);
        } else {
          int label = truth.length == 1 ? (int) truth[0] : largest(truth); // of a mixture
          // Several probabilities are in the order of what they are computed from.
          int chosen = largest(raw.length == 1 ? model.meaning(raw) : raw);
          confusion[label][chosen]++;
          if (label == chosen) {
            right++;
            continue;
          }
          wanted = labels.get(label);
          said = labels.get(chosen);
          badness = model.meaning(raw)[chosen];
        }
        if (isAmongWorst(badness)) {
          inputs = inputs == null ? batch.x().toFloats() : inputs;
          worst.add(new Wrong(examples + i, wanted, said, badness, row(inputs, i, n)));
        }
      }
      examples += n;
    }

    /** Makes room for a mistake if it is worse than the least bad of those that are kept. */
    private boolean isAmongWorst(double badness) {
      Wrong least = worst.peek();
      if (least == null || worst.size() < MOST_MISTAKES) {
        return true;
      }
      boolean isWorse = badness > least.probability();
      if (isWorse) {
        worst.poll();
      }
      return isWorse;
    }

    /** What has come together, for the network after so many steps. */
    Predictions at(long step) {
      double accuracy = confusion == null || examples == 0 ? Double.NaN : (double) right / examples;
      List<Mistake> mistakes =
          worst.stream()
              .sorted(SURENESS.reversed())
              .map(w ->
                  new Mistake(
                      w.index(),
                      w.truth(),
                      w.predicted(),
                      w.probability(),
                      Picture.example(model, w.input(), w.truth()),
                      columns(model, w.input())))
              .toList();
      return new Predictions(step, examples, labels, confusion, accuracy, mistakes);
    }
  }

  private static float[] row(float[] all, int i, int rows) {
    int each = all.length / rows;
    return Arrays.copyOfRange(all, i * each, (i + 1) * each);
  }

  /** The columns of a row, as the network reads them. */
  private static @Nullable String columns(Model model, float[] input) {
    return switch (model.preprocessing()) {
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
