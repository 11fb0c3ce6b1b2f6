/**
 * Runs a compiled program: the worker threads, the memory that a step lives in, and the interface
 * that a device implements.
 *
 * <p>Work is split by the size of the problem, never by the number of threads, so results have the
 * same bits on any machine width.
 */
@NullMarked
package dev.hebb.runtime;

import org.jspecify.annotations.NullMarked;
