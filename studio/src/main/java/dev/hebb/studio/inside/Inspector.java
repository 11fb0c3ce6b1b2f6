package dev.hebb.studio.inside;

import dev.hebb.nn.Net;
import dev.hebb.studio.runs.Entry;
import dev.hebb.studio.runs.Thinning;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.Model;
import dev.hebb.train.Session;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Loader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into the network of a run now and then. The thread that trains only takes snapshots, which
 * copy nothing; another thread measures them, for no more than a small share of the time so far.
 */
public final class Inspector {
  private static final Logger LOGGER = LoggerFactory.getLogger("dev.hebb.studio");

  private static final long LOOKS_GAP = TimeUnit.SECONDS.toNanos(1);
  private static final long PREDICTIONS_GAP = TimeUnit.SECONDS.toNanos(5);
  private static final long MODEL_GAP = TimeUnit.SECONDS.toNanos(30);

  /**
   * Before, the JVM compiles the training's kernels, and whatever else works keeps it from that.
   */
  private static final long WARM_UP = TimeUnit.SECONDS.toNanos(4);

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

  /** So many layers are measured before fewer are, so that deep networks fill no disk. */
  private static final int LAYERS_MEASURED = 3000;

  private static final int PROBED = 64;
  private static final int SAMPLED = 1000;

  private final Session session;
  private final Net net;
  private final Path folder;
  private final Consumer<Entry> out;
  private final Consumer<String> tell;
  private final long began = System.nanoTime();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Thinning thinning;
  private final Dataset sample;
  private final Model model;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition();
  private volatile boolean wanted;
  private volatile Weights newest;
  private final Account probing = new Account(LOOKS_GAP);
  private final Account predicting = new Account(PREDICTIONS_GAP);

  // In the thread that trains alone.
  private @Nullable Weights before;
  private @Nullable Weights after;
  private Predictions.@Nullable Tally tally;
  private long step;

  // In the thread that measures alone.
  private @Nullable Probe probe;
  private @Nullable Subject measured;
  private long modelSaved;

  /** What the run's last epoch said of the validation data, and the weights that said it. */
  private volatile @Nullable Told last;

  private volatile @Nullable Subject shown;

  private record Told(Weights weights, Predictions.Tally tally) {}

  /**
   * Of a run that begins.
   *
   * @param folder where files for later go
   * @param out takes what is measured
   * @param tell is told that there is something new: {@code predictions}
   */
  public Inspector(Session session, Path folder, Consumer<Entry> out, Consumer<String> tell) {
    this.session = session;
    this.net = session.net();
    this.folder = folder;
    this.out = out;
    this.tell = tell;
    this.newest = Weights.of(net, 0);
    this.model = Model.of(net);
    this.thinning = new Thinning(Math.clamp(LAYERS_MEASURED / net.parts().size(), 30, 300));
    Loader validation = session.validation();
    this.sample = Probe.spread((validation == null ? session.train() : validation).data(), SAMPLED);
  }

  // ---- in the thread that trains

  /**
   * A step was done. The first look is of the first steps, so that the shortest run has one, but is
   * measured later.
   */
  public void stepDone(long total) {
    step = total;
    if (before == null) {
      before = isDue() && thinning.next() ? Weights.of(net, total) : null;
    } else if (after == null) {
      after = Weights.of(net, total);
    }
    Weights first = before;
    Weights second = after;
    if (first != null && second != null && isWarm() && start(() -> measure(first, second))) {
      before = null;
      after = null;
    }
    if (wanted) {
      keep(Weights.of(net, total));
    }
  }

  /**
   * The training has predicted a batch of its validation data, so nobody need do it again.
   *
   * @param outputs what the network's last layer computed
   */
  public void predicted(Batch batch, Tensor outputs) {
    Loader validation = session.validation();
    try {
      if (validation != null && batch.index() == 0) {
        Dataset data = validation.data();
        tally = Predictions.isPossible(model, data) ? new Predictions.Tally(model, data) : null;
      }
      if (tally != null) {
        tally.add(batch, outputs);
      }
    } catch (RuntimeException e) { // the rest of the run is to be recorded all the same
      tally = null;
      failed(e);
    }
  }

