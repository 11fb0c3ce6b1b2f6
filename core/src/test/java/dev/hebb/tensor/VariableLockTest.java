package dev.hebb.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for whom. A run of a program is played by holding its variables' lock. */
@Timeout(60)
class VariableLockTest {
  private static final long SOON = 200;

  private final Variable a = Variable.of("a", Tensor.of(1f, 2f));
  private final Variable b = Variable.of("b", Tensor.of(3f, 4f));
  private final Step readsA = reads(a);
  private final Step readsB = reads(b);

  private static Step reads(Variable v) {
    return Step.of(false, in -> List.of(v.tensor().mul(2)));
  }

  private static CompletableFuture<float[]> started(Step step) {
    return CompletableFuture.supplyAsync(() -> step.run().toFloats(), Thread::startVirtualThread);
  }

  /** What a step gives that waits for whoever uses a variable. */
  private static float[] afterWaiting(Step step, Variable used) throws Exception {
    long held = used.lock().lock(true);
    CompletableFuture<float[]> run = started(step);
    assertThatThrownBy(() -> run.get(SOON, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    used.lock().unlock(held);
    return run.get(30, TimeUnit.SECONDS);
  }

  @Test
  void programsOfOtherVariablesDoNotWait() throws Exception {
    long held = a.lock().lock(true);
    assertThat(started(readsB).get(30, TimeUnit.SECONDS)).containsExactly(6, 8);
    assertThat(CompletableFuture.supplyAsync(() -> b.value().toFloats()).get(30, TimeUnit.SECONDS))
        .containsExactly(3, 4);
    a.lock().unlock(held);
    assertThat(afterWaiting(readsA, a)).containsExactly(2, 4);
  }

  @Test
  void readersDoNotWaitForReaders() throws Exception {
    long held = a.lock().lock(false);
    assertThat(started(readsA).get(30, TimeUnit.SECONDS)).containsExactly(2, 4);
    a.lock().unlock(held);
  }

  @Test
  void whatAProgramUsesTogetherHasOneLock() throws Exception {
    readsA.run();
    readsB.run();
    Step both =
        Step.trainStep(() -> {
          b.set(b.tensor().add(a.tensor()));
          return b.tensor();
        });
    both.run();
    assertThat(b.value().toFloats()).containsExactly(4, 6);
    assertThat(afterWaiting(readsB, a)).containsExactly(8, 12);
  }

  @Test
  void aProgramThatJoinsVariablesWaitsForThoseWhoUseThem() throws Exception {
    Step both = Step.of(false, in -> List.of(a.tensor().add(b.tensor())));
    assertThat(afterWaiting(both, b)).containsExactly(4, 6);
  }

  @Test
  void updatesAreNotLostWhileLocksAreJoined() throws Exception {
    int steps = 200;
    List<Variable> counters = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      counters.add(Variable.of("n" + i, Tensor.of(0f, 0f)));
    }
    var start = new CountDownLatch(1);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < counters.size(); i++) {
      Variable own = counters.get(i);
      Variable next = counters.get((i + 1) % counters.size());
      Step step =
          Step.trainStep(() -> {
            own.set(own.tensor().add(1));
            next.set(next.tensor().add(1));
            return own.tensor();
          });
      all.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                for (int s = 0; s < steps; s++) {
                  step.run();
                }
              },
              Thread::startVirtualThread));
    }
    start.countDown();
    for (CompletableFuture<Void> one : all) {
      one.get(50, TimeUnit.SECONDS);
    }
    for (Variable v : counters) {
      assertThat(v.value().toFloats()).containsExactly(2 * steps, 2 * steps);
    }
  }
}
