package dev.hebb.train.data;

import dev.hebb.tensor.Seed;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads a data set in batches. Every batch is a pure function of the seed, the epoch and the
 * batch's index, so a position is two numbers and reading can go on from any of them.
 *
 * <pre>{@code
 * var loader = digits.train().shuffle(Seed.of(7)).batch(128).augment(Augment.shift(2)).prefetch();
 * for (int epoch = 0; epoch < 5; epoch++)
 *   for (var batch : loader.batches(epoch, 0)) step.run(batch.x(), batch.y());
 * }</pre>
 */
public final class Loader implements Iterable<Batch> {
  private static final int DEFAULT_AHEAD = 2;
  private static final int MAX_AHEAD = 64;

  private final Dataset data;
  private final int batchSize;
  private final Seed seed;
  private final boolean shuffled;
  private final boolean dropLast;
  private final int ahead;
  private final @Nullable Augment augment;
  private final @Nullable Mix mix;
  private final AtomicInteger nextEpoch = new AtomicInteger();

  Loader(Dataset data, int batchSize, Seed seed, boolean shuffled) {
    this(data, batchSize, seed, shuffled, false, 0, null, null);
  }

  private Loader(
      Dataset data,
      int batchSize,
      Seed seed,
      boolean shuffled,
      boolean dropLast,
      int ahead,
      @Nullable Augment augment,
      @Nullable Mix mix) {
    if (batchSize < 1) {
      throw new DataException("batch(" + batchSize + "): a batch holds at least 1 example");
    }
    this.data = data;
    this.batchSize = batchSize;
    this.seed = seed;
    this.shuffled = shuffled;
    this.dropLast = dropLast;
    this.ahead = ahead;
    this.augment = augment;
    this.mix = mix;
  }

  /** Leaves out the last batch of an epoch where it is smaller than the others. */
  public Loader dropLast() {
    return new Loader(data, batchSize, seed, shuffled, true, ahead, augment, mix);
  }

  /** Prepares the next two batches in the background while one is used. */
  public Loader prefetch() {
    return prefetch(DEFAULT_AHEAD);
  }

  /**
   * Prepares batches in the background while one is used. The batches are the same as without. A
   * failure there is thrown to whoever asks for the batch. Nothing needs to be closed: no thread
   * waits for the consumer, each ends when its batch is ready.
   *
   * @param batches how many at most are prepared ahead, 1 to 64
   * @throws DataException if that is out of range
   */
  public Loader prefetch(int batches) {
    if (batches < 1 || batches > MAX_AHEAD) {
      throw new DataException(
          "prefetch(%d): between 1 and %d batches can be prepared ahead"
              .formatted(batches, MAX_AHEAD));
    }
    return new Loader(data, batchSize, seed, shuffled, dropLast, batches, augment, mix);
  }

  /**
   * Changes every image at random, differently in each epoch: what happens to an example depends on
   * the seed, the epoch and the example alone. It replaces an earlier {@code augment}; combine
   * several with {@link Augment#then}.
   *
   * @throws DataException if the examples are not images {@code [channels, height, width]}
   */
  public Loader augment(Augment how) {
    if (data.shape().rank() != 3) {
      throw new DataException(
          "augment: the examples have shape %s, but images are [channels, height, width]"
              .formatted(data.shape()));
    }
    return new Loader(data, batchSize, seed, shuffled, dropLast, ahead, how, mix);
  }

  /**
   * Mixes the examples of each batch with each other, after augmentation. Targets become
   * probabilities, float32 {@code [n, classes]}, which {@code crossEntropy} takes as well; numbers
   * to predict are mixed likewise. What happens depends on the seed, the epoch and the batch's
   * index alone. It replaces an earlier {@code mix}.
   *
   * @throws DataException if pictures are to be cut, but the examples are none
   */
  public Loader mix(Mix how) {
    if (how instanceof Mix.CutMix && data.shape().rank() != 3) {
      throw new DataException(
          "cutmix: the examples have shape %s, but images are [channels, height, width]; use mixup"
              .formatted(data.shape()));
    }
    return new Loader(data, batchSize, seed, shuffled, dropLast, ahead, augment, how);
  }

  /** The examples that are read. */
  public Dataset data() {
    return data;
  }

  /** How many examples a batch holds (the last may hold fewer). */
  public int batchSize() {
    return batchSize;
  }

  /** How many batches an epoch has. */
  public int size() {
    int n = data.size();
    return dropLast ? n / batchSize : n / batchSize + (n % batchSize > 0 ? 1 : 0);
  }

  /** How many examples an epoch reads. */
  public int examples() {
    return dropLast ? data.size() / batchSize * batchSize : data.size();
  }

  /**
   * One epoch, from one of its batches on. It may be iterated any number of times, by several
   * threads, and always gives the same batches.
   *
   * @param epoch the number of the epoch, from 0
   * @param fromBatch the index of the first batch, 0 to {@link #size()}
   * @throws DataException if there is no such position
   */
  public Iterable<Batch> batches(int epoch, int fromBatch) {
    if (epoch < 0 || fromBatch < 0 || fromBatch > size()) {
      throw new DataException(
          "batches(%d, %d): an epoch is 0 or more and has batches 0 to %d"
              .formatted(epoch, fromBatch, size()));
    }
    return () -> {
      var plan = new Epoch(epoch, order(epoch), transform(epoch));
      return ahead == 0
          ? new Plain(plan, fromBatch)
          : new Prefetch(plan::batch, fromBatch, size(), ahead);
    };
  }

  /**
   * The next epoch of this loader: epoch 0 at the first call, epoch 1 at the second, and so on, so
   * that a plain loop over a shuffled loader sees a fresh order each time.
   */
  @Override
  public Iterator<Batch> iterator() {
    return batches(nextEpoch.getAndIncrement(), 0).iterator();
  }

  /** {@code 71 batches of 128 (shuffled): 9000 examples of [1, 28, 28], 10 classes}. */
  @Override
  public String toString() {
    return "%d batches of %d%s: %s"
        .formatted(size(), batchSize, shuffled ? " (shuffled)" : "", data);
  }

  private int[] order(int epoch) {
    int[] rows = data.rows();
    if (shuffled) {
      new Draws(seed.split("shuffle").split(epoch)).shuffle(rows);
    }
    return rows;
  }

  private Dataset.Transform transform(int epoch) {
    return augment == null
        ? Dataset.Transform.NONE
        : Warp.of(augment, data, seed.split("augment").split(epoch));
  }

  /** One epoch's order and changes; gives any of its batches, from any thread. */
  private final class Epoch {
    private final int number;
    private final int[] order;
    private final Dataset.Transform transform;

    Epoch(int number, int[] order, Dataset.Transform transform) {
      this.number = number;
      this.order = order;
      this.transform = transform;
    }

    Batch batch(int index) {
      int from = index * batchSize;
      int to = (int) Math.min((long) from + batchSize, order.length);
      Batch batch = data.gather(order, from, to, transform, index);
      int classes = data.isClassification() ? data.classes() : 0;
      return mix == null
          ? batch
          : Mixer.mix(batch, mix, classes, seed.split("mix").split(number).split(index));
    }
  }

  private final class Plain implements Iterator<Batch> {
    private final Epoch epoch;
    private int next;

    Plain(Epoch epoch, int from) {
      this.epoch = epoch;
      this.next = from;
    }

    @Override
    public boolean hasNext() {
      return next < size();
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the epoch has " + size() + " batches");
      }
      return epoch.batch(next++);
    }
  }
}
