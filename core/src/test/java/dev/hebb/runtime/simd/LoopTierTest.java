package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.runtime.Once;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("what runs beside it takes part in the measurement")
class LoopTierTest {
  private static final Supplier<List<Consumer<Runnable>>> EXERCISE = () -> List.of(Runnable::run);

  @Test
  void littleWorkStaysPlain() {
    AtomicInteger made = new AtomicInteger();
    Runnable plain = () -> {};
    LoopTier<Runnable> tier =
        new LoopTier<>(
            plain,
            () -> {
              made.incrementAndGet();
              return plain;
            },
            EXERCISE);
    for (int i = 0; i < 100; i++) {
      assertThat(tier.pick(1024)).isSameAs(plain);
    }
    assertThat(made).hasValue(0);
    assertThat(tier.settled(false)).isNull();
  }

  @Test
  void muchWorkGetsTheFasterForm() throws InterruptedException {
    Runnable slow = () -> LockSupport.parkNanos(100_000);
    Runnable fast = () -> {};
    LoopTier<Runnable> tier = new LoopTier<>(slow, () -> fast, EXERCISE);
    assertThat(tier.pick(1 << 20)).isSameAs(slow);
    assertThat(tier.settled(true)).isSameAs(slow);
    for (int i = 0; i < 6000 && !tier.isWarm(); i++) {
      Thread.sleep(10);
    }
    assertThat(tier.isWarm()).isTrue();
    assertThat(tier.pick(1)).isSameAs(fast);
    assertThat(tier.settled(false)).isSameAs(fast);
    assertThat(tier.settled(true)).isSameAs(slow);
  }

  /** Initial weights are computed once: that is no reason to keep the compiler busy. */
  @Test
  void workDoneOnceCountsLittle() {
    AtomicInteger made = new AtomicInteger();
    Runnable plain = () -> {};
    LoopTier<Runnable> tier =
        new LoopTier<>(
            plain,
            () -> {
              made.incrementAndGet();
              return plain;
            },
            EXERCISE);
    Once.run(() -> assertThat(tier.pick(1 << 20)).isSameAs(plain));
    assertThat(Once.isRunning()).isFalse();
    LockSupport.parkNanos(600_000_000); // longer than a task waits before it begins
    assertThat(made).hasValue(0);
  }

  @Test
  void expectedWorkIsPreparedFor() throws InterruptedException {
    Runnable slow = () -> LockSupport.parkNanos(100_000);
    Runnable fast = () -> {};
    LoopTier<Runnable> tier = new LoopTier<>(slow, () -> fast, EXERCISE);
    tier.expect(1 << 20);
    for (int i = 0; i < 6000 && !tier.isWarm(); i++) {
      Thread.sleep(10);
    }
    assertThat(tier.pick(1)).isSameAs(fast);
  }

  @Test
  void aSlowerFormIsNotTaken() throws InterruptedException {
    Runnable plain = () -> {};
    AtomicInteger calls = new AtomicInteger();
    Runnable slow =
        () -> {
          calls.incrementAndGet();
          LockSupport.parkNanos(10_000);
        };
    LoopTier<Runnable> tier = new LoopTier<>(plain, () -> slow, EXERCISE);
    tier.pick(1 << 20);
    for (int i = 0; i < 6000 && calls.get() < 1100; i++) {
      Thread.sleep(10);
    }
    assertThat(calls.get()).isGreaterThanOrEqualTo(400);
    assertThat(tier.pick(1)).isSameAs(plain);
  }

  /** The compiler may be busy for long: a form that is slow at first is taken when it is fast. */
  @Test
  void aFormThatBecomesFastLateIsTaken() throws InterruptedException {
    Runnable plain = () -> LockSupport.parkNanos(100_000);
    AtomicInteger calls = new AtomicInteger();
    Runnable late =
        () -> {
          // Twenty times as long as the plain form, which a busy machine does not make equal.
          if (calls.incrementAndGet() < 400) {
            LockSupport.parkNanos(2_000_000);
          }
        };
    LoopTier<Runnable> tier = new LoopTier<>(plain, () -> late, EXERCISE);
    tier.pick(1 << 20);
    for (int i = 0; i < 2000 && !tier.isWarm(); i++) {
      Thread.sleep(10);
    }
    assertThat(tier.isWarm()).isTrue();
    assertThat(calls.get()).isGreaterThanOrEqualTo(400);
  }

  /** A kernel with several methods waits until the last of them is compiled. */
  @Test
  void aFormThatIsSlowInOneCallIsNotTaken() throws InterruptedException {
    interface Two {
      void one();

      void two();
    }
    record Form(int nanosOne, int nanosTwo, AtomicInteger calls) implements Two {
      @Override
      public void one() {
        LockSupport.parkNanos(nanosOne);
      }

      @Override
      public void two() {
        calls.incrementAndGet();
        LockSupport.parkNanos(nanosTwo);
      }
    }
    Two plain = new Form(2_000_000, 1, new AtomicInteger());
    AtomicInteger calls = new AtomicInteger();
    Two halfReady = new Form(1, 1_000_000, calls);
    LoopTier<Two> tier = new LoopTier<>(plain, () -> halfReady, () -> List.of(Two::one, Two::two));
    tier.pick(1 << 20);
    for (int i = 0; i < 6000 && calls.get() < 100; i++) {
      Thread.sleep(10);
    }
    assertThat(calls.get()).isGreaterThanOrEqualTo(100);
    assertThat(tier.pick(1)).isSameAs(plain);
  }
}
