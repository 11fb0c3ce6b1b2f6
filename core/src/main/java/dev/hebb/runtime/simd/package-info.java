/**
 * Kernels on the Vector API. Each has a scalar twin that computes the same values and takes over
 * where the module {@code jdk.incubator.vector} is not there.
 *
 * <p>A vector is fast as long as the compiler keeps it in a register. It allocates an object for
 * each operation instead, forever, where it does not know a vector's exact class or cannot inline
 * what uses it. Hence three rules, which every kernel here follows:
 *
 * <ul>
 *   <li>One shape for all: vectors of an element type have one length in the whole process. The
 *       methods of the Vector API are shared; once they have met two classes, a vector that a loop
 *       carries from round to round is of no known class any more.
 *   <li>What grows beyond some forty vector operations calls no method of ours after that point:
 *       the compiler has stopped to inline them (but never those of the Vector API).
 *   <li>One flat loop carries vectors, not two nested ones, and a method that the compiler is to
 *       inline has at most 325 bytes of code.
 * </ul>
 *
 * <p>Elementwise chains that work much are the exception that needs no second rule: {@link
 * dev.hebb.runtime.simd.ChainLoops} makes a class for each, into which the functions of {@code
 * VectorMath} are copied instead of called.
 */
@NullMarked
package dev.hebb.runtime.simd;

import org.jspecify.annotations.NullMarked;
