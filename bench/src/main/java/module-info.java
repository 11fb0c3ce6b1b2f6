/** Whole workloads, timed. */
module dev.hebb.bench {
  requires java.management;
  requires jdk.incubator.vector;
  requires transitive dev.hebb.nn;
  requires static org.jspecify;

  exports dev.hebb.bench;
}
