package dev.hebb.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("what runs beside it is warmed up too")
class WarmerTest {
  /** Does so many portions and writes its name down for each. */
  private static final class Portions implements Warmer.Task {
    private final String name;
    private final long weight;
    private final int pause;
    private final List<String> log;
    private final CountDownLatch done = new CountDownLatch(1);
    private int left;

    Portions(String name, long weight, int portions, int pause, List<String> log) {
      this.name = name;
      this.weight = weight;
      this.left = portions;
      this.pause = pause;
      this.log = log;
    }

    @Override
    public long weight() {
      return weight;
    }

    @Override
    public int advance() {
      log.add(name);
      if (--left > 0) {
        return pause;
      }
      done.countDown();
      return DONE;
    }
  }

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /** Holds the thread until all tasks of a test are there. */
  private static final class Gate implements Warmer.Task {
    private final CountDownLatch open = new CountDownLatch(1);

    @Override
    public long weight() {
      return Long.MAX_VALUE;
    }

    @Override
    public int advance() {
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return DONE;
    }
  }

  private void run(Portions... tasks) throws InterruptedException {
    Gate gate = new Gate();
    Warmer.add(gate);
    for (Portions task : tasks) {
      Warmer.add(task);
    }
    Thread.sleep(600); // now all have had the time that a task waits before it begins
    gate.open.countDown();
    for (Portions task : tasks) {
      assertThat(task.done.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void theHeaviestGoesFirst() throws InterruptedException {
    run(new Portions("light", 1, 2, 0, log), new Portions("heavy", 2, 2, 0, log));
    assertThat(log).containsExactly("heavy", "heavy", "light", "light");
  }

  @Test
  void aPauseIsUsedByOthers() throws InterruptedException {
    run(new Portions("light", 1, 2, 0, log), new Portions("heavy", 2, 2, 200, log));
    assertThat(log).containsExactly("heavy", "light", "light", "heavy");
  }

  @Test
  void aTaskThatFailsHarmsNoOther() throws InterruptedException {
    Warmer.add(
        new Warmer.Task() {
          @Override
          public long weight() {
            return 9;
          }

          @Override
          public int advance() {
            throw new IllegalStateException("on purpose: a test");
          }
        });
    run(new Portions("other", 1, 1, 0, log));
    assertThat(log).containsExactly("other");
  }

  @Test
  void aNewTaskAfterTheEndStartsAgain() throws InterruptedException {
    run(new Portions("one", 1, 1, 0, log));
    Thread.sleep(20);
    run(new Portions("two", 1, 1, 0, log));
    assertThat(log).containsExactly("one", "two");
  }
}
