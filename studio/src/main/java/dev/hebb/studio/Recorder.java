package dev.hebb.studio;

import dev.hebb.studio.inside.Inspector;
import dev.hebb.studio.runs.Entry;
import dev.hebb.studio.runs.LineWriter;
import dev.hebb.studio.runs.RunStore;
import dev.hebb.studio.runs.RunView;
import dev.hebb.studio.runs.Thinning;
import dev.hebb.studio.web.ApiException;
import dev.hebb.studio.web.Events;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.Session;
import dev.hebb.train.Subscriber;
import dev.hebb.train.TrainEvent;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records a training run and lets it be steered. The thread that trains copies numbers and puts
 * entries into a bounded queue; a thread of this class's own writes and publishes them.
 */
final class Recorder implements Subscriber {
  private static final Logger LOGGER = LoggerFactory.getLogger("dev.hebb.studio");
  private static final long FLUSH_MILLIS = 250;
  private static final int QUEUE = 1024;
  private static final int END_SECONDS = 20;

  /** So many points are recorded at each look for eight minutes, then half as many for sixteen. */
  private static final int STEPS_AT_ONCE = 16;

  private static final int LOOKS = 2000;
  private static final int EPOCHS = 2000;

  private final RunStore store;
  private final Events events;
  private final @Nullable String name;
  private final @Nullable String link;
  private final Runs runs;
  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>(QUEUE);
  private final StepBuffer steps = new StepBuffer();
  private final Thinning looks = new Thinning(LOOKS);
  private final Thinning epochs = new Thinning(EPOCHS);
  private final CountDownLatch written = new CountDownLatch(1);

  private @Nullable Session session;
  private @Nullable Inspector inspector;
  private @Nullable RunView view;
  private @Nullable LineWriter writer;
  private long began;
  private volatile long step;
  private volatile boolean isComplete = true;
  private final LongAdder lost = new LongAdder();

  /**
   * @param name what the run is called; null: after its data
   * @param link where it can be steered
   * @param runs is told of the run's beginning and end
   */
  Recorder(RunStore store, Events events, @Nullable String name, @Nullable String link, Runs runs) {
    this.store = store;
    this.events = events;
    this.name = name;
    this.link = link;
    this.runs = runs;
  }

  /** Those who ask for a recorder while its run is trained. */
  interface Runs {
    /** The run has a name on the disk. */
    void add(Recorder recorder);

    /** The run is over, and all of it is on the disk. */
    void remove(Recorder recorder);
  }

  /** The run's name on the disk. */
  String id() {
    return current(view).id();
  }

  Inspector inspector() {
    return current(inspector);
  }

