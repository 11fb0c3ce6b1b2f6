/**
 * The classics: the models from before and beside deep networks, each small enough to be checked by
 * hand. Read them in this order.
 *
 * <ol>
 *   <li>One neuron: {@link dev.hebb.nn.classic.McCullochPitts} (1943), {@link
 *       dev.hebb.nn.classic.ThresholdNeuron}, {@link dev.hebb.nn.classic.Neuron}.
 *   <li>Threshold neurons together: {@link dev.hebb.nn.classic.Gate}, {@link
 *       dev.hebb.nn.classic.ThresholdNet}.
 *   <li>Learning by correcting mistakes: {@link dev.hebb.nn.classic.Perceptron}, and what it can
 *       never learn: {@link dev.hebb.nn.classic.Separability}.
 *   <li>Learning by the best probability: {@link dev.hebb.nn.classic.LogisticRegression}, {@link
 *       dev.hebb.nn.classic.SoftmaxRegression}.
 *   <li>Sending errors back: {@link dev.hebb.nn.classic.ErrorShare}.
 *   <li>Learning without labels, and networks that stand on it: {@link dev.hebb.nn.classic.KMeans},
 *       {@link dev.hebb.nn.classic.RbfNetwork}.
 *   <li>Memories: {@link dev.hebb.nn.classic.Hopfield}, {@link dev.hebb.nn.classic.ModernHopfield}.
 * </ol>
 *
 * <p>All are immutable values: learning returns a new one. They compute in float64, take examples
 * as the rows of a matrix, and refuse numbers that are not finite. For data of any size, train a
 * {@link dev.hebb.nn.Net}.
 */
@NullMarked
package dev.hebb.nn.classic;

import org.jspecify.annotations.NullMarked;
