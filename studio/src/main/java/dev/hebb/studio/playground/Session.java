package dev.hebb.studio.playground;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A playground that somebody has open. It learns in short turns on threads that all playgrounds
 * share, never more than half of the time of one of them, and stops when nobody looks.
 */
final class Session {
  static final int MOST_STEPS_A_SECOND = 100_000;

  /** A twentieth of a second from one picture to the next. */
  private static final long TURN = TimeUnit.MILLISECONDS.toNanos(50);

  /** The longest that a turn may learn. */
  private static final long BUDGET = TimeUnit.MILLISECONDS.toNanos(25);

  private static final Duration ALONE = Duration.ofSeconds(10);

  /** Runs something later, on a thread that may compute. */
  @FunctionalInterface
  interface Later {
    void run(long nanos, Runnable turn);
  }

  /**
   * What has changed.
   *
   * @param sequence the number of this update
   * @param build how often the network was built; its layers belong to the settings of that build
   * @param isRunning whether it learns by itself
   * @param isDiverged whether it has stopped because its loss is not finite any more
   * @param speed how many steps a second it may take
   * @param frame what the network is like
   */
  record Update(
      long sequence, int build, boolean isRunning, boolean isDiverged, int speed, Frame frame) {}

  /**
   * All that a page needs to begin.
   *
   * @param points those of the settings
   * @param curve the losses so far
   */
  record State(
      String id, Settings settings, PointsView points, List<Curve.Point> curve, Update update) {}

  /** Points as a page draws them. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  record PointsView(
      float[] x1, float[] x2, float[] y, List<String> classes, int learnt, List<Axis> axes) {
    static PointsView of(Points p) {
      return new PointsView(p.x1(), p.x2(), p.y(), p.classes(), p.learnt(), p.axes());
    }
  }

  private final String id;
  private final Later later;
  private final LongSupplier clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable OwnPoints own;
  private Experiment experiment;
  private Curve curve = new Curve();
  private Update newest;
  private int speed;
  private boolean isRunning;
  private boolean isScheduled;
  private boolean isClosed;
  private int watchers;
  private long lastLook;
  private long lastTurn;
  private double due;

  Session(String id, Scene scene, Later later, LongSupplier clock) {
    this.id = id;
    this.later = later;
    this.clock = clock;
    this.speed = scene.speed();
    this.lastLook = clock.getAsLong();
    this.experiment = experiment(scene.settings(), null);
    this.newest = new Update(1, 1, false, false, speed, experiment.look());
    curve.add(newest.frame());
  }

  private static Experiment experiment(Settings settings, @Nullable OwnPoints own) {
    Settings.Data data = settings.data();
    Seed seed = Seed.of(settings.seed());
    Points points;
    if (data.problem() != Problem.OWN) {
      points = data.problem().draw(data.points(), data.noise(), data.testShare(), seed);
    } else if (own != null) {
      points = own.points(data.noise(), data.testShare(), seed);
    } else {
      throw new HebbException("there are no points of your own yet; load a CSV first");
    }
    return new Experiment(settings.suited(points.classes().size()), points);
  }

  String id() {
    return id;
  }

  // ---- steering

  /** Builds the network anew from these settings; it goes on running if it was. */
  State change(Settings settings) {
    return exclusively(() -> rebuilt(settings, own, speed, isRunning));
  }

  /** Builds the network of a scene, and runs it. */
  State show(Scene scene) {
    return exclusively(() -> rebuilt(scene.settings(), own, scene.speed(), true));
  }

  /** Takes points of the user's own in place of those so far. */
  State load(OwnPoints points) {
    return exclusively(
        () -> rebuilt(experiment.settings().problem(Problem.OWN), points, speed, isRunning));
  }

  private State rebuilt(Settings settings, @Nullable OwnPoints points, int pace, boolean runs) {
    experiment = experiment(settings, points); // throws before anything has changed
    own = points;
    speed = pace;
    curve = new Curve();
    look(newest.build + 1);
    run(runs);
    return state();
  }

