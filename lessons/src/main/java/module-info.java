/** The lecture's ideas as walk-throughs that check their own numbers. */
module dev.hebb.lessons {
  requires transitive dev.hebb.train;
  requires static org.jspecify;

  exports dev.hebb.lessons;
}
