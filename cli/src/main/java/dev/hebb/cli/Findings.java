package dev.hebb.cli;

import dev.hebb.train.Model;
import dev.hebb.train.data.Dataset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What a classifier makes of labelled examples. */
final class Findings {
  private static final int BATCH = 250;

  /**
   * A wrong answer.
   *
   * @param example the example's index in the data
   * @param truth the index of the right class
   * @param answer the index of the class that was given
   * @param confidence the probability that was given to it
   */
  record Mistake(int example, int truth, int answer, double confidence) {}

  private final List<String> labels;
  private final int[][] confusion;
  private final List<Mistake> mistakes;

  private Findings(List<String> labels, int[][] confusion, List<Mistake> mistakes) {
    this.labels = labels;
    this.confusion = confusion;
    this.mistakes = mistakes;
  }

  /** Asks the model about every example. */
  static Findings of(Model model, Dataset data) {
    int classes = model.labels().size();
    int[][] confusion = new int[classes][classes];
    var mistakes = new ArrayList<Mistake>();
    float[][] probabilities = predictions(model, data);
    for (int i = 0; i < data.size(); i++) {
      int truth = data.label(i);
      int answer = largest(probabilities[i]);
      confusion[truth][answer]++;
      if (answer != truth) {
        mistakes.add(new Mistake(i, truth, answer, probabilities[i][answer]));
      }
    }
    mistakes.sort(Comparator.comparingDouble(Mistake::confidence).reversed());
    return new Findings(model.labels(), confusion, List.copyOf(mistakes));
  }

  /** The model's answers to all examples, asked in batches. */
  static float[][] predictions(Model model, Dataset data) {
    float[][] all = new float[data.size()][];
    for (int from = 0; from < all.length; from += BATCH) {
      int start = from;
      float[][] rows =
          IntStream.range(from, Math.min(from + BATCH, all.length))
              .mapToObj(data::input)
              .toArray(float[][]::new);
      float[][] answers = model.predict(rows);
      System.arraycopy(answers, 0, all, start, answers.length);
    }
    return all;
  }

  List<String> labels() {
    return labels;
  }

  /** How many examples of class i (row) were taken for class j (column). */
  int[][] confusion() {
    return confusion;
  }

  /** The wrong answers, the most confident first. */
  List<Mistake> mistakes() {
    return mistakes;
  }

  /** How many examples there were. */
  int examples() {
    return IntStream.range(0, confusion.length).map(this::examples).sum();
  }

  /** How many examples of a class there were. */
  int examples(int label) {
    return IntStream.of(confusion[label]).sum();
  }

  /** The share of right answers. */
  double accuracy() {
    return 1 - (double) mistakes.size() / examples();
  }

  /** The share of right answers among the examples of a class; NaN if there were none. */
  double accuracy(int label) {
    return (double) confusion[label][label] / examples(label);
  }

  private static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
