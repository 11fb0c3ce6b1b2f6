package dev.hebb.runtime.simd;

import dev.hebb.runtime.Once;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A kernel in two forms with the same results: plain code now, vector code once it is fast.
 *
 * <p>Until the optimising compiler has compiled it, code on the Vector API allocates an object for
 * each operation: the first thousand calls of one loop together take up to half a second, where
 * plain code is at a few nanoseconds an element after some calls. So a kernel starts in its plain
 * form. When it turns out to be used a lot, a background thread calls the vector form on data of
 * its own until it is compiled and measurably faster; then callers get that. On a machine where it
 * never is, they keep the plain form.
 *
 * @param <K> the kernel's type
 */
final class LoopTier<K> {
  /** So much work is worth the fraction of a second that the other processor will spend. */
  private static final int WARM_AFTER_ELEMENTS = 1 << 19;

  /** Work that will hardly come again counts for a small part only. */
  private static final int ONCE_SHIFT = 5;

  private final K plain;
  private final Supplier<K> vector;
  private final Supplier<List<Consumer<K>>> exercise;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private volatile K current;
  private volatile boolean gaveUp;
  private long work; // counted without synchronisation: it need not be exact

  /**
   * A kernel in its plain form.
   *
   * @param plain the plain form
   * @param vector makes the vector form
   * @param exercise makes typical calls, some twenty vectors long, on data of its own: one for each
   *     inner loop of the kernel
   */
  LoopTier(K plain, Supplier<K> vector, Supplier<List<Consumer<K>>> exercise) {
    this.plain = plain;
    this.vector = vector;
    this.exercise = exercise;
    this.current = plain;
  }

  /** The form to use now, for work on so many elements. */
  K pick(int elements) {
    K kernel = current;
    if (kernel == plain) {
      if (Simd.AT_ONCE) {
        return current = vector.get();
      }
      work += Once.isRunning() ? elements >> ONCE_SHIFT : elements;
      if (work >= WARM_AFTER_ELEMENTS && claim()) {
        Warmer.add(new WarmUp());
      }
    }
    return kernel;
  }

  /**
   * The form that will be used from now on; null while that is open.
   *
   * @param narrow whether the work fills no vector, so that both forms do the same
   */
  @Nullable K settled(boolean narrow) {
    return narrow ? plain : gaveUp || isWarm() ? current : null;
  }

  /** Has the vector form warmed up at once, because work on so many elements is about to come. */
  void expect(long elements) {
    if (current == plain && !Simd.AT_ONCE && elements >= WARM_AFTER_ELEMENTS && claim()) {
      work += elements;
      Warmer.addNow(new WarmUp());
    }
  }

  private boolean claim() {
    return !claimed.get() && claimed.compareAndSet(false, true);
  }

  /** Whether callers get the vector form. */
  boolean isWarm() {
    return current != plain;
  }

  /** Calls the vector form until it is compiled, which shows in a race against the plain form. */
  private final class WarmUp implements Warmer.Task {
    /** A loop of some twenty rounds is put on the compiler's list after about so many calls. */
    private static final int ROUNDS_TO_COMPILE = 1_000;

    private static final int ROUNDS_AT_A_TIME = 100;
    private static final long NANOS_AT_A_TIME = TimeUnit.MILLISECONDS.toNanos(5);

    /** The compiler may be busy for seconds; but some plain loops it makes just as fast. */
    private static final int ROUNDS_TO_GIVE_UP = 20_000;

    private static final int HEATS = 5;

    private static final int MOST_MILLIS_OF_PAUSE = 100;

    private @Nullable K candidate;
    private @Nullable List<Consumer<K>> calls;
    private int rounds;
    private int pause;

    @Override
    public long weight() {
      return work;
    }

    @Override
    public int advance() {
      K kernel = candidate == null ? candidate = vector.get() : candidate;
      List<Consumer<K>> all = calls == null ? calls = exercise.get() : calls;
      long end = System.nanoTime() + NANOS_AT_A_TIME;
      for (int i = 0; i < ROUNDS_AT_A_TIME && System.nanoTime() < end; i++) {
        for (Consumer<K> call : all) {
          call.accept(kernel);
        }
        rounds++;
      }
      if (isFaster(kernel, all)) {
        current = kernel;
        return DONE;
      }
      if (rounds > ROUNDS_TO_COMPILE) {
        pause = Math.min(pause + 1 + pause / 8, MOST_MILLIS_OF_PAUSE);
      }
      if (rounds < ROUNDS_TO_GIVE_UP) {
        return pause;
      }
      gaveUp = true;
      return DONE;
    }

    /**
     * In all, and nowhere much slower: a call that is stands on a method that is not compiled yet.
     */
    private boolean isFaster(K kernel, List<Consumer<K>> all) {
      long gained = 0;
      for (Consumer<K> call : all) {
        long toBeat = Long.MAX_VALUE;
        for (int i = 0; i < HEATS; i++) {
          toBeat = Math.min(toBeat, nanos(plain, call));
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < HEATS && best >= toBeat; i++) {
          best = Math.min(best, nanos(kernel, call));
        }
        if (best > 2 * toBeat) {
          return false;
        }
        gained += toBeat - best;
      }
      return gained > 0;
    }

    private long nanos(K kernel, Consumer<K> call) {
      long start = System.nanoTime();
      call.accept(kernel);
      return System.nanoTime() - start;
    }
  }
}
