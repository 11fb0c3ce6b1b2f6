package dev.hebb.studio.serve;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.train.data.Preprocessing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatcherTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Batching EIGHT = Batching.DEFAULT.maxBatch(8);

  private final Queue<Integer> batches = new ConcurrentLinkedQueue<>();

  private Batcher batcher(Batching batching) {
    return new Batcher(batching, (examples, nanos) -> batches.add(examples));
  }

  /** A model of one number, doubled by this function. */
  private static Served model(UnaryOperator<float[][]> predict) {
    var signature = new Signature(Preprocessing.NONE, Shape.of(1), Shape.of(1), List.of());
    return new Served("test", "1", signature, predict, null, Instant.EPOCH);
  }

  private static float[][] doubled(float[][] rows) {
    float[][] out = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      out[i] = new float[] {2 * rows[i][0]};
    }
    return out;
  }

  private static float[][] rows(int from, int to) {
    float[][] rows = new float[to - from][];
    for (int i = from; i < to; i++) {
      rows[i - from] = new float[] {i};
    }
    return rows;
  }

  @Test
  void aLoneRequestIsAnsweredByItself() {
    Batcher batcher = batcher(EIGHT);
    assertThat(batcher.predict(model(BatcherTest::doubled), rows(3, 4), LONG)[0])
        .containsExactly(6);
    assertThat(batches).containsExactly(1);
    assertThat(batcher.queued()).isZero();
  }

  @Test
  void whatGathersWhileTheModelComputesIsOneBatch() throws Exception {
    var busy = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var sizes = new ConcurrentLinkedQueue<Integer>();
    Served model =
        model(rows -> {
          sizes.add(rows.length);
          busy.countDown();
          await(release);
          return doubled(rows);
        });
    Batcher batcher = batcher(EIGHT);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<float[][]>>();
      answers.add(threads.submit(() -> batcher.predict(model, rows(0, 1), LONG)));
      busy.await();
      for (int i = 1; i <= 5; i++) {
        int from = i;
        answers.add(threads.submit(() -> batcher.predict(model, rows(from, from + 1), LONG)));
      }
      waitUntil(() -> batcher.queued() == 5);
      release.countDown();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()[0]).containsExactly(2 * i);
      }
    }
    assertThat(batches).containsExactly(1, 5);
    assertThat(sizes).as("filled up to a power of two").containsExactly(1, 8);
  }

  @Test
  void aRequestOfManyExamplesIsCutAndPutTogetherInOrder() {
    float[][] answers = batcher(EIGHT).predict(model(BatcherTest::doubled), rows(0, 21), LONG);
    for (int i = 0; i < 21; i++) {
      assertThat(answers[i]).containsExactly(2 * i);
    }
    assertThat(batches).containsExactly(8, 8, 5);
  }

  @Test
  void itWaitsForARequestThatIsBeingDecodedButNotForLong() throws Exception {
    Batcher batcher = batcher(EIGHT.maxWait(Duration.ofSeconds(1)));
    batcher.decodes();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first =
          threads.submit(() -> batcher.predict(model(BatcherTest::doubled), rows(1, 2), LONG));
      assertThat(first.get()[0]).as("the other never came").containsExactly(2);
      Served model = model(BatcherTest::doubled);
      var second = threads.submit(() -> batcher.predict(model, rows(2, 3), LONG));
      waitUntil(() -> batcher.queued() == 1);
      var third = threads.submit(() -> batcher.predict(model, rows(3, 4), LONG));
      waitUntil(() -> batcher.queued() == 2 || third.isDone());
      batcher.decoded();
      assertThat(second.get()[0]).containsExactly(4);
      assertThat(third.get()[0]).containsExactly(6);
    }
    assertThat(batches).containsExactly(1, 2);
  }

  @Test
  void eachRequestIsAnsweredByTheModelItWasMadeFor() throws Exception {
    var busy = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    Served old =
        model(rows -> {
          busy.countDown();
          await(release);
          return doubled(rows);
        });
    Served fresh = model(rows -> doubled(doubled(rows)));
    Batcher batcher = batcher(EIGHT);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.submit(() -> batcher.predict(old, rows(0, 1), LONG));
      busy.await();
      var one = threads.submit(() -> batcher.predict(old, rows(1, 2), LONG));
      waitUntil(() -> batcher.queued() == 1);
      var two = threads.submit(() -> batcher.predict(fresh, rows(1, 2), LONG));
      waitUntil(() -> batcher.queued() == 2);
      release.countDown();
      assertThat(one.get()[0]).containsExactly(2);
      assertThat(two.get()[0]).containsExactly(4);
    }
  }

  @Test
  void aRequestThatTheModelRefusesDoesNotSpoilItsNeighbours() throws Exception {
    var busy = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    Served model =
        model(rows -> {
          busy.countDown();
          await(release);
          for (float[] row : rows) {
            if (row[0] == 2) {
              throw new HebbException("two is not known");
            }
          }
          return doubled(rows);
        });
    Batcher batcher = batcher(EIGHT);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.submit(() -> batcher.predict(model, rows(0, 1), LONG));
      busy.await();
      var answers = new ArrayList<Future<float[][]>>();
      for (int i = 1; i < 4; i++) {
        int from = i;
        answers.add(threads.submit(() -> batcher.predict(model, rows(from, from + 1), LONG)));
        waitUntil(() -> batcher.queued() == from);
      }
      release.countDown();
      assertThat(answers.get(0).get()[0]).containsExactly(2);
      assertThatThrownBy(() -> answers.get(1).get()).hasRootCauseMessage("two is not known");
      assertThat(answers.get(2).get()[0]).containsExactly(6);
    }
  }

  @Test
  void aModelThatBreaksDoesNotEndTheServer() {
    var breaks = new AtomicReference<Error>(new StackOverflowError());
    Served model =
        model(rows -> {
          Error error = breaks.getAndSet(null);
          if (error != null) {
            throw error;
          }
          return doubled(rows);
        });
    Batcher batcher = batcher(EIGHT);
    assertThatThrownBy(() -> batcher.predict(model, rows(1, 2), LONG))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseInstanceOf(StackOverflowError.class);
    assertThat(batcher.predict(model, rows(1, 2), LONG)[0]).containsExactly(2);
  }

  @Test
  void aFullQueueAndALateAnswerAreRefusedForNow() throws Exception {
    var busy = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    Served model =
        model(rows -> {
          busy.countDown();
          await(release);
          return doubled(rows);
        });
    Batcher batcher = batcher(EIGHT.queue(4));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> batcher.predict(model, rows(0, 1), LONG));
      busy.await();
      var waiting = threads.submit(() -> batcher.predict(model, rows(1, 4), LONG));
      waitUntil(() -> batcher.queued() == 3);
      refused(() -> batcher.predict(model, rows(4, 6), LONG), "3 examples wait already");
      refused(() -> batcher.predict(model, rows(4, 5), Duration.ofMillis(5)), "took too long");
      release.countDown();
      assertThat(first.get()[0]).containsExactly(0);
      assertThat(waiting.get()[2]).containsExactly(6);
      waitUntil(() -> batcher.queued() == 0);
    }
    assertThat(batches).as("what nobody waits for is not computed").containsExactly(1, 3);
  }

  @Test
  void whoStopsAnswersWhatWaitsAndRefusesTheRest() throws Exception {
    var busy = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    Served model =
        model(rows -> {
          busy.countDown();
          await(release);
          return doubled(rows);
        });
    Batcher batcher = batcher(EIGHT);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> batcher.predict(model, rows(1, 2), LONG));
      busy.await();
      var second = threads.submit(() -> batcher.predict(model, rows(2, 3), LONG));
      waitUntil(() -> batcher.queued() == 1);
      batcher.stop();
      refused(() -> batcher.predict(model, rows(3, 4), LONG), "shutting down");
      release.countDown();
      assertThat(first.get()[0]).containsExactly(2);
      assertThat(second.get()[0]).containsExactly(4);
    }
  }

  /** The promise that makes batching invisible, with real networks and every size of batch. */
  @Test
  void answersHaveTheSameBitsAloneAndInAnyBatch() {
    var images =
        sequential(conv2d(8, 3).stride(2).relu(), conv2d(12, 3).relu(), flatten(), dense(10))
            .build(Shape.of(1, 15, 13), Seed.of(3));
    var table = sequential(dense(7).tanh(), dense(3)).build(Shape.of(5), Seed.of(4));
    for (Net net : List.of(images, table)) {
      Served model = Served.of("net", "1", net);
      float[][] rows = new float[37][net.in().size()];
      var random = new java.util.Random(5);
      for (float[] row : rows) {
        for (int i = 0; i < row.length; i++) {
          row[i] = (float) random.nextGaussian();
        }
      }
      for (int size = 1; size <= rows.length; size++) {
        float[][] together = batcher(Batching.DEFAULT.maxBatch(size)).predict(model, rows, LONG);
        for (int i = 0; i < rows.length; i++) {
          assertThat(together[i]).containsExactly(net.predict(rows[i]));
        }
      }
    }
  }

  @Test
  void batchesHaveFewSizes() {
    assertThat(Batching.DEFAULT.maxBatch(24).sizes()).containsExactly(1, 2, 4, 8, 16, 24);
    assertThat(Batching.DEFAULT.maxBatch(1).sizes()).containsExactly(1);
    assertThat(EIGHT.sizeFor(3)).isEqualTo(4);
    assertThat(EIGHT.sizeFor(8)).isEqualTo(8);
    assertThatThrownBy(() -> Batching.DEFAULT.maxBatch(0)).hasMessageContaining("1 to 4,096");
    assertThatThrownBy(() -> Batching.DEFAULT.maxWait(Duration.ofHours(1)))
        .hasMessageContaining("0 to 1000 ms");
    assertThatThrownBy(() -> Batching.DEFAULT.queue(0)).hasMessageContaining("at least 1");
  }

  @Test
  void aRequestMayHaveFewerExamplesWhereTheseAreLarge() {
    var large = new Signature(Preprocessing.NONE, Shape.of(3, 224, 224), Shape.of(1), List.of());
    assertThat(Limits.DEFAULT.examples(large)).as("2^24 / 150,528").isEqualTo(111);
    var small = new Signature(Preprocessing.NONE, Shape.of(4), Shape.of(1), List.of());
    assertThat(Limits.DEFAULT.examples(small)).isEqualTo(1024);
  }

  private static void refused(Callable<?> call, String about) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(503);
              assertThat(refusal.retryAfter()).isNotNull();
            })
        .hasMessageContaining(about);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void waitUntil(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      Thread.sleep(1);
    }
  }
}
