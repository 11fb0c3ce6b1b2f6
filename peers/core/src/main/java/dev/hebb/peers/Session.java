package dev.hebb.peers;

/** One model of one peer, ready to be stepped. */
public interface Session extends AutoCloseable {
  /** number of trainable scalars (BatchNorm running statistics not counted) */
  long params();

  /**
   * one complete step: training = forward + loss + backward + update; inference = forward, result
   * readable from Java
   */
  void step();

  /** training: loss of the latest step; inference: any checksum of the latest output */
  float loss();

  @Override
  default void close() {}
}
