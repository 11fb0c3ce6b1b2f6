/**
 * The playground: a small network on points of a plane, trained by Hebb's own engine while it is
 * watched and changed, and its arithmetic, number by number.
 */
@NullMarked
package dev.hebb.studio.playground;

import org.jspecify.annotations.NullMarked;
