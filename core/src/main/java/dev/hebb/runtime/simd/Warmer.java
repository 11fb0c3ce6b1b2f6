package dev.hebb.runtime.simd;

import dev.hebb.runtime.Gang;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that gets kernels compiled, a few milliseconds at a time: each time the kernel that
 * has worked most so far goes on, so that those of a training loop overtake those that only
 * initialised the weights, and none waits while the compiler is busy with another.
 */
final class Warmer {
  /** Something to be done in small portions. */
  interface Task {
    /** What {@link #advance} returns at the end. */
    int DONE = -1;

    /** How urgent it is; may grow at any time. */
    long weight();

    /**
     * Goes on for a few milliseconds.
     *
     * @return after how many milliseconds it makes sense to go on, or {@link #DONE}
     */
    int advance();
  }

  /** At first the compiler has the plain form to do, and somebody waits for a first step. */
  private static final long HEAD_START = TimeUnit.MILLISECONDS.toNanos(400);

  /** A kernel that is looked at less often than after so many milliseconds needs no processor. */
  private static final int PATIENCE = 20;

  private static final class Entry {
    final Task task;
    long notBefore;
    int pause;

    Entry(Task task, long notBefore) {
      this.task = task;
      this.notBefore = notBefore;
    }
  }

  private static final List<Entry> PENDING = new ArrayList<>(); // guarded by itself
  private static boolean running; // guarded by PENDING

  private Warmer() {}

  /** Has a task done in the background. */
  static void add(Task task) {
    add(task, HEAD_START);
  }

  /** Has a task begun at once: the compiler has nothing to do yet that the caller waits for. */
  static void addNow(Task task) {
    add(task, 0);
  }

  private static void add(Task task, long headStart) {
    synchronized (PENDING) {
      PENDING.add(new Entry(task, System.nanoTime() + headStart));
      PENDING.notifyAll();
      if (!running) {
        running = true;
        Thread.ofPlatform()
            .daemon()
            .name("hebb-warmer")
            .inheritInheritableThreadLocals(false)
            .start(Warmer::run);
      }
    }
  }

  private static void run() {
    for (Entry entry = next(); entry != null; entry = next()) {
      int pause = advance(entry.task);
      if (pause == Task.DONE) {
        synchronized (PENDING) {
          PENDING.remove(entry);
        }
      } else {
        entry.pause = pause;
        entry.notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
      }
    }
  }

  private static int advance(Task task) {
    try {
      return task.advance();
    } catch (RuntimeException | LinkageError e) {
      System.getLogger("dev.hebb")
          .log(System.Logger.Level.WARNING, "A kernel stays in plain code, which is slower", e);
      return Task.DONE;
    }
  }

  /** The most urgent task, once one is ready; null at the end of all. */
  private static @Nullable Entry next() {
    synchronized (PENDING) {
      while (!PENDING.isEmpty()) {
        long now = System.nanoTime();
        long soonest = Long.MAX_VALUE;
        Entry best = null;
        boolean busy = false;
        for (Entry entry : PENDING) {
          long wait = entry.notBefore - now;
          busy |= wait <= TimeUnit.MILLISECONDS.toNanos(PATIENCE) && entry.pause <= PATIENCE;
          soonest = Math.min(soonest, wait);
          if (wait <= 0 && (best == null || entry.task.weight() > best.task.weight())) {
            best = entry;
          }
        }
        Gang.shared().lendProcessor(busy);
        if (best != null) {
          return best;
        }
        try {
          PENDING.wait(TimeUnit.NANOSECONDS.toMillis(soonest) + 1);
        } catch (InterruptedException e) {
          // Nobody has a reason to interrupt this thread; the kernels left stay plain.
          PENDING.clear();
        }
      }
      running = false;
      Gang.shared().lendProcessor(false);
      return null;
    }
  }
}
