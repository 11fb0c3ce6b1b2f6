/**
 * Whole workloads, timed: what {@code hebb bench} does, and what the peers' harness runs beside
 * other libraries. {@link dev.hebb.bench.Workload} lists them, {@link dev.hebb.bench.Bench} gives
 * each a JVM of its own, {@link dev.hebb.bench.Machine} measures what the machine could do.
 */
@NullMarked
package dev.hebb.bench;

import org.jspecify.annotations.NullMarked;
