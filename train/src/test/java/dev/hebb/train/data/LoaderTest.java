package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoaderTest {
  private static List<List<Float>> read(Iterable<Batch> batches) {
    var all = new ArrayList<List<Float>>();
    for (Batch batch : batches) {
      var values = new ArrayList<Float>();
      for (float v : batch.x().toFloats()) {
        values.add(v);
      }
      int[] labels = batch.y().toInts();
      for (int i = 0; i < labels.length; i++) {
        assertThat(labels[i]).as("label of %s", values.get(i)).isEqualTo((int) (values.get(i) % 2));
      }
      all.add(values);
    }
    return all;
  }

  @Test
  void readsInOrderWithAPartialLastBatch() {
    var loader = TestData.counting(10).batch(4);
    assertThat(read(loader))
        .containsExactly(List.of(0f, 1f, 2f, 3f), List.of(4f, 5f, 6f, 7f), List.of(8f, 9f));
    assertThat(loader.size()).isEqualTo(3);
    assertThat(loader.examples()).isEqualTo(10);
    assertThat(loader.dropLast().size()).isEqualTo(2);
    assertThat(loader.dropLast().examples()).isEqualTo(8);
    assertThat(read(loader.dropLast())).hasSize(2);
    assertThat(TestData.counting(8).batch(4).size()).isEqualTo(2);
    assertThat(read(TestData.counting(8).take(0).batch(4))).isEmpty();
  }

  @Test
  void batchesKnowTheirPlace() {
    var indices = new ArrayList<Integer>();
    TestData.counting(10).shuffle().batch(3).batches(2, 1).forEach(b -> indices.add(b.index()));
    assertThat(indices).containsExactly(1, 2, 3);
  }

  @Test
  void shufflesAreFreshCompleteAndRepeatable() {
    var loader = TestData.counting(100).shuffle(Seed.of(7)).batch(8);
    var orders = new HashSet<List<List<Float>>>();
    for (int epoch = 0; epoch < 10; epoch++) {
      var order = read(loader.batches(epoch, 0));
      orders.add(order);
      assertThat(order.stream().flatMap(List::stream).sorted().toList())
          .isEqualTo(IntStream.range(0, 100).mapToObj(i -> (float) i).toList());
      assertThat(read(TestData.counting(100).shuffle(Seed.of(7)).batch(8).batches(epoch, 0)))
          .isEqualTo(order);
    }
    assertThat(orders).hasSize(10);
    assertThat(read(TestData.counting(100).shuffle(Seed.of(8)).batch(8).batches(0, 0)))
        .isNotEqualTo(read(loader.batches(0, 0)));
  }

  @Test
  void everyOrderIsEquallyLikely() {
    var counts = new int[6];
    var orders = new ArrayList<List<List<Float>>>();
    var loader = TestData.counting(3).shuffle(Seed.of(5)).batch(3);
    for (int epoch = 0; epoch < 6000; epoch++) {
      var order = read(loader.batches(epoch, 0));
      if (!orders.contains(order)) {
        orders.add(order);
      }
      counts[orders.indexOf(order)]++;
    }
    double chi2 = Arrays.stream(counts).mapToDouble(c -> (c - 1000.0) * (c - 1000.0) / 1000).sum();
    assertThat(chi2).as("%s", Arrays.toString(counts)).isLessThan(20.5); // 5 degrees, p = 0.001
  }

  @Test
  void aPlainLoopSeesOneEpochAfterTheOther() {
    var loader = TestData.counting(20).shuffle(Seed.of(1)).batch(6);
    assertThat(read(loader)).isEqualTo(read(loader.batches(0, 0)));
    assertThat(read(loader)).isEqualTo(read(loader.batches(1, 0)));
  }

  @Test
  void resumedLoadersEqualUninterruptedOnes() {
    var loader = TestData.counting(50).shuffle(Seed.of(9)).batch(7);
    for (var one : List.of(loader, loader.prefetch(), loader.dropLast())) {
      var whole = read(one.batches(3, 0));
      for (int from = 0; from <= one.size(); from++) {
        assertThat(read(one.batches(3, from))).isEqualTo(whole.subList(from, whole.size()));
      }
    }
    assertThatThrownBy(() -> loader.batches(0, 9)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> loader.batches(-1, 0)).isInstanceOf(DataException.class);
  }

  @Test
  void prefetchedBatchesEqualPlainOnes() {
    var loader = TestData.counting(1000).shuffle(Seed.of(2)).batch(9);
    for (int ahead : new int[] {1, 2, 7, 64}) {
      assertThat(read(loader.prefetch(ahead).batches(4, 0))).isEqualTo(read(loader.batches(4, 0)));
    }
    assertThatThrownBy(() -> loader.prefetch(0)).isInstanceOf(DataException.class);
  }

  @Test
  void anErrorOfTheProducerReachesTheConsumer() {
    var batch = TestData.counting(2).all();
    var failing =
        new Prefetch(
            i -> {
              if (i == 2) {
                throw new DataException("broken at " + i);
              }
              return batch;
            },
            0,
            5,
            3);
    assertThat(failing.next()).isSameAs(batch);
    assertThat(failing.next()).isSameAs(batch);
    assertThatThrownBy(failing::next).isInstanceOf(DataException.class).hasMessage("broken at 2");
    var tooLarge =
        new Prefetch(
            _ -> {
              throw new StackOverflowError();
            },
            0,
            1,
            1);
    assertThatThrownBy(tooLarge::next).isInstanceOf(StackOverflowError.class);
    assertThatThrownBy(tooLarge::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aConsumerThatStopsEarlyLeavesNoThreadBehind() throws Exception {
    var started = new AtomicInteger();
    var ended = new CountDownLatch(5);
    var batch = TestData.counting(2).all();
    var prefetch =
        new Prefetch(
            _ -> {
              started.incrementAndGet();
              Thread.currentThread().setName("seen");
              ended.countDown();
              return batch;
            },
            0,
            1000,
            4);
    prefetch.next(); // and never again
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    Thread.sleep(20);
    assertThat(started).as("no more than asked for and the room ahead").hasValue(5);
  }

  @Test
  void interruptedConsumersAreTold() {
    var hold = new CountDownLatch(1);
    var prefetch =
        new Prefetch(
            _ -> {
              try {
                hold.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return TestData.counting(2).all();
            },
            0,
            1,
            1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(prefetch::next).hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    hold.countDown();
  }

  @Test
  void augmentNeedsImages() {
    assertThatThrownBy(() -> TestData.counting(4).batch(2).augment(Augment.shift(1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("[channels, height, width]");
    assertThatThrownBy(() -> TestData.counting(4).batch(0)).isInstanceOf(DataException.class);
  }

  @Test
  void regressionBatchesAreRows() {
    var data = Dataset.ofValues(Shape.of(1), new float[] {1, 2, 3}, new float[] {4, 5, 6}, 1);
    var last = new ArrayList<Batch>();
    data.batch(2).forEach(last::add);
    assertThat(last.get(1).y().shape()).isEqualTo(Shape.of(1, 1));
    assertThat(last.get(1).y().toFloats()).containsExactly(6);
  }
}
