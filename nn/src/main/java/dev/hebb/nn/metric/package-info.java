/** Metrics: what is measured of a network's predictions besides its loss. */
@NullMarked
package dev.hebb.nn.metric;

import org.jspecify.annotations.NullMarked;
