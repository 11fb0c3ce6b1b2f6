package dev.hebb.runtime;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of threads that runs kernels together.
 *
 * <p>The thread that calls {@link #run} takes part. Tasks are claimed from one atomic counter, and
 * phases are separated by a barrier. A waiting thread spins for some tens of microseconds, which
 * bridges the gap between two kernels of a program, and then parks. A call allocates nothing.
 *
 * <p>A gang serves one caller at a time. Anyone who comes while it is busy (another program, or a
 * task that runs a kernel of its own) runs all tasks alone, so that there are never more running
 * threads than asked for and nobody can wait in a circle. The result does not depend on it: see
 * {@link Kernel}.
 *
 * <p>Any number of threads may call, virtual ones too. The gang's own threads are daemons; they are
 * started when first needed and end when the gang is no longer reachable.
 */
public final class Gang {
  /** Longer than the gap between two kernels, far shorter than a time slice of the scheduler. */
  private static final long SPIN_NANOS = 50_000;

  /** How many spins to do between two looks at the clock, which cost about 25 ns each. */
  private static final int SPINS_PER_LOOK = 32;

  private static final Cleaner CLEANER =
      Cleaner.create(Thread.ofPlatform().daemon().name("hebb-cleaner").factory());

  private static volatile Gang shared = of(Runtime.getRuntime().availableProcessors());

  private final Team team;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Spares spares = new Spares();

  private Gang(int threads) {
    Team team = new Team(threads);
    this.team = team;
    CLEANER.register(this, team::dismiss);
  }

  /** Returns the gang that the library uses; by default it has one thread per processor. */
  public static Gang shared() {
    return shared;
  }

  /**
   * Replaces the shared gang by one with the given number of threads.
   *
   * @param threads the number of threads including the caller, at least 1
   * @throws IllegalArgumentException if {@code threads} is less than 1
   */
  public static synchronized void threads(int threads) {
    Gang old = shared;
    if (old.threads() != threads) {
      shared = of(threads);
      // Whoever still holds the old gang finishes alone.
      old.team.dismiss();
    }
  }

  /**
   * Returns a new gang.
   *
   * @param threads the number of threads including the caller, at least 1
   * @throws IllegalArgumentException if {@code threads} is less than 1
   */
  public static Gang of(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "Gang: " + threads + " threads; the caller counts, so use at least 1");
    }
    return new Gang(threads);
  }

  /** Returns the number of threads, the caller included. */
  public int threads() {
    return team.size;
  }

  /**
   * Has the gang leave one processor to other work, or take it back: while the JVM compiles the
   * kernels, a second thread on slow code only keeps the compiler from making it fast.
   */
  public void lendProcessor(boolean lend) {
    team.lending = lend;
  }

  /**
   * Runs all tasks of a kernel and returns when they are finished.
   *
   * <p>If a task throws, the tasks not yet begun are skipped, and the first exception reaches the
   * caller as it is; the gang stays usable.
   */
  public void run(Kernel k, Operands x) {
    if (team.size > 1 && isParallel(k) && busy.compareAndSet(false, true)) {
      try {
        team.run(k, x);
      } finally {
        busy.set(false);
      }
    } else {
      Scratch s = spares.take();
      try {
        runAlone(k, x, s);
      } finally {
        spares.put(s);
      }
    }
  }

  private static boolean isParallel(Kernel k) {
    for (int p = 0; p < k.phases(); p++) {
      if (k.tasks(p) > 1) {
        return true;
      }
    }
    return false;
  }

  private static void runAlone(Kernel k, Operands x, Scratch s) {
    for (int p = 0; p < k.phases(); p++) {
      int tasks = k.tasks(p);
      for (int t = 0; t < tasks; t++) {
        k.run(p, t, x, s);
      }
    }
  }

  /** What the threads share. It does not know the gang, so that an unreachable gang can be seen. */
  private static final class Team {
    final int size;

    /** Tasks of the current phase that nobody has claimed yet. Setting it publishes the job. */
    private final AtomicInteger unclaimed = new AtomicInteger();

    /** Tasks of the current phase that are not finished. */
    private final AtomicInteger unfinished = new AtomicInteger();

    private final Scratch scratch = new Scratch();
    private volatile Worker @Nullable [] workers;
    private volatile boolean dismissed;
    volatile boolean lending;
    private volatile @Nullable Thread waiting;
    private volatile @Nullable Throwable failure;

    // The job. Read only between claiming a task and finishing it: the job cannot change then.
    private @Nullable Kernel kernel;
    private @Nullable Operands operands;
    private int phase;
    private int tasks;

    Team(int size) {
      this.size = size;
    }

    /** Ends the threads once they are idle; the caller of a later run does all the work. */
    void dismiss() {
      dismissed = true;
      Worker[] all = workers;
      if (all != null) {
        for (Worker w : all) {
          LockSupport.unpark(w.thread);
        }
      }
    }

    void run(Kernel k, Operands x) {
      if (workers == null && !dismissed) {
        recruit();
      }
      kernel = k;
      operands = x;
      try {
        for (int p = 0; p < k.phases(); p++) {
          int n = k.tasks(p);
          if (n == 1) {
            k.run(p, 0, x, scratch);
          } else if (n > 1) {
            runPhase(p, n);
          }
        }
      } finally {
        kernel = null;
        operands = null;
      }
    }

    private void recruit() {
      Worker[] all = new Worker[size - 1];
      for (int i = 0; i < all.length; i++) {
        all[i] = new Worker(this, i + 1);
      }
      // Before any thread can park, so that a dismissal reaches it.
      workers = all;
      for (Worker w : all) {
        w.thread.start();
      }
    }

    private void runPhase(int p, int n) {
      phase = p;
      tasks = n;
      unfinished.set(n);
      unclaimed.set(n);
      wake(n - 1);
      work(scratch);
      await();
      Throwable t = failure;
      if (t != null) {
        failure = null;
        throw Team.<RuntimeException>unchecked(t);
      }
    }

    private void wake(int wanted) {
      Worker[] all = workers;
      if (all != null) {
        for (int i = 0; i < Math.min(wanted, all.length); i++) {
          if (all[i].parked && !all[i].rests()) {
            LockSupport.unpark(all[i].thread);
          }
        }
      }
    }

    /** Claims and runs tasks until none is left unclaimed. */
    void work(Scratch s) {
      for (int left = unclaimed.get(); left > 0; left = unclaimed.get()) {
        if (unclaimed.compareAndSet(left, left - 1)) {
          runTask(tasks - left, s);
        }
      }
    }

    private void runTask(int task, Scratch s) {
      try {
        Kernel k = kernel;
        Operands x = operands;
        if (failure == null && k != null && x != null) {
          k.run(phase, task, x, s);
        }
      } catch (Throwable t) {
        // Two tasks may fail at once; either exception will do.
        failure = t;
      } finally {
        if (unfinished.decrementAndGet() == 0) {
          Thread caller = waiting;
          if (caller != null) {
            LockSupport.unpark(caller);
          }
        }
      }
    }

    /** Waits until the tasks that other threads have claimed are finished. */
    private void await() {
      long start = System.nanoTime();
      for (int i = 1; unfinished.get() != 0; i++) {
        if (i % SPINS_PER_LOOK != 0 || System.nanoTime() - start < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          waiting = Thread.currentThread();
          while (unfinished.get() != 0) {
            LockSupport.park(this);
          }
          waiting = null;
        }
      }
    }

    /** Waits until there are tasks to claim or the team is dismissed. */
    void idle(Worker self) {
      long start = System.nanoTime();
      for (int i = 1; hasNothing(self) && !dismissed; i++) {
        if (i % SPINS_PER_LOOK != 0 || System.nanoTime() - start < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          self.parked = true;
          while (hasNothing(self) && !dismissed) {
            LockSupport.park(this);
          }
          self.parked = false;
        }
      }
    }

    private boolean hasNothing(Worker self) {
      return unclaimed.get() == 0 || self.rests();
    }

    /** Throws anything as it is; a task can throw no checked exception by its signature. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable t) throws T {
      throw (T) t;
    }
  }

  /** One thread besides the caller. */
  private static final class Worker implements Runnable {
    private final Team team;
    private final int number;
    private final Scratch scratch = new Scratch();
    final Thread thread;
    volatile boolean parked;

    Worker(Team team, int number) {
      this.team = team;
      this.number = number;
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("hebb-" + number)
              .inheritInheritableThreadLocals(false)
              .unstarted(this);
    }

    /** Whether this is the thread whose processor is lent. */
    boolean rests() {
      return number == 1 && team.lending;
    }

    @Override
    public void run() {
      while (!team.dismissed) {
        team.idle(this);
        team.work(scratch);
      }
    }
  }

  /** Scratch memory for callers that run alone. */
  private static final class Spares {
    private static final int PLACES = 16;

    private final AtomicReferenceArray<@Nullable Scratch> free = new AtomicReferenceArray<>(PLACES);

    Scratch take() {
      int home = (int) Thread.currentThread().threadId();
      for (int i = 0; i < PLACES; i++) {
        int place = (home + i) & (PLACES - 1);
        if (free.getPlain(place) != null) {
          Scratch s = free.getAndSet(place, null);
          if (s != null) {
            return s;
          }
        }
      }
      return new Scratch();
    }

    void put(Scratch s) {
      int home = (int) Thread.currentThread().threadId();
      for (int i = 0; i < PLACES; i++) {
        int place = (home + i) & (PLACES - 1);
        if (free.getPlain(place) == null && free.compareAndSet(place, null, s)) {
          return;
        }
      }
    }
  }
}
