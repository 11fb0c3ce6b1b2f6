package dev.hebb.train.data;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntFunction;

/**
 * Batches prepared ahead on virtual threads. Each batch is a task of its own, started when the
 * consumer has made room for it in a queue of bounded length. So no producer ever waits for the
 * consumer, and one that stops early leaves nothing behind that would have to be closed.
 */
final class Prefetch implements Iterator<Batch> {
  private final IntFunction<Batch> batches;
  private final int end;
  private final int ahead;
  private final ArrayDeque<FutureTask<Batch>> queue = new ArrayDeque<>();
  private int started;

  /**
   * Batches {@code from} to {@code end − 1}.
   *
   * @param batches gives a batch by its index, on any thread
   * @param ahead how many at most are in the making or ready
   */
  Prefetch(IntFunction<Batch> batches, int from, int end, int ahead) {
    this.batches = batches;
    this.started = from;
    this.end = end;
    this.ahead = ahead;
    refill();
  }

  private void refill() {
    while (started < end && queue.size() < ahead) {
      int index = started++;
      var task = new FutureTask<>(() -> batches.apply(index));
      queue.add(task);
      Thread.ofVirtual().name("hebb-prefetch-" + index).start(task);
    }
  }

  @Override
  public boolean hasNext() {
    return !queue.isEmpty();
  }

  @Override
  public Batch next() {
    var task = queue.poll();
    if (task == null) {
      throw new NoSuchElementException("the epoch has " + end + " batches");
    }
    refill();
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new DataException("a batch could not be prepared", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("interrupted while a batch was being prepared", e);
    }
  }
}
