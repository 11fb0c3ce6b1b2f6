/**
 * Derivatives: {@link dev.hebb.grad.Gradients} turns the graph of an expression into the graph of
 * its gradient, and checks gradients against differences.
 */
@NullMarked
package dev.hebb.grad;

import org.jspecify.annotations.NullMarked;
