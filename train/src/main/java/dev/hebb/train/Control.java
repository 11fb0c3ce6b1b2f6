package dev.hebb.train;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What other threads ask of a run: to wait, to go on, to end, to learn at another rate. */
final class Control {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean running;
  private boolean paused;
  private boolean stopped;
  private double learningRate = Double.NaN;

  /** Whether the run may begin; only one may at a time. */
  boolean begin() {
    lock.lock();
    try {
      boolean free = !running;
      running = true;
      return free;
    } finally {
      lock.unlock();
    }
  }

  /** The run is over; what was asked for is forgotten. */
  void finish() {
    lock.lock();
    try {
      running = false;
      paused = false;
      stopped = false;
      learningRate = Double.NaN;
    } finally {
      lock.unlock();
    }
  }

  void pause(boolean wait) {
    lock.lock();
    try {
      paused = wait;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void learningRate(double rate) {
    lock.lock();
    try {
      learningRate = rate;
    } finally {
      lock.unlock();
    }
  }

  /** The learning rate that was asked for since the last call, or NaN. */
  double takeLearningRate() {
    lock.lock();
    try {
      double rate = learningRate;
      learningRate = Double.NaN;
      return rate;
    } finally {
      lock.unlock();
    }
  }

  /** Waits while the run is paused; says whether it is to end. An interrupt ends it too. */
  boolean isToEnd() {
    lock.lock();
    try {
      while (paused && !stopped) {
        changed.await();
      }
      return stopped || Thread.currentThread().isInterrupted();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } finally {
      lock.unlock();
    }
  }
}
