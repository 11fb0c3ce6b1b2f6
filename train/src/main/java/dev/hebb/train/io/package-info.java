/** Model files: saved networks and checkpoints, and the formats of others. */
@NullMarked
package dev.hebb.train.io;

import org.jspecify.annotations.NullMarked;
