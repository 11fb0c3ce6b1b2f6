/**
 * Where data becomes batches. Readers ({@link dev.hebb.train.data.Table}, {@link
 * dev.hebb.train.data.Idx}, {@link dev.hebb.train.data.ImageFolder}) and the data sets that ship
 * with Hebb ({@link dev.hebb.train.data.Digits}, {@link dev.hebb.train.data.Iris}, {@link
 * dev.hebb.train.data.Credit}) give {@link dev.hebb.train.data.Splits}; a split is a {@link
 * dev.hebb.train.data.Dataset}, read by a {@link dev.hebb.train.data.Loader} one {@link
 * dev.hebb.train.data.Batch} at a time. The {@link dev.hebb.train.data.Preprocessing} that turned
 * raw input into numbers stays with the data, so that a saved model can do the same to new input.
 *
 * <p>Everything is a pure function of its seed: a run that stops after a batch and is resumed there
 * reads exactly the examples that an uninterrupted run would have read. What is wrong with a file
 * or a request is said by a {@link dev.hebb.train.data.DataException}, and by nothing else.
 */
@NullMarked
package dev.hebb.train.data;

import org.jspecify.annotations.NullMarked;
