package dev.hebb.runtime.simd;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A kernel in two forms with the same results: plain code now, vector code once it is fast.
 *
 * <p>Until the optimising compiler has compiled it, code on the Vector API allocates an object for
 * each operation: the first thousand calls of one loop together take about a second, where plain
 * code is at a few nanoseconds an element after some calls. So a kernel starts in its plain form.
 * When it turns out to be used a lot, a background thread calls the vector form on data of its own
 * until it is compiled and measurably faster; then callers get that. On a machine where it never
 * is, they keep the plain form.
 *
 * @param <K> the kernel's type
 */
final class LoopTier<K> {
  /** So much work is worth the fraction of a second that the other processor will spend. */
  private static final int WARM_AFTER_ELEMENTS = 1 << 19;

  /** Enough calls of a loop of some twenty rounds to have it compiled by C2. */
  private static final int CALLS_TO_COMPILE = 1_000;

  private static final int RACES = 200;
  private static final int MILLIS_BETWEEN_RACES = 5;

  private static final ThreadPoolExecutor WARMER = warmer();

  private final K plain;
  private final Supplier<K> vector;
  private final Supplier<Consumer<K>> exercise;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private volatile K current;
  private int work; // counted without synchronisation: it need not be exact

  /**
   * A kernel in its plain form.
   *
   * @param plain the plain form
   * @param vector makes the vector form
   * @param exercise makes a typical call, some twenty vectors long, on data of its own
   */
  LoopTier(K plain, Supplier<K> vector, Supplier<Consumer<K>> exercise) {
    this.plain = plain;
    this.vector = vector;
    this.exercise = exercise;
    this.current = plain;
  }

  /** The form to use now, for work on so many elements. */
  K pick(int elements) {
    K kernel = current;
    if (kernel == plain && work >= 0) {
      work += elements;
      if (work >= WARM_AFTER_ELEMENTS) {
        work = Integer.MIN_VALUE;
        if (claimed.compareAndSet(false, true)) {
          WARMER.execute(this::warm);
        }
      }
    }
    return kernel;
  }

  /** Whether callers get the vector form. */
  boolean isWarm() {
    return current != plain;
  }

  private void warm() {
    try {
      K candidate = vector.get();
      Consumer<K> call = exercise.get();
      for (int i = 0; i < CALLS_TO_COMPILE; i++) {
        call.accept(candidate);
      }
      for (int i = 0; i < RACES; i++) {
        if (nanos(call, candidate) < nanos(call, plain)) {
          current = candidate;
          return;
        }
        Thread.sleep(MILLIS_BETWEEN_RACES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <K> long nanos(Consumer<K> call, K kernel) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      call.accept(kernel);
      call.accept(kernel);
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }

  private static ThreadPoolExecutor warmer() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform()
                .daemon()
                .name("hebb-warmer")
                .inheritInheritableThreadLocals(false)
                .factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
