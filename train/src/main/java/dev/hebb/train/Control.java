package dev.hebb.train;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What other threads ask of a run: to wait, to go on, to end, to learn at another rate, to write
 * its state.
 */
final class Control {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean running;
  private boolean paused;
  private boolean stopped;
  private double learningRate = Double.NaN;
  private final Set<Path> checkpoints = new LinkedHashSet<>();

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
      checkpoints.clear();
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

  void checkpoint(Path file) {
    lock.lock();
    try {
      checkpoints.add(file);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The files that were asked for since the last call. */
  List<Path> takeCheckpoints() {
    lock.lock();
    try {
      List<Path> files = List.copyOf(checkpoints);
      checkpoints.clear();
      return files;
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

  /** Waits while the run is paused and nothing is to be written; says whether it is to wait on. */
  boolean isPaused() {
    lock.lock();
    try {
      while (paused && !stopped && checkpoints.isEmpty()) {
        changed.await();
      }
      return paused && !stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the run is to end. An interrupt ends it too. */
  boolean isToEnd() {
    lock.lock();
    try {
      return stopped || Thread.currentThread().isInterrupted();
    } finally {
      lock.unlock();
    }
  }
}