  /** An epoch is complete. */
  public void epochDone(boolean isLast) {
    Predictions.Tally told = tally;
    tally = null;
    if (isLast) {
      last = told == null ? null : new Told(Weights.of(net, step), told);
    } else if (!busy.get() && isWarm() && predicting.allows(now())) {
      Weights weights = Weights.of(net, step);
      start(() -> store(weights, told));
    }
  }

  private boolean isDue() {
    return !busy.get() && probing.allows(now());
  }

  private boolean isWarm() {
    return now() >= WARM_UP;
  }

  /** Nanoseconds since the training began. */
  private long now() {
    return System.nanoTime() - began;
  }

  private void keep(Weights now) {
    lock.lock();
    try {
      newest = now;
      wanted = false;
      taken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** There are no more steps: measures what has waited. */
  public void stepsDone() {
    Weights first = before;
    Weights second = after;
    if (first != null && second != null) {
      alone(() -> measure(first, second));
    }
  }

  /** The network holds its final weights: keeps it, with what it says. */
  public void finish() {
    Weights now = Weights.of(net, step);
    Told told = last;
    Predictions.Tally answers =
        told != null && told.weights().values().equals(now.values()) ? told.tally() : null;
    keep(now);
    alone(() -> {
      modelSaved = now() - MODEL_GAP;
      store(now, answers);
    });
  }

  /** Does something here, after what is being done. */
  private void alone(Runnable work) {
    while (!busy.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
    done(work);
  }

  // ---- in a thread of its own

  /** Has something done unless there is something to be done yet; says whether it will be. */
  private boolean start(Runnable work) {
    if (!busy.compareAndSet(false, true)) {
      return false;
    }
    Thread.ofVirtual().name("hebb studio inspector").start(() -> done(work));
    return true;
  }

  private void done(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      failed(e);
    } finally {
      busy.set(false);
    }
  }

  private static void failed(RuntimeException e) {
    LOGGER.warn("the network was not looked into: {}", e.toString());
    LOGGER.debug("the network was not looked into", e);
  }

  private void measure(Weights first, Weights second) {
    Probe p = probe;
    if (p == null) {
      int examples = Math.min(PROBED, session.train().batchSize());
      p = new Probe(net, session.loss(), Probe.batch(session.train().data(), examples));
      probe = p;
    }
    long start = now();
    out.accept(p.measure(first, second));
    probing.spend(start, now());
  }

  /**
   * Stores what a network says, and now and then itself.
   *
   * @param told its answers; if null, a copy is asked for them
   */
  private void store(Weights weights, Predictions.@Nullable Tally told) {
    Subject subject = measured;
    if (subject == null) {
      subject = new Subject(Probe.copy(net), sample);
      measured = subject;
    }
    long start = now();
    subject.update(weights);
    if (Predictions.isPossible(model, sample)) {
      Stored.predictions(
          folder, told == null ? Predictions.of(subject, weights.step()) : told.at(weights.step()));
      tell.accept("predictions");
    }
    if (start - modelSaved >= MODEL_GAP) {
      Stored.model(folder, subject);
      modelSaved = start;
    }
    predicting.spend(start, now());
  }

  // ---- for the page

  /** Asks for a snapshot after the current step. */
  public void want() {
    wanted = true;
  }

  /** The network as it is now, to be looked at. */
  public Subject subject() {
    Weights now = fresh();
    Subject subject;
    lock.lock();
    try {
      subject = shown;
      if (subject == null) {
        subject = new Subject(Probe.copy(net), sample);
        shown = subject;
      }
    } finally {
      lock.unlock();
    }
    subject.update(now);
    return subject;
  }

  /** A snapshot that the thread that trains takes; if it waits, one that is taken here. */
  private Weights fresh() {
    lock.lock();
    try {
      wanted = true;
      long left = PATIENCE;
      while (wanted && left > 0) {
        left = taken.awaitNanos(left);
      }
      if (wanted) {
        wanted = false;
        newest = Weights.of(net, newest.step());
      }
      return newest;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return newest;
    } finally {
      lock.unlock();
    }
  }
}
