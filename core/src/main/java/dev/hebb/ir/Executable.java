package dev.hebb.ir;

/** A graph made ready to run on a device. */
public interface Executable {
  /**
   * Runs once: reads the inputs' primitive arrays, updates the graph's variables, and returns the
   * results in fresh arrays. Safe to call from several threads.
   */
  Object[] run(Object[] inputs);

  /** The fused program and its memory plan as text. */
  default String describe() {
    return "";
  }
}
