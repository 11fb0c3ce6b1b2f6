/** The training loop, the events it sends out, and what can listen to them. */
@NullMarked
package dev.hebb.train;

import org.jspecify.annotations.NullMarked;
