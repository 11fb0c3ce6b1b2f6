package dev.hebb.cli;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.nn.metric.Metric;
import dev.hebb.nn.metric.Metrics;
import dev.hebb.nn.optim.AdamW;
import dev.hebb.nn.optim.Optimizer;
import dev.hebb.nn.optim.Schedule;
import dev.hebb.nn.zoo.Zoo;
import dev.hebb.train.data.Augment;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Splits;
import dev.hebb.train.data.TextPrep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to train on certain data where the user says nothing: found by trying, see each line's
 * reason.
 *
 * @param epochs how many at most
 * @param batch examples per step
 * @param rate the peak of the learning rate
 * @param weightDecay AdamW's λ
 * @param patience epochs without a better validation loss after which it ends; 0 for never
 * @param augment how training pictures are varied; null for not at all
 */
record Recipe(
    int epochs,
    int batch,
    double rate,
    double weightDecay,
    int patience,
    @Nullable Augment augment) {

  static Recipe of(Splits data) {
    int n = data.train().size();
    if (data.preprocessing() instanceof TextPrep) {
      // Windows overlap by half, so ten times through 12,800 of the names' is 20 times in all.
      return new Recipe(Math.clamp(130_000L / n, 3, 40), 64, 5e-3, 1e-2, 0, null);
    }
    if (!(data.preprocessing() instanceof ImagePrep prep)) {
      if (n < Zoo.SMALL_TABLE) {
        // About 750 steps and much decay: more learns the training rows by heart.
        int batch = Math.clamp(n / 8, 1, 32);
        return new Recipe(Math.clamp(750L * batch / n, 15, 100), batch, 1e-2, 0.3, 0, null);
      }
      // Larger tables are learned within some thousand steps; when to end, validation says.
      return new Recipe(Math.clamp(3_000_000L / n, 10, 100), 128, 3e-3, 1e-2, 10, null);
    }
    Augment augment =
        switch (prep.style()) {
          // Digits lean and wander; mirrored they are no digits.
          case DIGIT -> Augment.shift(2).then(Augment.rotate(10));
          // Garments fill the picture, and most are symmetric.
          case GARMENT -> Augment.flipHorizontal();
          case PLAIN -> Augment.shift(2);
        };
    // As many examples in all, within limits: small sets are gone through more often.
    return prep.style() == ImagePrep.Style.DIGIT
        ? new Recipe(Math.clamp(150_000L / n, 8, 40), 64, 4e-3, 1e-2, 0, augment)
        : new Recipe(Math.clamp(180_000L / n, 12, 40), 64, 3e-3, 1e-2, 0, augment);
  }

  /** With what the user said instead; 0 or NaN for nothing. */
  Recipe with(int userEpochs, int userBatch, double userRate) {
    return new Recipe(
        userEpochs > 0 ? userEpochs : epochs,
        userBatch > 0 ? userBatch : batch,
        userRate > 0 ? userRate : rate,
        weightDecay,
        patience,
        augment);
  }

  /** AdamW, the rate going up and down once. */
  Optimizer optimizer(int stepsPerEpoch) {
    return AdamW.of(rate)
        .weightDecay(weightDecay)
        .schedule(Schedule.oneCycle(Math.max(2, epochs * stepsPerEpoch)));
  }

  static Loss loss(Splits data) {
    return data.train().isClassification() || data.preprocessing() instanceof TextPrep
        ? Losses.crossEntropy()
        : Losses.mse();
  }

  static List<Metric> metrics(Splits data) {
    if (data.preprocessing() instanceof TextPrep) {
      return List.of();
    }
    return data.train().isClassification()
        ? List.of(Metrics.accuracy())
        : List.of(Metrics.mae(), Metrics.r2());
  }
}