  private static <T> T current(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the run has not begun");
    }
    return value;
  }

  // ---- in the thread that trains

  @Override
  public void on(TrainEvent event) {
    switch (event) {
      case TrainEvent.RunStarted started -> begin(started);
      case TrainEvent.StepDone done -> {
        step = done.total();
        steps.add(done, (System.nanoTime() - began) / 1e9);
        inspector().stepDone(step);
      }
      case TrainEvent.EpochDone done -> {
        boolean isLast = done.result().epoch() == done.epochs();
        if (epochs.next() || isLast) {
          offer(
              new Entry.Epoch(
                  done.result().epoch(), step, done.result().seconds(), done.result().values()));
        }
        inspector().epochDone(isLast);
      }
      case TrainEvent.Warning warning -> offer(new Entry.Warning(warning.message()));
      case TrainEvent.RunEnded ended -> {
        inspector().stepsDone();
        offer(
            new Entry.Ended(
                ended.run().ending().rule(),
                ended.run().ending().why(),
                ended.run().steps(),
                ended.run().seconds()));
      }
      case TrainEvent.Predicted done -> inspector().predicted(done.batch(), done.outputs());
      case TrainEvent.EpochStarted _, TrainEvent.Validated _, TrainEvent.CheckpointWritten _ -> {}
    }
  }

  private void begin(TrainEvent.RunStarted started) {
    if (session != null) {
      throw new HebbException("studio(): it records one run; make another for the next");
    }
    session = started.session();
    RunView fresh = store.create();
    view = fresh;
    writer = store.writer(fresh.id());
    began = System.nanoTime();
    inspector = new Inspector(started.session(), store.folder(fresh.id()), this::offer, this::tell);
    offer(Descriptions.of(started, name, link));
    started.session().afterwards(this::finish);
    Thread.ofVirtual().name("hebb studio recorder").start(this::record);
    runs.add(this);
  }

  private void offer(Entry entry) {
    if (!queue.offer(entry)) {
      lost.increment();
    }
  }

  /** Waits until all is written, because the program may end now. */
  private void finish() {
    inspector().finish();
    try {
      if (!written.await(END_SECONDS, TimeUnit.SECONDS)) {
        LOGGER.warn("the end of run {} is not recorded: the disk is too slow", id());
      } else if (isComplete) {
        runs.remove(this); // from now on it is read from the disk, so memory is free
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- in a thread of its own

  private void record() {
    try {
      boolean over = false;
      while (!over) {
        Entry next = queue.poll(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        if (looks.next() || looks.stride() <= STEPS_AT_ONCE) {
          publishSteps();
        }
        for (; next != null; next = queue.poll()) {
          if (next instanceof Entry.Ended) {
            publishSteps(); // what came since the look, before the end
            over = true;
          }
          publish(next);
        }
      }
      store.finish(current(view));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOGGER.warn("run {} is not recorded any more", id(), e);
    } finally {
      written.countDown();
    }
  }

  private void publishSteps() {
    publish(steps.take((int) Math.max(1, STEPS_AT_ONCE / looks.stride())));
  }

  private void publish(Entry entry) {
    if (entry instanceof Entry.Steps fresh && fresh.step().length == 0) {
      return;
    }
    RunView run = current(view);
    run.accept(entry);
    Published.entry(events, run, entry);
    try {
      current(writer).write(entry);
    } catch (UncheckedIOException e) {
      LOGGER.warn("run {} is not recorded any more: {}", run.id(), e.getMessage());
      isComplete = false;
      var warning =
          new Entry.Warning(
              "recording has stopped, training goes on: %s. What is shown from here on will be"
                      .formatted(e.getMessage())
                  + " forgotten when this process ends; make room on the disk");
      run.accept(warning);
      Published.entry(events, run, warning);
    }
  }

  private void tell(String what) {
    events.publish(id(), what, Map.of("run", id(), "step", step), false);
  }

  // ---- from the page

  /** How many entries did not fit into the queue. */
  long lost() {
    return lost.sum();
  }

  /**
   * Does what the page asks for, and notes it in the run.
   *
   * @throws ApiException 400 for an action that does not exist, 409 if the run is over
   */
  Entry.Action steer(String action, @Nullable Double value) {
    Session run = current(session);
    if (current(view).isOver()) {
      throw ApiException.conflict("the run is over; there is nothing left to steer");
    }
    String noted = null;
    switch (action) {
      case "pause" -> {
        inspector().want();
        run.pause();
      }
      case "resume" -> run.resume();
      case "stop" -> run.stop();
      case "checkpoint" -> {
        Path file = store.folder(id()).resolve("checkpoint.hebb").toAbsolutePath();
        run.checkpoint(file);
        noted = file.toString();
      }
      case "learningRate" -> {
        if (value == null) {
          throw ApiException.wrong("learningRate needs a value: {\"action\":…, \"value\": 0.001}");
        }
        run.learningRate(value);
        noted = value.toString();
      }
      default ->
          throw ApiException.wrong(
              "there is no action '%s'; there are pause, resume, stop, checkpoint, learningRate"
                  .formatted(action));
    }
    var done = new Entry.Action(Instant.now().toString(), action, noted, step);
    offer(done);
    return done;
  }
}
