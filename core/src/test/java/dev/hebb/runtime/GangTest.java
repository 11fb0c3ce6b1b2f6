package dev.hebb.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GangTest {
  private interface Task {
    void run(int phase, int task, Operands x, Scratch s);
  }

  private static Kernel kernel(Task task, int... tasks) {
    return new Kernel() {
      @Override
      public int phases() {
        return tasks.length;
      }

      @Override
      public int tasks(int phase) {
        return tasks[phase];
      }

      @Override
      public void run(int phase, int number, Operands x, Scratch s) {
        task.run(phase, number, x, s);
      }
    };
  }

  /** Phase 0 fills, phase 1 reads what other tasks wrote, phase 2 is empty, phase 3 is single. */
  private static final Kernel NEIGHBOURS =
      kernel(
          (phase, task, x, s) -> {
            int[] a = x.ints(0);
            int[] b = x.ints(1);
            switch (phase) {
              case 0 -> a[task] = task + x.offset(0);
              case 1 -> b[task] = a[(task + 1) % 64] + a[(task + 33) % 64];
              default -> b[64] = b[0] + b[63];
            }
          },
          64,
          64,
          0,
          1);

  private static void checkNeighbours(Gang gang, int rounds) {
    var x = new Operands(2);
    int[] b = new int[65];
    x.set(1, b, 0);
    int[] a = new int[64];
    for (int round = 0; round < rounds; round++) {
      x.set(0, a, round);
      gang.run(NEIGHBOURS, x);
      for (int i = 0; i < 64; i++) {
        assertThat(b[i]).isEqualTo((i + 1) % 64 + (i + 33) % 64 + 2 * round);
      }
      assertThat(b[64]).isEqualTo(b[0] + b[63]);
    }
  }

  @Test
  void runsEachTaskOnceAndKeepsPhasesApart() {
    for (int threads : new int[] {1, 2, 3, 8}) {
      checkNeighbours(Gang.of(threads), 500);
    }
  }

  @Test
  void wakesThreadsThatHaveParked() throws InterruptedException {
    Gang gang = Gang.of(3);
    for (int i = 0; i < 20; i++) {
      checkNeighbours(gang, 1);
      Thread.sleep(2);
    }
  }

  @Test
  void severalThreadsWorkAtOnce() {
    Gang gang = Gang.of(2);
    var meet = new CountDownLatch(2);
    var names = ConcurrentHashMap.<String>newKeySet();
    gang.run(
        kernel(
            (phase, task, x, s) -> {
              names.add(Thread.currentThread().getName());
              meet.countDown();
              await(meet);
            },
            2),
        new Operands(0));
    assertThat(names).hasSize(2).contains(Thread.currentThread().getName(), "hebb-1");
  }

  /** So each finds what it wrote in its own cache, kernel after kernel. */
  @Test
  void eachThreadBeginsWithItsOwnShareOfTheTasks() {
    var gang = Gang.of(3);
    var threads = new Thread[7];
    var together = new CyclicBarrier(3);
    var began = ConcurrentHashMap.<Thread>newKeySet();
    Kernel kernel =
        kernel(
            (phase, task, x, s) -> {
              threads[task] = Thread.currentThread();
              if (began.add(Thread.currentThread())) {
                meet(together); // nobody helps before all have begun
              }
            },
            7);
    List<Thread> first = null;
    for (int round = 0; round < 50; round++) {
      began.clear();
      gang.run(kernel, new Operands(0));
      // Shares begin at 0, 2 and 4.
      var begins = List.of(threads[0], threads[2], threads[4]);
      first = first == null ? begins : first;
      assertThat(begins).isEqualTo(first).doesNotHaveDuplicates();
      assertThat(threads[0]).isEqualTo(Thread.currentThread());
    }
  }

  @Test
  void kernelsOfOneJobRunAllTheirTasksAndPhases() {
    for (int threads : new int[] {1, 2, 3, 8}) {
      Gang gang = Gang.of(threads);
      Operands[] x = {new Operands(2), new Operands(2), new Operands(0)};
      for (int i = 0; i < 2; i++) {
        x[i].set(0, new int[64], 10 * i);
        x[i].set(1, new int[65], 0);
      }
      var singles = new AtomicInteger();
      Kernel single = kernel((phase, task, y, s) -> singles.incrementAndGet(), 0, 1, 0, 1, 1);
      var job = new Job(new Kernel[] {NEIGHBOURS, NEIGHBOURS, single}, x);
      for (int round = 1; round <= 200; round++) {
        Arrays.fill(x[0].ints(1), -1);
        Arrays.fill(x[1].ints(1), -1);
        gang.run(job);
        for (int k = 0; k < 2; k++) {
          int[] b = x[k].ints(1);
          for (int i = 0; i < 64; i++) {
            assertThat(b[i]).isEqualTo((i + 1) % 64 + (i + 33) % 64 + 20 * k);
          }
          assertThat(b[64]).isEqualTo(b[0] + b[63]);
        }
        assertThat(singles).hasValue(3 * round);
      }
    }
  }

  /** What a task leaves behind is for tasks of the same kernel in the same phase alone. */
  @Test
  void kernelsOfOneJobDoNotTakeScratchMemoryForTheirOwn() {
    for (int threads : new int[] {1, 2}) {
      var wrong = new AtomicInteger();
      List<Job> jobs = new ArrayList<>();
      int number = 0;
      for (int count : new int[] {2, 1, 3, 1, 1, 2, 2, 1}) {
        Kernel[] kernels = new Kernel[count];
        Operands[] x = new Operands[count];
        for (int k = 0; k < count; k++) {
          int mine = number++;
          x[k] = new Operands(0);
          kernels[k] =
              kernel(
                  (phase, task, y, s) -> {
                    float[] held = s.floats(0, 1);
                    if (!s.holds(7)) {
                      held[0] = 2 * mine + phase;
                    }
                    if (held[0] != 2 * mine + phase) {
                      wrong.incrementAndGet();
                    }
                  },
                  5,
                  3);
        }
        jobs.add(new Job(kernels, x));
      }
      Gang gang = Gang.of(threads);
      for (int round = 0; round < 300; round++) {
        gang.run(jobs.toArray(Job[]::new));
      }
      assertThat(wrong).hasValue(0);
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLentProcessorIsLeftAloneUntilItIsTakenBack() {
    var names = ConcurrentHashMap.<String>newKeySet();
    Gang gang = Gang.of(2);
    Kernel k =
        kernel(
            (phase, task, x, s) -> {
              names.add(Thread.currentThread().getName());
              LockSupport.parkNanos(100_000);
            },
            16);
    gang.lendProcessor(true);
    for (int i = 0; i < 20; i++) {
      gang.run(k, new Operands(0));
    }
    assertThat(names).containsExactly(Thread.currentThread().getName());
    gang.lendProcessor(false);
    while (names.size() < 2) { // the class has a time limit
      gang.run(k, new Operands(0));
    }
  }

  @Test
  void oneTaskRunsOnTheCaller() {
    var seen = new AtomicReference<Thread>();
    Gang.of(4)
        .run(
            kernel((phase, task, x, s) -> seen.set(Thread.currentThread()), 1, 1), new Operands(0));
    assertThat(seen.get()).isSameAs(Thread.currentThread());
  }

  @Test
  void aTaskMayRunAKernelOfItsOwn() {
    Gang gang = Gang.of(3);
    var count = new AtomicInteger();
    Kernel inner = kernel((phase, task, x, s) -> count.incrementAndGet(), 5, 7);
    Kernel outer =
        kernel(
            (phase, task, x, s) -> {
              float[] mine = s.floats(0, 10);
              mine[3] = task;
              gang.run(kernel((p, t, y, z) -> z.floats(0, 10)[3] = -1, 2), x);
              gang.run(inner, x);
              assertThat(mine[3]).as("scratch of the outer task").isEqualTo(task);
            },
            20);
    for (int i = 0; i < 50; i++) {
      gang.run(outer, new Operands(0));
    }
    assertThat(count).hasValue(50 * 20 * 12);
  }

  @Test
  void anExceptionReachesTheCallerAndTheGangStaysUsable() {
    for (int threads : new int[] {1, 2, 4}) {
      Gang gang = Gang.of(threads);
      var later = new AtomicInteger();
      for (int bad = 0; bad < 30; bad++) {
        int which = bad;
        Kernel k =
            kernel(
                (phase, task, x, s) -> {
                  if (phase == 1) {
                    later.incrementAndGet();
                  } else if (task == which) {
                    throw new IllegalStateException("task " + task);
                  }
                },
                30,
                1);
        assertThatThrownBy(() -> gang.run(k, new Operands(0)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("task " + bad);
        checkNeighbours(gang, 1);
      }
      assertThat(later).as("phases after the failure").hasValue(0);
    }
  }

  @Test
  void errorsReachTheCallerToo() {
    Gang gang = Gang.of(2);
    Kernel k =
        kernel(
            (phase, task, x, s) -> {
              throw new StackOverflowError();
            },
            4);
    assertThatThrownBy(() -> gang.run(k, new Operands(0))).isInstanceOf(StackOverflowError.class);
    checkNeighbours(gang, 1);
  }

  @Test
  void manyCallersShareOneGang() throws InterruptedException {
    Gang gang = Gang.of(3);
    var failures = new ConcurrentHashMap<Thread, Throwable>();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Runnable work = () -> checkNeighbours(gang, 300);
      Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      callers.add(builder.uncaughtExceptionHandler(failures::put).start(work));
    }
    join(callers);
    assertThat(failures).isEmpty();
  }

  @Test
  void aBusyGangLetsOthersRunAlone() throws InterruptedException {
    Gang gang = Gang.of(2);
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Thread holder =
        Thread.ofPlatform()
            .start(() ->
                gang.run(
                    kernel(
                        (phase, task, x, s) -> {
                          inside.countDown();
                          await(go);
                        },
                        2),
                    new Operands(0)));
    await(inside);
    checkNeighbours(gang, 10);
    go.countDown();
    assertThat(holder.join(Duration.ofSeconds(20))).isTrue();
    checkNeighbours(gang, 10);
  }

  @Test
  void whileThereAreAsManyCallersAsThreadsTheGangsOwnRest() throws InterruptedException {
    Gang gang = Gang.of(3);
    var together = new CountDownLatch(3);
    var done = new CountDownLatch(3);
    var names = ConcurrentHashMap.<String>newKeySet();
    Kernel k =
        kernel(
            (phase, task, x, s) -> {
              names.add(Thread.currentThread().getName());
              LockSupport.parkNanos(20_000);
            },
            8);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Runnable work =
          () -> {
            gang.enter();
            together.countDown();
            await(together);
            for (int round = 0; round < 30; round++) {
              gang.run(k, new Operands(0));
            }
            done.countDown();
            await(done);
            gang.leave();
          };
      callers.add(Thread.ofPlatform().name("caller-" + i).start(work));
    }
    join(callers);
    assertThat(names).containsExactlyInAnyOrder("caller-0", "caller-1", "caller-2");
    while (names.size() < 4) { // now they may work again; the class has a time limit
      gang.run(k, new Operands(0));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyCallersDoNotKeepMoreThreadsBusyThanThereAre(boolean virtual)
      throws InterruptedException {
    Gang gang = Gang.of(2);
    var busy = new AtomicInteger();
    var most = new AtomicInteger();
    Kernel k =
        kernel(
            (phase, task, x, s) -> {
              most.accumulateAndGet(busy.incrementAndGet(), Math::max);
              LockSupport.parkNanos(20_000);
              busy.decrementAndGet();
            },
            4);
    Runnable work =
        () -> {
          for (int round = 0; round < 20; round++) {
            gang.enter();
            gang.run(k, new Operands(0));
            gang.leave();
          }
        };
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      callers.add((virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(work));
    }
    join(callers);
    // the gang's own thread ends the task it has begun when a second caller enters
    assertThat(most.get()).isBetween(2, 3);
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread t : threads) {
      assertThat(t.join(Duration.ofSeconds(40))).isTrue();
    }
  }

  @Test
  void aRunAllocatesNothing() {
    var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Gang gang = Gang.of(2);
    var x = new Operands(2);
    x.set(0, new int[64], 0);
    x.set(1, new int[65], 0);
    Job[] jobs = {new Job(NEIGHBOURS, x)};
    for (int i = 0; i < 2_000; i++) {
      gang.run(jobs);
    }
    long before = bean.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      gang.run(jobs);
    }
    assertThat(bean.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000);
  }

  @Test
  void theSharedGangCanBeResized() {
    int before = Gang.shared().threads();
    Gang old = Gang.shared();
    try {
      Gang.threads(before + 2);
      assertThat(Gang.shared().threads()).isEqualTo(before + 2);
      checkNeighbours(Gang.shared(), 20);
      checkNeighbours(old, 20);
    } finally {
      Gang.threads(before);
    }
    assertThatThrownBy(() -> Gang.threads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }

  @Test
  void scratchGrowsAndKeepsItsArrays() {
    var s = new Scratch();
    float[] a = s.floats(0, 100);
    assertThat(a.length).isGreaterThanOrEqualTo(100);
    assertThat(s.floats(0, 50)).isSameAs(a);
    assertThat(s.floats(1, 50)).isNotSameAs(a);
    assertThat(s.floats(0, 100_000).length).isGreaterThanOrEqualTo(100_000);
    assertThat(s.ints(7, 3).length).isGreaterThanOrEqualTo(3);
    assertThat(s.doubles(0, 3).length).isGreaterThanOrEqualTo(3);
    assertThat(s.longs(0, 3).length).isGreaterThanOrEqualTo(3);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Ten tasks each need what is made from one of six inputs, and tasks of one follow each other.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whatOneTaskMakesTheNextOfTheSameThreadFinds(int threads) {
    int inputs = 6;
    int each = 10;
    var made = new AtomicInteger();
    Kernel reuse =
        kernel(
            (phase, task, x, s) -> {
              int from = task / each;
              if (!s.holds(from)) {
                s.ints(0, 1)[0] = 3 * x.ints(phase)[from];
                made.incrementAndGet();
              }
              x.ints(2 + phase)[task] = s.ints(0, 1)[0] + task % each;
            },
            inputs * each,
            inputs * each);
    Kernel overwrite = kernel((phase, task, x, s) -> s.ints(0, 1)[0] = -1, 7);
    var gang = Gang.of(threads);
    var x = new Operands(4);
    for (int i = 0; i < 4; i++) {
      x.set(i, new int[inputs * each], 0);
    }
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < inputs; i++) {
        x.ints(0)[i] = round * i;
        x.ints(1)[i] = 7 - round * i;
      }
      made.set(0);
      gang.run(new Job(reuse, x), new Job(overwrite, x));
      for (int task = 0; task < inputs * each; task++) {
        int from = task / each;
        assertThat(x.ints(2)[task]).isEqualTo(3 * round * from + task % each);
        assertThat(x.ints(3)[task]).isEqualTo(3 * (7 - round * from) + task % each);
      }
      if (threads == 1) { // else it depends on who helps whom
        assertThat(made.get()).isEqualTo(2 * inputs);
      }
    }
  }

  @Test
  void whatAnotherKernelMayHaveOverwrittenIsNotHeld() {
    var s = new Scratch();
    s.begin(1);
    assertThat(s.holds(5)).isFalse();
    s.begin(1);
    assertThat(s.holds(5)).isTrue();
    s.begin(2); // side by side with the first
    s.begin(1);
    assertThat(s.holds(5)).isFalse();
  }

  @Test
  void scratchMemoryOutsideOfAGangHoldsNothing() {
    var s = new Scratch();
    assertThat(s.holds(0)).isFalse();
    assertThat(s.holds(0)).isFalse();
  }
}
