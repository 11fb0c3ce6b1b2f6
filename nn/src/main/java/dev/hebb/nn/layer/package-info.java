/** The layers, each a record of its options. */
@NullMarked
package dev.hebb.nn.layer;

import org.jspecify.annotations.NullMarked;
