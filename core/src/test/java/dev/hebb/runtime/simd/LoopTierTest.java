package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LoopTierTest {
  private static final Supplier<Consumer<Runnable>> EXERCISE = () -> Runnable::run;

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
  }

  @Test
  void muchWorkGetsTheFasterForm() throws InterruptedException {
    Runnable slow = () -> LockSupport.parkNanos(100_000);
    Runnable fast = () -> {};
    LoopTier<Runnable> tier = new LoopTier<>(slow, () -> fast, EXERCISE);
    assertThat(tier.pick(1 << 20)).isSameAs(slow);
    for (int i = 0; i < 1000 && !tier.isWarm(); i++) {
      Thread.sleep(10);
    }
    assertThat(tier.isWarm()).isTrue();
    assertThat(tier.pick(1)).isSameAs(fast);
  }

  @Test
  void aSlowerFormIsNotTaken() throws InterruptedException {
    Runnable plain = () -> {};
    AtomicInteger calls = new AtomicInteger();
    Runnable slow =
        () -> {
          if (calls.incrementAndGet() > 1000) {
            LockSupport.parkNanos(10_000);
          }
        };
    LoopTier<Runnable> tier = new LoopTier<>(plain, () -> slow, EXERCISE);
    tier.pick(1 << 20);
    for (int i = 0; i < 1000 && calls.get() < 1100; i++) {
      Thread.sleep(10);
    }
    assertThat(calls.get()).isGreaterThanOrEqualTo(1100);
    assertThat(tier.pick(1)).isSameAs(plain);
  }
}
