/** Networks: layers and what they build, parameters and their initial values, losses. */
@NullMarked
package dev.hebb.nn;

import org.jspecify.annotations.NullMarked;
