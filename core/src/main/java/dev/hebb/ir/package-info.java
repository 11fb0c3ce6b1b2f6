/**
 * The compiler's view of a computation: a {@link dev.hebb.ir.Graph} of operations in the order they
 * run, captured from tensors. It can be printed, verified, compared, and executed by a {@link
 * dev.hebb.ir.Backend}.
 */
@NullMarked
package dev.hebb.ir;

import org.jspecify.annotations.NullMarked;
