/**
 * Kernels timed by JMH, never part of the default tests. After {@code mvn package}, with JDK 25:
 *
 * {@snippet lang = sh :
 * java -jar jmh/target/hebb-jmh-0.1.0.jar GemmBench
 * }
 */
@NullMarked
package dev.hebb.jmh;

import org.jspecify.annotations.NullMarked;
