package dev.hebb.peers;

/** A library under test. Implementations need a public no-argument constructor. */
public interface Peer {
  String version();

  /** null if this peer does not do this workload */
  Session open(String workload, int threads);
}
