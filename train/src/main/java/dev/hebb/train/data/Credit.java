package dev.hebb.train.data;

import dev.hebb.tensor.Seed;

/**
 * Statlog's German credit (H. Hofmann, University of Hamburg, 1994): 1,000 applications for a loan,
 * 20 columns, 7 of them numbers, and whether it went well: 700 good, 300 bad. It ships with Hebb.
 */
public final class Credit {
  private Credit() {}

  /** 800 applications to train and 200 to test on, always the same ones. */
  public static Splits load() {
    return load(Seed.of(0));
  }

  /** 800 applications to train and 200 to test on; the seed decides which. */
  public static Splits load(Seed seed) {
    return table().split(0.8, seed).named("credit");
  }

  /** The table, for other divisions. */
  public static Table table() {
    return Table.of(Arff.read(Input.resource("credit-g.arff"))).target("class");
  }
}
