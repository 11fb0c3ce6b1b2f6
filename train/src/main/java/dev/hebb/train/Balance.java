package dev.hebb.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How the game of two networks stands after an epoch; see {@link Adversarial}.
 *
 * @param epoch its number, from 1
 * @param epochs how many there will be
 * @param discriminatorLoss the mean of its loss over the epoch
 * @param generatorLoss the mean of its loss over the epoch
 * @param told the share of pairs of a real and a generated example in which the discriminator put
 *     the real one above: ½ where neither network wins, 1 where the discriminator does
 * @param diversity how far generated examples lie from their nearest neighbours in a batch,
 *     compared with real ones: about 1, or 0 where the generator makes one and the same example
 * @param seconds how long the epoch took
 * @param warnings what is out of balance, each with what to do about it; usually empty
 */
public record Balance(
    int epoch,
    int epochs,
    double discriminatorLoss,
    double generatorLoss,
    double told,
    double diversity,
    double seconds,
    List<String> warnings) {
  private static final double DISCRIMINATOR_WINS = 0.98;

  /** With a loss below this it is also sure of it, and has nothing left to learn. */
  private static final double DISCRIMINATOR_SURE = 0.1;

  private static final double DISCRIMINATOR_LOSES = 0.3;
  private static final double COLLAPSED = 0.1;

  /** Takes a copy. */
  public Balance {
    warnings = List.copyOf(warnings);
  }

  /**
   * What the numbers say is wrong.
   *
   * @param sure how small the discriminator's loss is; infinity where a loss of 0 is no limit
   */
  static List<String> judge(double told, double sure, double diversity) {
    var found = new ArrayList<String>();
    if (told >= DISCRIMINATOR_WINS && sure <= DISCRIMINATOR_SURE) {
      found.add(
          String.format(
              Locale.ROOT,
              "The discriminator wins: it tells %.1f %% of the pairs apart and is sure of it, so that"
                  + " the generator learns little from it. Give it a smaller learning rate or fewer units, or use"
                  + " a gradient penalty.",
              100 * told));
    } else if (told <= DISCRIMINATOR_LOSES) {
      found.add(
          String.format(
              Locale.ROOT,
              "The discriminator loses: it takes generated examples for real ones more often than"
                  + " not (it is right in %.1f %% of the pairs). Give it more steps"
                  + " (discriminatorSteps) or a larger learning rate.",
              100 * told));
    }
    if (diversity <= COLLAPSED) {
      found.add(
          String.format(
              Locale.ROOT,
              "The generator has collapsed: its examples are nearly equal (their distances are %.1f"
                  + " %% of those of real ones). Use a gradient penalty or the Wasserstein loss, a"
                  + " smaller learning rate, or batch norm in the generator.",
              100 * diversity));
    }
    return found;
  }

  /** {@code epoch 3/20 discriminator 1.2130 generator 0.8120 told apart 61 % …}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d  discriminator %.4f  generator %.4f  told apart %.0f %%  diversity %.2f  %.1f"
            + " s",
        epoch,
        epochs,
        discriminatorLoss,
        generatorLoss,
        100 * told,
        diversity,
        seconds);
  }
}
