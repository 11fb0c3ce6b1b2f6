package dev.hebb.studio.serve;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the requests that are being answered; once closed it lets no more in. */
final class Gate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();
  private int inside;
  private boolean closed;

  /**
   * A request begins.
   *
   * @throws Refusal if the server is shutting down
   */
  void enter() {
    lock.lock();
    try {
      if (closed) {
        throw Refusal.busy("the server is shutting down: ask another one, or this one again later");
      }
      inside++;
    } finally {
      lock.unlock();
    }
  }

  /** A request that entered has been answered. */
  void leave() {
    lock.lock();
    try {
      if (--inside == 0) {
        empty.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many requests are being answered. */
  int inside() {
    lock.lock();
    try {
      return inside;
    } finally {
      lock.unlock();
    }
  }

  boolean isOpen() {
    lock.lock();
    try {
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets nobody in any more and waits for those inside.
   *
   * @return whether all have left in time
   */
  boolean close(Duration atMost) {
    lock.lock();
    try {
      closed = true;
      long left = atMost.toNanos();
      while (inside > 0 && left > 0) {
        left = empty.awaitNanos(left);
      }
      return inside == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
