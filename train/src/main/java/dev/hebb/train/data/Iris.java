package dev.hebb.train.data;

import dev.hebb.tensor.Seed;

/**
 * Fisher's Iris (R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936):
 * four lengths in centimetres of 150 flowers of three species, 50 each. It ships with Hebb.
 */
public final class Iris {
  private Iris() {}

  /** 120 flowers to train and 30 to test on, always the same ones. */
  public static Splits load() {
    return load(Seed.of(0));
  }

  /** 120 flowers to train and 30 to test on; the seed decides which. */
  public static Splits load(Seed seed) {
    return table().split(0.8, seed).named("iris");
  }

  /** The table, for other divisions. */
  public static Table table() {
    return Table.of(Arff.read(Input.resource("iris.arff"))).target("class");
  }
}
