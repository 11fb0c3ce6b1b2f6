package dev.hebb.cli;

import dev.hebb.train.Model;
import dev.hebb.train.data.Dataset;
import org.jspecify.annotations.Nullable;

/** How good a model is, in words and numbers. */
final class Outcome {
  private Outcome() {}

  /** Measures the model on the data and prints the result; null where numbers are predicted. */
  static @Nullable Findings print(Console console, Model model, Dataset data, String what) {
    if (!model.isClassifier()) {
      values(console, model, data, what);
      return null;
    }
    Findings findings = Findings.of(model, data);
    console.line(
        "%d %s: %s right (%d wrong)",
        findings.examples(), what, Text.percent(findings.accuracy()), findings.mistakes().size());
    console.line("");
    console.line(Text.classes(findings));
    String confusion = Text.confusion(findings);
    if (!confusion.isEmpty()) {
      console.line(confusion);
    }
    return findings;
  }

  private static void values(Console console, Model model, Dataset data, String what) {
    float[][] predictions = Findings.predictions(model, data);
    double mean = 0;
    int n = 0;
    for (int i = 0; i < data.size(); i++) {
      for (float y : data.target(i)) {
        mean += (y - mean) / ++n;
      }
    }
    double absolute = 0;
    double squared = 0;
    double spread = 0;
    for (int i = 0; i < data.size(); i++) {
      float[] y = data.target(i);
      for (int k = 0; k < y.length; k++) {
        double error = (double) predictions[i][k] - y[k];
        absolute += Math.abs(error);
        squared += error * error;
        spread += (y[k] - mean) * (y[k] - mean);
      }
    }
    console.line(
        "%d %s: mean absolute error %.4g, root of the mean squared error %.4g, R² %.4f",
        data.size(), what, absolute / n, Math.sqrt(squared / n), 1 - squared / spread);
  }
}
