package dev.hebb.runtime;

import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of threads that runs kernels together.
 *
 * <p>The thread that calls {@link #run} takes part. Phases are separated by a barrier. Kernels that
 * do not wait for each other share a phase. Each thread has a share: the same part of every
 * kernel's tasks, which mostly read what the same part of the last kernel's wrote, so that it lies
 * in that processor's own cache. It claims the tasks of its own share first, from a counter that
 * nobody else writes meanwhile, and then helps the others. A waiting thread spins for some tens of
 * microseconds, which bridges the gap between two kernels of a program, and then parks. A call
 * allocates nothing.
 *
 * <p>A gang serves one caller at a time. Anyone who comes while it is busy (another program, or a
 * task that runs a kernel of its own) runs all tasks alone, so that nobody can wait in a circle.
 * The result does not depend on it: see {@link Kernel}.
 *
 * <p>There are no more running threads than asked for: for each caller but the first that has
 * {@link #enter entered} one of the gang's own threads rests, once it has ended its task, and a
 * caller for whom there is no room waits.
 *
 * <p>Any number of threads may call, virtual ones too. The gang's own threads are daemons; they are
 * started when first needed and end when the gang is no longer reachable.
 */
public final class Gang {
  /** Longer than the gap between two kernels, far shorter than a time slice of the scheduler. */
  private static final long SPIN_NANOS = 50_000;

  /** How many spins to do between two looks at the clock, which cost about 25 ns each. */
  private static final int SPINS_PER_LOOK = 32;

  /** Ints in two cache lines, which processors fetch together. */
  private static final int LINES = 32;

  private static final Cleaner CLEANER =
      Cleaner.create(Thread.ofPlatform().daemon().name("hebb-cleaner").factory());

  private static volatile Gang shared = of(Runtime.getRuntime().availableProcessors());

  private final Team team;
  private final Semaphore room;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Pool<Scratch> spares = new Pool<>();

  private Gang(int threads) {
    this.room = new Semaphore(threads);
    Team team = new Team(threads, room);
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
   * Waits until fewer callers than threads are at work, and counts as one of them until {@link
   * #leave}. A task must not do that, and what no second thread shares need not.
   */
  public void enter() {
    room.acquireUninterruptibly();
  }

  /** Ends what {@link #enter} began. */
  public void leave() {
    room.release();
  }

  /** Runs one kernel; see {@link #run(Job...)}. */
  public void run(Kernel k, Operands x) {
    run(new Job(k, x));
  }

  /**
   * Runs jobs one after the other, each with all its tasks, and returns when they are finished.
   *
   * <p>If a task throws, the tasks not yet begun are skipped, and the first exception reaches the
   * caller as it is; the gang stays usable.
   */
  public void run(Job... jobs) {
    Scratch held = spares.take();
    Scratch s = held == null ? new Scratch() : held;
    try {
      for (Job job : jobs) {
        run(job, s);
      }
    } finally {
      spares.put(s);
    }
  }

  private void run(Job job, Scratch s) {
    if (job.isParallel && team.size > 1 && busy.compareAndSet(false, true)) {
      try {
        team.run(job, s);
      } finally {
        busy.set(false);
      }
    } else {
      job.runAlone(s);
    }
  }

  /** What the threads share. It does not know the gang, so that an unreachable gang can be seen. */
  private static final class Team {
    /** After a thread's share of each kernel's tasks: the last phase called. */
    private static final int CALLED = Job.MOST;

    /**
     * In lines of its own, so that the caller can wait for it while the thread claims tasks: how
     * many tasks the thread has finished, in all phases.
     */
    private static final int FINISHED = LINES;

    /** How many ints a thread has. */
    private static final int OWN = 2 * LINES;

    final int size;

    /** For each caller at work there is one place less. */
    private final Semaphore room;

    /**
     * For each thread: what is not yet claimed of its share of each kernel's tasks in the current
     * phase, and two counters. What two threads write by turns has to travel between their
     * processors, so a thread writes its own alone, but for calls and for tasks it takes over. The
     * first lines stay empty: all threads read the length that lies before them.
     */
    private final AtomicIntegerArray counters;

    private volatile Worker @Nullable [] workers;
    private volatile boolean dismissed;
    volatile boolean lending;
    private volatile @Nullable Thread waiting;
    private volatile @Nullable Throwable failure;

    // The job. Read only between claiming a task and finishing it: the job cannot change then.
    private @Nullable Job job;
    private int phase;

    /** Numbers the phases of kernels, so that a thread knows what is left over from another one. */
    private long phases;

    /** How many tasks all threads have to finish until the phase ends; it may run over. */
    private int end;

    Team(int size, Semaphore room) {
      this.size = size;
      this.room = room;
      this.counters = new AtomicIntegerArray(place(size, 0));
    }

    /** Where a thread's counters lie. */
    private static int place(int thread, int counter) {
      return LINES + thread * OWN + counter;
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

    void run(Job work, Scratch s) {
      if (workers == null && !dismissed) {
        recruit();
      }
      job = work;
      try {
        for (int p = 0; p < work.tasks.length; p++) {
          int n = 0;
          for (int tasks : work.tasks[p]) {
            n += tasks;
          }
          phases += work.kernels.length;
          if (n == 1) {
            runOnly(work, p, s);
          } else if (n > 1) {
            runPhase(work, p, n, s);
          }
        }
      } finally {
        job = null;
      }
    }

    /** Runs the only task of a phase. */
    private void runOnly(Job work, int p, Scratch s) {
      for (int k = 0; k < work.kernels.length; k++) {
        if (work.tasks[p][k] == 1) {
          s.begin(phases - k);
          work.kernels[k].run(p, 0, work.operands[k], s);
        }
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

    private void runPhase(Job work, int p, int n, Scratch s) {
      phase = p;
      end += n;
      for (int i = size - 1; i >= 0; i--) {
        for (int k = 0; k < work.kernels.length; k++) {
          int tasks = work.tasks[p][k];
          // Whoever claims one of them sees the job.
          counters.setRelease(place(i, k), shareBegin(i + 1, tasks) - shareBegin(i, tasks));
        }
        counters.setRelease(place(i, CALLED), (int) phases);
      }
      VarHandle.fullFence(); // a thread that now parks has seen the call, or is seen to be parked
      wake(n - 1);
      work(0, s);
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
          if (all[i].parked && !rests(i + 1)) {
            LockSupport.unpark(all[i].thread);
          }
        }
      }
    }

    /** Where the share of thread i begins, of n tasks. */
    private int shareBegin(int i, int n) {
      return (int) ((long) n * i / size);
    }

    /** Returns how many tasks all threads have finished; it may run over. */
    private int finished() {
      int sum = 0;
      for (int i = 0; i < size; i++) {
        sum += counters.get(place(i, FINISHED));
      }
      return sum;
    }

    /** Whether a thread's processor is lent, or a caller's thread runs in its place. */
    boolean rests(int self) {
      return self == 1 && lending || self > room.availablePermits();
    }

    /**
     * Runs the tasks of a thread's own share, then of the others', until none is left unclaimed.
     */
    void work(int self, Scratch s) {
      int done = 0;
      for (int i = 0; i < size; i++) {
        int owner = (self + i) % size;
        for (int k = 0; k < Job.MOST; k++) {
          int at = place(owner, k);
          for (int left = counters.get(at); left > 0 && !rests(self); left = counters.get(at)) {
            if (counters.compareAndSet(at, left, left - 1)) {
              runTask(owner, k, left, s);
              done++;
            }
          }
        }
      }
      if (done > 0) {
        counters.set(place(self, FINISHED), counters.getPlain(place(self, FINISHED)) + done);
        Thread caller = waiting;
        if (caller != null) {
          LockSupport.unpark(caller);
        }
      }
    }

    /** Runs a task, the first of those {@code left} of a thread's share of kernel k. */
    private void runTask(int owner, int k, int left, Scratch s) {
      Job work = job;
      if (failure == null && work != null) {
        int p = phase;
        try {
          s.begin(phases - k);
          int task = shareBegin(owner + 1, work.tasks[p][k]) - left;
          work.kernels[k].run(p, task, work.operands[k], s);
        } catch (Throwable t) {
          // Two tasks may fail at once; either exception will do.
          failure = t;
        }
      }
    }

    /** Waits until the tasks that other threads have claimed are finished. */
    private void await() {
      long start = System.nanoTime();
      for (int i = 1; finished() != end; i++) {
        if (i % SPINS_PER_LOOK != 0 || System.nanoTime() - start < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          waiting = Thread.currentThread();
          while (finished() != end) {
            LockSupport.park(this);
          }
          waiting = null;
        }
      }
    }

    /** Waits until there is a call after {@code last} or the team is dismissed. */
    int idle(Worker self, int last) {
      long start = System.nanoTime();
      for (int i = 1; hasNothing(self, last) && !dismissed; i++) {
        if (i % SPINS_PER_LOOK != 0 || System.nanoTime() - start < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          self.parked = true;
          while (hasNothing(self, last) && !dismissed) {
            LockSupport.park(this);
          }
          self.parked = false;
        }
      }
      return called(self);
    }

    private boolean hasNothing(Worker self, int last) {
      return called(self) == last || rests(self.number);
    }

    private int called(Worker self) {
      return counters.get(place(self.number, CALLED));
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

    @Override
    public void run() {
      int last = 0;
      while (!team.dismissed) {
        last = team.idle(this, last);
        team.work(number, scratch);
      }
    }
  }
}
