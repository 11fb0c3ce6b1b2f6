package dev.hebb.studio.serve;

import dev.hebb.tensor.HebbException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the examples of requests that wait at the same time into batches.
 *
 * <p>One thread computes; the network uses all cores for a batch. While it computes, requests
 * gather, so that a busy server makes large batches by itself. Beyond that it waits for others only
 * if some are being decoded at this moment, and never longer than {@link Batching#maxWait}: a
 * request that is alone does not wait.
 *
 * <p>A batch is filled up with zeros to the next of a few sizes, because a network is compiled for
 * each size. An example's answer does not depend on what else is in its batch.
 */
final class Batcher {
  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  /** The most numbers that may wait: 256 MiB of floats. Large examples fill a queue sooner. */
  private static final int QUEUED_NUMBERS = 1 << 26;

  /** Is told of each batch. */
  interface Watcher {
    /**
     * A batch was computed.
     *
     * @param examples without what it was filled up with
     * @param nanos how long the model took
     */
    void batch(int examples, long nanos);
  }

  /** The examples of one request. */
  private static final class Job {
    final Served model;
    final float[][] rows;
    final float[][] answers;
    final CompletableFuture<float[][]> result = new CompletableFuture<>();
    final long arrived = System.nanoTime();
    int taken;
    int answered;

    Job(Served model, float[][] rows) {
      this.model = model;
      this.rows = rows;
      this.answers = new float[rows.length][];
    }
  }

  /** Some of the examples of a request. */
  private record Slice(Job job, int from, int to) {}

  private final Batching batching;
  private final Watcher watcher;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Job> jobs = new ArrayDeque<>();
  private int queued;
  private int decoding;
  private boolean stopped;

  Batcher(Batching batching, Watcher watcher) {
    this.batching = batching;
    this.watcher = watcher;
    Thread.ofPlatform().daemon().name("hebb-serve").start(this::work);
  }

  /** How many examples wait. */
  int queued() {
    lock.lock();
    try {
      return queued;
    } finally {
      lock.unlock();
    }
  }

  /** A request was received and will ask soon, unless it proves wrong. */
  void decodes() {
    change(1);
  }

  /** A request that was {@linkplain #decodes announced} has been decoded, or proved wrong. */
  void decoded() {
    change(-1);
  }

  private void change(int by) {
    lock.lock();
    try {
      decoding += by;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The model's answers.
   *
   * @param rows at least one example, as the network reads it
   * @param atMost how long to wait for them
   * @throws Refusal if too many examples wait already, or the time is over
   */
  float[][] predict(Served model, float[][] rows, Duration atMost) {
    var job = new Job(model, rows);
    lock.lock();
    try {
      if (stopped) {
        throw Refusal.busy("the server is shutting down: ask another one, or this one again later");
      }
      int room = Math.clamp(QUEUED_NUMBERS / Math.max(1, rows[0].length), 1, batching.queue());
      if (queued > 0 && queued + rows.length > room) {
        throw Refusal.busy(
            "%d examples wait already, and %d may: ask again later".formatted(queued, room));
      }
      jobs.add(job);
      queued += rows.length;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      return job.result.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw Refusal.busy("the answer took too long: ask again later, or for fewer examples");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.busy("the server is shutting down: ask another one, or this one again later");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof HebbException known
          ? known
          : new IllegalStateException("the model failed", e.getCause());
    } finally {
      job.result.cancel(false); // nobody waits for it any more, so it is not computed
    }
  }

  /** Ends when all that waits has been answered. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (List<Slice> batch = take(); !batch.isEmpty(); batch = take()) {
      try {
        compute(batch);
      } catch (RuntimeException | Error e) {
        // A batch that fails must not end the thread that computes all others.
        LOG.error("a batch failed", e);
        batch.forEach(slice -> slice.job().result.completeExceptionally(e));
      }
    }
  }

  /** The next batch; empty when there will be none. */
  private List<Slice> take() {
    lock.lock();
    try {
      while (true) {
        Job first = jobs.peek();
        if (first == null && stopped) {
          return List.of();
        } else if (first == null) {
          changed.awaitUninterruptibly();
        } else {
          gather(first);
          List<Slice> slices = slices(first.model);
          if (!slices.isEmpty()) {
            return slices;
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for others to join the first request. */
  private void gather(Job first) {
    long left = first.arrived + batching.maxWait().toNanos() - System.nanoTime();
    try {
      while (left > 0 && decoding > 0 && queued < batching.maxBatch()) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      return; // nobody interrupts this thread; to compute at once is right in any case
    }
  }

  /** As many examples for one model as a batch may have, in the order of arrival. */
  private List<Slice> slices(Served model) {
    var slices = new ArrayList<Slice>();
    int room = batching.maxBatch();
    for (Job job = jobs.peek(); room > 0 && job != null && job.model == model; job = jobs.peek()) {
      int left = job.rows.length - job.taken;
      int some = Math.min(room, left);
      if (job.result.isDone()) { // nobody waits for it any more
        some = left;
      } else {
        slices.add(new Slice(job, job.taken, job.taken + some));
        room -= some;
      }
      queued -= some;
      job.taken += some;
      if (some == left) {
        jobs.poll();
      }
    }
    return slices;
  }

  private void compute(List<Slice> batch) {
    try {
      answer(batch);
    } catch (HebbException e) {
      if (batch.size() == 1) {
        batch.getFirst().job().result.completeExceptionally(e);
      } else {
        // One of the requests is at fault; the others get their answers.
        batch.forEach(slice -> compute(List.of(slice)));
      }
    }
  }

  private void answer(List<Slice> batch) {
    Served model = batch.getFirst().job().model;
    var rows = new ArrayList<float[]>();
    for (Slice slice : batch) {
      rows.addAll(Arrays.asList(slice.job().rows).subList(slice.from(), slice.to()));
    }
    int examples = rows.size();
    int size = batching.sizeFor(examples);
    if (size > examples) {
      rows.addAll(Collections.nCopies(size - examples, new float[model.signature().in().size()]));
    }
    long start = System.nanoTime();
    float[][] answers = model.predict().apply(rows.toArray(float[][]::new));
    watcher.batch(examples, System.nanoTime() - start);
    int at = 0;
    for (Slice slice : batch) {
      Job job = slice.job();
      for (int i = slice.from(); i < slice.to(); i++) {
        job.answers[i] = answers[at++];
      }
      job.answered += slice.to() - slice.from();
      if (job.answered == job.rows.length) {
        job.result.complete(job.answers);
      }
    }
  }
}