  /** Runs, or rests. */
  State run(boolean runs, int stepsASecond) {
    if (stepsASecond < 1 || stepsASecond > MOST_STEPS_A_SECOND) {
      throw new HebbException(
          "the speed is %d steps a second, but has to lie between 1 and %d"
              .formatted(stepsASecond, MOST_STEPS_A_SECOND));
    }
    return exclusively(() -> {
      speed = stepsASecond;
      run(runs);
      return state();
    });
  }

  private void run(boolean runs) {
    boolean starts = runs && !newest.isDiverged;
    if (starts && !isRunning) {
      lastTurn = clock.getAsLong();
      due = 1; // the first step is seen at once
    }
    isRunning = starts;
    newest = updated(newest.build, newest.isDiverged, newest.frame);
    changed.signalAll();
    if (isRunning && !isScheduled) {
      schedule(0);
    }
  }

  /** Takes some steps, and rests. */
  State step(int steps) {
    if (steps < 1 || steps > 1000) {
      throw new HebbException("%d steps at once; take 1 to 1000".formatted(steps));
    }
    return exclusively(() -> {
      isRunning = false;
      for (int i = 0; i < steps && !newest.isDiverged; i++) {
        experiment.step();
      }
      look(newest.build);
      return state();
    });
  }

  State now() {
    return exclusively(this::state);
  }

  Arithmetic arithmetic(int point) {
    return exclusively(() -> Arithmetic.of(experiment, point));
  }

  String java() {
    return exclusively(() -> JavaExport.of(experiment));
  }

  byte[] onnx() {
    return exclusively(() -> ModelExport.of(experiment));
  }

  private State state() {
    return new State(
        id, experiment.settings(), PointsView.of(experiment.points()), curve.points(), newest);
  }

  // ---- learning in turns

  private void schedule(long nanos) {
    isScheduled = true;
    later.run(nanos, this::turn);
  }

  /** Learns as much as is due, as far as the budget goes. */
  private void turn() {
    lock.lock();
    try {
      isScheduled = false;
      long start = clock.getAsLong();
      if (watchers == 0 && start - lastLook > ALONE.toNanos()) {
        run(false);
      }
      if (!isRunning || isClosed) {
        return;
      }
      due = Math.min(due + (start - lastTurn) * 1e-9 * speed, speed);
      lastTurn = start;
      long before = experiment.steps();
      while (due >= 1 && clock.getAsLong() - start < BUDGET) {
        experiment.step();
        due--;
      }
      due = Math.min(due, 1 + speed * 1e-9 * TURN); // what there was no time for is forgotten
      if (experiment.steps() > before) {
        look(newest.build);
      }
      long took = clock.getAsLong() - start;
      schedule(Math.max(TURN - took, took));
    } finally {
      lock.unlock();
    }
  }

  private void look(int build) {
    Frame frame = experiment.look();
    boolean isDiverged = frame.train().loss() == null;
    isRunning &= !isDiverged;
    newest = updated(build, isDiverged, frame);
    curve.add(frame);
    changed.signalAll();
  }

  private Update updated(int build, boolean isDiverged, Frame frame) {
    return new Update(newest.sequence + 1, build, isRunning, isDiverged, speed, frame);
  }

  // ---- watching

  /** Somebody looks from now on, until {@link #leave}. */
  void watch() {
    exclusively(() -> ++watchers);
  }

  void leave() {
    exclusively(() -> --watchers);
  }

  /**
   * Waits for something newer than an update. Whatever came between is never seen: a slow browser
   * gets fewer pictures, and each is the newest.
   *
   * @return the newest update, or null if there is none in this time
   */
  @Nullable Update await(long sequence, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (newest.sequence <= sequence && left > 0 && !isClosed) {
        left = changed.awaitNanos(left);
      }
      lastLook = clock.getAsLong();
      return newest.sequence > sequence ? newest : null;
    } finally {
      lock.unlock();
    }
  }

  /** How long nobody has looked, in nanoseconds; 0 while somebody does. */
  long idle() {
    lock.lock();
    try {
      return watchers > 0 ? 0 : clock.getAsLong() - lastLook;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return isClosed;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      isClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private <T> T exclusively(Supplier<T> action) {
    lock.lock();
    try {
      lastLook = clock.getAsLong();
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
