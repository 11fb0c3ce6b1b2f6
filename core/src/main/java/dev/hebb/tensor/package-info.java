/**
 * What users hold in their hands: {@link dev.hebb.tensor.Tensor}, an immutable value that knows how
 * it was computed, its {@link dev.hebb.tensor.Shape} and element type, the {@link
 * dev.hebb.tensor.Variable}s that training changes, and {@link dev.hebb.tensor.Step}, a recorded
 * computation that is replayed.
 */
@NullMarked
package dev.hebb.tensor;

import org.jspecify.annotations.NullMarked;
