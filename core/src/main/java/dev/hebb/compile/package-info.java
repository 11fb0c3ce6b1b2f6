/**
 * From a graph to a program: simplify, fuse, plan memory, choose kernels. {@link
 * dev.hebb.compile.Engine} is where a tensor whose value is asked for comes in.
 */
@NullMarked
package dev.hebb.compile;

import org.jspecify.annotations.NullMarked;
