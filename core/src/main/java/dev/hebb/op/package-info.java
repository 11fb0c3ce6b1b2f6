/**
 * What can be computed: a closed set of node kinds ({@link dev.hebb.op.Op}), and inside them an
 * open set of operations. Shape rule, gradient, reference implementation, ONNX name and test
 * samples of each stand together; nothing here knows how an operation is made fast.
 *
 * <p>A new scalar primitive is one constant of {@link dev.hebb.op.ScalarOp}; a new activation is
 * one constant of {@link dev.hebb.op.Activation}, written with tensor operations, and fusion gives
 * it its speed.
 */
@NullMarked
package dev.hebb.op;

import org.jspecify.annotations.NullMarked;
