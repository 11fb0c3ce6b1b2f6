/** Training runs as event files that TensorBoard shows. */
@NullMarked
package dev.hebb.tensorboard;

import org.jspecify.annotations.NullMarked;
