package dev.hebb.runtime;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Things that threads borrow for a moment. A thread looks first where it left one the last time, so
 * that it meets its own caches again; borrowing and returning allocate nothing. What finds no place
 * is left to the garbage collector.
 *
 * @param <T> what is borrowed
 */
public final class Pool<T> {
  /** A power of two, and more than the threads that use one thing at once on most machines. */
  private static final int PLACES = 32;

  private final AtomicReferenceArray<@Nullable T> free = new AtomicReferenceArray<>(PLACES);

  /** Makes an empty pool. */
  public Pool() {}

  /** Takes one, or returns null if none is left. */
  public @Nullable T take() {
    int home = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PLACES; i++) {
      int place = (home + i) & (PLACES - 1);
      if (free.getPlain(place) != null) {
        T held = free.getAndSet(place, null);
        if (held != null) {
          return held;
        }
      }
    }
    return null;
  }

  /** Gives one back. */
  public void put(T held) {
    int home = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PLACES; i++) {
      int place = (home + i) & (PLACES - 1);
      if (free.getPlain(place) == null && free.compareAndSet(place, null, held)) {
        return;
      }
    }
  }
}
