/** A small network on points of a plane, changed by clicking and drawn while it learns. */
@NullMarked
package dev.hebb.studio.playground;

import org.jspecify.annotations.NullMarked;
