/** Weights that others trained: whose weight is whose, and what came of loading them. */
@NullMarked
package dev.hebb.nn.weights;

import org.jspecify.annotations.NullMarked;
