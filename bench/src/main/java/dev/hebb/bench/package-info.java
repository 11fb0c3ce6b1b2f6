/**
 * Measurements, never part of the default tests. After {@code mvn package}, with JDK 25:
 *
 * {@snippet lang = sh :
 * java --add-modules jdk.incubator.vector -jar bench/target/hebb-bench-0.1.0.jar        # whole steps
 * java -cp bench/target/hebb-bench-0.1.0.jar org.openjdk.jmh.Main GemmBench             # kernels
 * }
 */
@NullMarked
package dev.hebb.bench;

import org.jspecify.annotations.NullMarked;
