package dev.hebb.train.data;

/**
 * How raw input becomes the numbers that a network reads. It travels with the data and inside a
 * saved model, so that new input is treated as the training data was. All kinds are plain records
 * of lists and primitives.
 */
public sealed interface Preprocessing permits Preprocessing.None, ImagePrep, TablePrep, TextPrep {
  /** The input is already numbers. */
  Preprocessing NONE = new None();

  /** The input is taken as it is. */
  record None() implements Preprocessing {}
}
