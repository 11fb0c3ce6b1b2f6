package dev.hebb.ir;

import java.lang.reflect.Array;

/** A graph made ready to run on a device. */
public interface Executable {
  /**
   * Runs once: reads the inputs' primitive arrays, updates the graph's variables, and returns the
   * results in fresh arrays. Safe to call from several threads.
   */
  Object[] run(Object[] inputs);

  /** The same into the caller's arrays, one of the right type and size for each result. */
  default void run(Object[] inputs, Object[] results) {
    Object[] fresh = run(inputs);
    for (int i = 0; i < fresh.length; i++) {
      System.arraycopy(fresh[i], 0, results[i], 0, Array.getLength(fresh[i]));
    }
  }

  /** The fused program and its memory plan as text. */
  default String describe() {
    return "";
  }
}
