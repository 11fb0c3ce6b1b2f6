package dev.hebb.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Marks work that will hardly come again: a value computed at once, such as initial weights, or the
 * packing of frozen weights. It says little about which kernels are worth the compiler's time.
 */
public final class Once {
  private static final AtomicInteger RUNNING = new AtomicInteger();

  private Once() {}

  /** Runs such work. */
  public static void run(Runnable work) {
    RUNNING.incrementAndGet();
    try {
      work.run();
    } finally {
      RUNNING.decrementAndGet();
    }
  }

  /** Whether some thread does such work. A hint: other threads may be at something else. */
  public static boolean isRunning() {
    return RUNNING.get() > 0;
  }
}
