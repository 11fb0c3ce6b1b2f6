/** Files made to break readers: the reader says what is wrong, and nothing else happens. */
@NullMarked
package dev.hebb.fuzz;

import org.jspecify.annotations.NullMarked;
