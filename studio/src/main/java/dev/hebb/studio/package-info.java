/** A page in the browser that shows networks learning: the server behind it, and what feeds it. */
@NullMarked
package dev.hebb.studio;

import org.jspecify.annotations.NullMarked;
