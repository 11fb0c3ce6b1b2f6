/** Optimisers and learning-rate schedules. */
@NullMarked
package dev.hebb.nn.optim;

import org.jspecify.annotations.NullMarked;
