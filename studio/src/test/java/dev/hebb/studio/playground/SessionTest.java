package dev.hebb.studio.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.op.Activation;
import dev.hebb.studio.web.ApiException;
import dev.hebb.tensor.HebbException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Sessions with a clock and turns that the test moves. */
class SessionTest {
  private final AtomicLong now = new AtomicLong();
  private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
  private final Scene scene = Scenes.get("xorTwo");
  private final Session session =
      new Session("s", scene, (nanos, turn) -> turns.add(turn), now::get);

  /** One turn, that much later. */
  private Session.Update turn(long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    turns.remove().run();
    return session.now().update();
  }

  @Test
  void itRunsAtItsSpeed() {
    session.watch();
    session.run(true, 100);
    assertThat(turn(0).frame().step()).isEqualTo(1);
    assertThat(turn(50).frame().step()).isEqualTo(6);
    assertThat(turn(50).frame().step()).isEqualTo(11);
    session.run(true, 10);
    assertThat(turn(50).frame().step()).isEqualTo(11);
    assertThat(turn(50).frame().step()).isEqualTo(12);
  }

  @Test
  void itRestsWhenToldTo() {
    session.watch();
    session.run(true, 100);
    turn(50);
    long step = session.run(false, 100).update().frame().step();
    assertThat(turn(50).frame().step()).isEqualTo(step);
    assertThat(turns).isEmpty();
    assertThat(session.step(3).update().frame().step()).isEqualTo(step + 3);
  }

  /** The clock jumps by a millisecond at each look at it, as if each step took that long. */
  @Test
  void aTurnEndsWithItsBudget() {
    var slow =
        new Session(
            "slow",
            scene,
            (nanos, turn) -> turns.add(turn),
            () -> now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1)));
    slow.watch();
    slow.run(true, 100_000);
    turns.remove().run();
    turns.remove().run();
    assertThat(slow.now().update().frame().step()).isBetween(20L, 60L);
  }

  @Test
  void itStopsWhenNobodyLooks() {
    session.run(true, 100);
    turn(50);
    now.addAndGet(TimeUnit.SECONDS.toNanos(11));
    turns.remove().run();
    assertThat(turns).isEmpty();
    assertThat(session.now().update().isRunning()).isFalse();
  }

  @Test
  void aSlowBrowserGetsTheNewest() throws InterruptedException {
    session.watch();
    session.run(true, 100);
    for (int i = 0; i < 5; i++) {
      turn(50);
    }
    Session.Update newest = session.now().update();
    Session.Update seen = Objects.requireNonNull(session.await(0, Duration.ofSeconds(1)));
    assertThat(seen).isEqualTo(newest);
    assertThat(session.await(seen.sequence(), Duration.ofMillis(1))).isNull();
  }

  @Test
  void changesBuildAnewAndGiveTheSameNumbers() {
    Session.State first = session.now();
    session.step(50);
    Frame learnt = session.step(50).update().frame();
    Session.State again = session.change(scene.settings());
    assertThat(again.update().build()).isEqualTo(first.update().build() + 1);
    assertThat(again.update().frame()).isEqualTo(first.update().frame());
    assertThat(again.curve()).hasSize(1);
    assertThat(session.step(100).update().frame()).isEqualTo(learnt);
  }

  @Test
  void aWrongChangeChangesNothing() {
    Session.State before = session.step(5);
    assertThatThrownBy(() -> session.change(scene.settings().problem(Problem.OWN)))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("load a CSV first");
    assertThat(session.now().update()).isEqualTo(before.update());
    assertThat(session.now().settings()).isEqualTo(before.settings());
  }

  @Test
  void aLossThatDoesNotFitIsReplaced() {
    Session.State state = session.change(scene.settings().problem(Problem.HILLS));
    assertThat(state.settings().learning().objective()).isEqualTo(Objective.SQUARED);
    state = session.load(OwnPoints.read("1,2,a\n2,3,b\n4,4,c\n".repeat(5)));
    assertThat(state.points().classes()).hasSize(3);
    assertThat(state.settings().data().problem()).isEqualTo(Problem.OWN);
  }

  @Test
  void itStopsWhereTheLossIsNotFinite() {
    Settings s = scene.settings();
    session.change(
        new Settings(
            s.data(),
            s.layout(),
            new Settings.Learning(Objective.SQUARED, Rule.SGD, 100, 10),
            s.restraint(),
            1));
    session.watch();
    session.run(true, 1000);
    for (int i = 0; i < 20 && !turns.isEmpty(); i++) {
      turn(50);
    }
    Session.Update update = session.now().update();
    assertThat(update.isDiverged()).isTrue();
    assertThat(update.isRunning()).isFalse();
    assertThat(update.frame().train().loss()).isNull();
  }

  @Test
  void aLongCurveStaysShort() {
    for (int i = 0; i < 1500; i++) {
      session.step(1);
    }
    List<Curve.Point> points = session.now().curve();
    assertThat(points).hasSizeBetween(300, 601);
    assertThat(points.getFirst().step()).isZero();
    assertThat(points.getLast().step()).isGreaterThan(1490);
    assertThat(points).extracting(Curve.Point::step).isSorted();
  }

  @Test
  void speedsAndStepsAreBounded() {
    assertThatThrownBy(() -> session.run(true, 0)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> session.run(true, 100_001)).isInstanceOf(HebbException.class);
    assertThatThrownBy(() -> session.step(1001)).isInstanceOf(HebbException.class);
  }

  @Test
  void playgroundsAreBounded() {
    var playgrounds = new Playgrounds(now::get);
    var open = new ArrayList<Session>();
    for (int i = 0; i < Playgrounds.MOST; i++) {
      now.addAndGet(1);
      open.add(playgrounds.open(scene));
      if (i != 3) {
        open.getLast().watch();
      }
    }
    now.addAndGet(1);
    playgrounds.open(scene).watch(); // in place of the one that nobody watches
    assertThatThrownBy(() -> playgrounds.get(open.get(3).id()))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("closed");
    assertThat(open.get(3).isClosed()).isTrue();
    assertThatThrownBy(() -> playgrounds.open(scene))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("close a window");
    open.getFirst().leave();
    now.addAndGet(Duration.ofMinutes(31).toNanos());
    assertThatThrownBy(() -> playgrounds.get(open.getFirst().id()))
        .isInstanceOf(ApiException.class);
    assertThat(playgrounds.get(open.getLast().id())).isSameAs(open.getLast());
  }

  @Test
  void settingsHaveBounds() {
    assertThatThrownBy(() -> new Settings.Data(Problem.XOR, 1001, 0, 0.5))
        .hasMessageContaining("points is 1001, but has to lie between 10 and 1000");
    assertThatThrownBy(() -> new Settings.Hidden(13, Activation.RELU))
        .hasMessageContaining("units is 13");
    assertThatThrownBy(() -> new Settings.Hidden(3, Activation.MISH))
        .hasMessageContaining("no activation MISH");
    assertThatThrownBy(() -> new Settings.Learning(Objective.HINGE, Rule.SGD, Double.NaN, 1))
        .hasMessageContaining("rate is NaN");
    Settings.Layout l = scene.settings().layout();
    assertThatThrownBy(() -> new Settings.Layout(List.of(), l.hidden(), l.output(), l.start()))
        .hasMessageContaining("at least one");
    assertThatThrownBy(() ->
            new Settings.Layout(List.of(Feature.X1, Feature.X1), l.hidden(), l.output(), l.start()))
        .hasMessageContaining("twice");
  }
}
