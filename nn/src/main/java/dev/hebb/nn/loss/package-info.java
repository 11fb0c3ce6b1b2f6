/** The losses. {@link dev.hebb.nn.Losses} makes them. */
@NullMarked
package dev.hebb.nn.loss;

import org.jspecify.annotations.NullMarked;
