package dev.hebb.train.data;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Data divided for training: what is learned from, what decisions are made by, what is reported.
 *
 * @param name what the data is called, for reports
 * @param train the part that is learned from
 * @param validation the part by which choices such as stopping early are made; may be empty
 * @param test the part that a result is reported on
 * @param notes what was decided on the reader's own account, in sentences, for instance that the
 *     last column was taken as the target
 */
public record Splits(
    String name, Dataset train, Dataset validation, Dataset test, List<String> notes) {
  /** Checks that the parts belong together. */
  public Splits {
    notes = List.copyOf(notes);
    for (var part : List.of(validation, test)) {
      if (!part.shape().equals(train.shape())
          || part.isClassification() != train.isClassification()
          || part.outputs() != train.outputs()) {
        throw new DataException(
            name + ": the parts differ: training has " + train + ", another part " + part);
      }
    }
  }

  /** The shape of one example. */
  public Shape shape() {
    return train.shape();
  }

  /**
   * How many classes there are.
   *
   * @throws DataException if the targets are numbers
   */
  public int classes() {
    return train.classes();
  }

  /** How many numbers a network should give per example: one per class, or one per target value. */
  public int outputs() {
    return train.outputs();
  }

  /**
   * The names of the classes, by index.
   *
   * @throws DataException if the targets are numbers
   */
  public List<String> labels() {
    return train.labels();
  }

  /** How raw input became numbers; fitted on the training part. */
  public Preprocessing preprocessing() {
    return train.preprocessing();
  }

  /**
   * Takes the validation part out of the training part, class by class in proportion.
   *
   * @param fraction the share of the training part that becomes validation, above 0 and below 1
   * @param seed decides which examples
   * @throws DataException if there is a validation part already, or too little to divide
   */
  public Splits withValidation(double fraction, Seed seed) {
    if (validation.size() > 0) {
      throw new DataException(
          name + ": there are already " + validation.size() + " validation examples");
    }
    Splits parts = train.split(1 - fraction, seed);
    return new Splits(name, parts.train(), parts.test(), test, notes);
  }

  /** The same data under another name. */
  Splits named(String newName) {
    return new Splits(newName, train, validation, test, notes);
  }

  /** The same data with one more note. */
  Splits noted(String note) {
    var all = new ArrayList<>(notes);
    all.add(note);
    return new Splits(name, train, validation, test, all);
  }
}
