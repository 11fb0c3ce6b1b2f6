/**
 * Kernels on the Vector API. Each has a scalar twin that computes the same values and takes over
 * where the module {@code jdk.incubator.vector} is not there.
 */
@NullMarked
package dev.hebb.runtime.simd;

import org.jspecify.annotations.NullMarked;
