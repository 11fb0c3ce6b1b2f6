package dev.hebb.studio;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.metric.Metrics.accuracy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.Seed;
import dev.hebb.train.Subscriber;
import dev.hebb.train.TrainEvent;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.Splits;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.Keys;

/**
 * The page in a real browser, beside a real training that goes on until all tests are done, and two
 * that are over.
 */
@ResourceLock(Browser.LOCK)
class StudioPageTest {
  private static final double RATE = 2e-3;

  /** The training that is watched leaves the processors to the browser. */
  private static final long LEISURE = TimeUnit.MILLISECONDS.toNanos(15);

  @TempDir private static Path runs;
  private static final Splits DIGITS = Digits.load();
  private static Browser browser;
  private static Studio studio;
  private static Thread training;
  private static volatile double usedRate;
  private static volatile long steps;

  @BeforeAll
  static void open() throws InterruptedException {
    browser = Browser.open();
    studio = Studio.open(StudioOptions.local().runs(runs));
    train("tiny one", 1, _ -> {});
    train("tiny two", 1, _ -> {});
    var learnt = new CountDownLatch(2);
    Subscriber watch =
        event -> {
          if (event instanceof TrainEvent.StepDone done) {
            usedRate = done.learningRate();
            steps = done.total();
          } else if (event instanceof TrainEvent.EpochDone) {
            learnt.countDown();
          }
          leisure(event);
        };
    training = Thread.ofPlatform().daemon().start(() -> train("digits", 100_000, watch));
    assertThat(learnt.await(5, TimeUnit.MINUTES)).isTrue();
  }

  private static void leisure(TrainEvent event) {
    if (event instanceof TrainEvent.StepDone) {
      LockSupport.parkNanos(LEISURE);
    }
  }

  private static void train(String name, int epochs, Subscriber watch) {
    Net net =
        sequential(
                conv2d(8, 3).stride(2).relu(), conv2d(16, 3).stride(2).relu(), flatten(), dense(10))
            .build(DIGITS.shape(), Seed.of(42));
    boolean tiny = epochs == 1;
    Trainer.of(net, Losses.crossEntropy(), Adam.of(RATE))
        .metrics(accuracy())
        .with(watch)
        .with(studio.recorder(name))
        .fit(
            DIGITS.train().take(tiny ? 320 : 3200).shuffle().batch(64),
            DIGITS.test().take(tiny ? 100 : 500).batch(500),
            epochs);
  }

  @AfterAll
  static void close() throws InterruptedException {
    if (browser != null) {
      browser.close();
      training.interrupt();
      training.join(TimeUnit.SECONDS.toMillis(20));
      studio.stop();
    }
  }

  @BeforeEach
  void fresh() {
    browser.desktop().forget(studio.link()).visit(studio.link());
    browser.errors();
  }

  @AfterEach
  void nothingWentWrong() {
    assertThat(browser.errors()).isEmpty();
  }

  private static void show(String hash) {
    browser.script("location.hash = arguments[0]", hash);
    browser.await(
        hash + " is shown",
        () -> hash.equals("#" + browser.find("main").getAttribute("data-view")));
  }

  private static String address() {
    show("#/runs");
    browser.await("the live run is listed", () -> browser.all("tr[data-run]").size() >= 3);
    return browser
        .script(
            "return [...document.querySelectorAll('tr[data-run]')]"
                + ".find(row => row.querySelector('[data-state=running]')).querySelector('a').hash")
        .toString();
  }

  private static long shownStep() {
    return ((Number)
            browser.script(
                "return Number(document.querySelector('[data-stat=step]"
                    + " dd').firstChild.data.replace(/\\D/g, ''))"))
        .longValue();
  }

  @Test
  void pointsArriveWhileTheNetworkLearns() {
    show(address());
    browser.find(".plot canvas");
    long first = browser.await("a step is shown", () -> shownStep() > 0 ? shownStep() : null);
    browser.await("newer steps arrive by themselves", () -> shownStep() > first);
    assertThat(browser.text("[data-stat=heap]")).containsPattern("\\d+ MiB");
    assertThat(browser.text("[data-stat=left]")).containsPattern("\\d");
    assertThat(browser.all(".chart canvas")).hasSize(5);
    browser.screenshot("run-light");
    assertThat(browser.overflow()).isZero();
  }

  @Test
  void aRunIsPausedAndResumed() throws InterruptedException {
    show(address());
    browser.clickNamed("Pause");
    browser.find("[data-state=paused]");
    long still = steps;
    Thread.sleep(500);
    assertThat(steps).isLessThanOrEqualTo(still + 1);
    browser.clickNamed("Resume");
    browser.find("[data-state=running]");
    browser.await("the network learns again", () -> steps > still + 1);
    assertThat(browser.text(".log")).contains("paused", "resumed");
  }

  @Test
  void theLearningRateIsChangedAndTheRunUsesIt() {
    show(address());
    browser.type(".rate input", "0.00037");
    browser.press(Keys.ENTER);
    browser.await("the trainer uses the rate", () -> usedRate == 0.00037);
    browser.await("the page shows it", () -> browser.text("[data-stat=rate] dd").equals("3.7e-4"));
    browser.await(
        "the run notes it", () -> browser.text(".log").contains("learning rate set to 3.7e-4"));
    browser.type(".rate input", "-1");
    browser.press(Keys.ENTER);
    browser.await("a wrong one is refused", () -> browser.text(".toasts").contains("above zero"));
    assertThat(usedRate).isEqualTo(0.00037);
  }

  @Test
  void aRunIsStopped() throws InterruptedException {
    Thread other =
        Thread.ofPlatform()
            .daemon()
            .start(() -> train("unwanted", 100_000, StudioPageTest::leisure));
    show("#/runs");
    browser.await("it is listed", () -> browser.text("table").contains("unwanted"));
    browser.clickNamed("unwanted");
    browser.clickNamed("Stop");
    browser.accept();
    browser.find("[data-state=stopped]");
    other.join(TimeUnit.SECONDS.toMillis(60));
    assertThat(other.isAlive()).isFalse();
  }

  @Test
  void aCheckpointIsSaved() {
    show(address());
    browser.clickNamed("Checkpoint");
    browser.await("it is noted", () -> browser.text(".log").contains("checkpoint saved"));
    browser.await(
        "the file is there",
        () -> {
          try (var files = java.nio.file.Files.walk(runs)) {
            return files.anyMatch(file -> file.endsWith("checkpoint.hebb"));
          }
        });
  }

  @Test
  void chartsAreZoomedSmoothedAndLogarithmic() {
    show(address());
    browser.find(".plot canvas");
    browser.clickNamed("Zoom in");
    assertThat(browser.named("Show all").isEnabled()).isTrue();
    browser.clickNamed("Show all");
    browser.await("all is shown", () -> !browser.named("Show all").isEnabled());
    browser.draw(".u-over", new int[] {60, 60}, new int[] {140, 60});
    browser.await("dragging zooms", () -> browser.named("Show all").isEnabled());
    browser.find(".plot").sendKeys("0");
    browser.await("a key shows all", () -> !browser.named("Show all").isEnabled());
    browser.find(".toolbar input[type=range]").sendKeys(Keys.HOME);
    assertThat(browser.text(".toolbar output")).isEqualTo("0.00");
    browser.clickNamed("Log scale");
    assertThat(browser.find(".toolbar input[type=checkbox]").isSelected()).isTrue();
    browser.find(".plot").sendKeys(Keys.ARROW_LEFT);
    assertThat(browser.text(".legend b")).matches("[\\d.e-]+");
  }

  @Test
  void theInsideIsDrawn() {
    show(address() + "/inside");
    assertThat(browser.text(".graph")).contains("Conv2d", "1×28×28", "8×13×13", "10");
    browser.await(
        "histograms are there", () -> browser.all("figure[data-histogram] canvas").size() == 3);
    for (String name : List.of("weights", "gradients", "activations")) {
      assertThat(inkOf("figure[data-histogram=" + name + "] canvas")).as(name).isGreaterThan(500);
    }
    browser.await("gradients by depth", () -> browser.all(".bars i").size() >= 3);
    browser.await("filters", () -> browser.all("[data-gallery=filters] canvas").size() == 8);
    browser.await("feature maps", () -> browser.all("[data-gallery=maps] canvas").size() == 8);
    browser.await(
        "exciting inputs", () -> browser.all("[data-gallery=exciting] canvas").size() >= 5);
    assertThat(inkOf("[data-gallery=filters] canvas")).isPositive();
    browser.screenshot("inside-light");
    browser.clickNamed("Heat");
    browser.await(
        "it is another drawing", () -> inkOf("figure[data-histogram=weights] canvas") > 5000);
    assertThat(browser.overflow()).isZero();
  }

  /** How many pixels of a canvas are neither empty nor all the same as the first. */
  private static long inkOf(String css) {
    return ((Number)
            browser.script(
                """
                const canvas = document.querySelector(arguments[0]);
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                const pixels = new Uint32Array(data.buffer);
                return pixels.filter((pixel) => pixel !== pixels[0]).length;
                """,
                css))
        .longValue();
  }

  @Test
  void aDrawnDigitIsRead() {
    show(address() + "/predict");
    browser.draw(".board", new int[] {112, 30}, new int[] {112, 110}, new int[] {112, 195});
    assertThat(browser.text("[data-answer]")).isEqualTo("1");
    assertThat(browser.all(".bars i")).hasSize(10);
    browser.await("the confusion matrix", () -> browser.all(".confusion td").size() == 100);
    assertThat(browser.text(".card .badge.good")).containsPattern("\\d+\\.\\d.% right");
    browser.await("mistakes with pictures", () -> !browser.all(".mistake canvas").isEmpty());
    browser.screenshot("predict-light");
    browser.clickNamed("Clear");
    browser.await("the answer is gone", () -> browser.all("[data-answer]").isEmpty());
    browser.find(".board").click();
    browser.clickNamed("Clear");
    browser.find(".board").sendKeys(Keys.SPACE, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN);
    browser.find("[data-answer]");
  }

  @Test
  void runsAreSearchedAndCompared() {
    show("#/runs");
    browser.await("the runs are there", () -> browser.all("tr[data-run]").size() >= 3);
    browser.screenshot("runs-light");
    browser.type("input[type=search]", "tiny");
    browser.await("two match", () -> browser.all("tr[data-run]").size() == 2);
    browser.clickNamed("Select tiny one");
    browser.clickNamed("Select tiny two");
    browser.clickNamed("Compare 2");
    browser.find(".chart canvas");
    assertThat(browser.text(".legend")).contains("tiny one", "tiny two");
    assertThat(browser.text("table.settings")).contains("Adam", "64");
    browser.screenshot("compare-light");
    show("#/runs");
    browser.type("input[type=search]", "no such run");
    browser.await(
        "nothing matches", () -> browser.text("main").contains("No run matches “no such run”"));
  }

  @Test
  void aDeletedRunComesBack() {
    show("#/runs");
    browser.clickNamed("Delete tiny two");
    browser.await("it is gone", () -> !browser.text("table").contains("tiny two"));
    browser.clickNamed("Undo");
    browser.await("it is back", () -> browser.text("table").contains("tiny two"));
  }

  @Test
  void theLanguageIsSwitchedEverywhere() {
    String run = address();
    browser.select("select[aria-label=Language]", "zh");
    assertThat(browser.text("nav a[aria-current]")).isEqualTo("训练");
    assertThat(browser.script("return document.documentElement.lang")).isEqualTo("zh-CN");
    assertThat(browser.text("h1")).isEqualTo("训练");
    for (String view : List.of("", "/inside", "/predict")) {
      show(run + view);
      assertThat(browser.text(".tabs")).isEqualTo("曲线\n内部\n预测");
      browser.await("the view is drawn", () -> !browser.all(".card canvas").isEmpty());
      browser.screenshot("zh" + view.replace('/', '-'));
    }
  }

  @Test
  void itIsDarkWhenTheSystemIsOrTheUserWants() {
    String run = address();
    assertThat(background()).isEqualTo("rgb(245, 246, 248)");
    browser.systemColours("dark");
    browser.await("it follows the system", () -> background().equals("rgb(14, 17, 22)"));
    browser.systemColours("light");
    browser.await("and back", () -> background().equals("rgb(245, 246, 248)"));
    browser.select("select[aria-label=Colours]", "dark");
    assertThat(background()).isEqualTo("rgb(14, 17, 22)");
    for (String view : List.of("", "/inside", "/predict")) {
      show(run + view);
      assertThat(background()).isEqualTo("rgb(14, 17, 22)");
      browser.await("the view is drawn", () -> !browser.all(".card canvas").isEmpty());
      browser.screenshot("dark" + view.replace('/', '-'));
    }
  }

  private static String background() {
    return browser.script("return getComputedStyle(document.body).backgroundColor").toString();
  }

  @Test
  void itFitsAPhone() {
    String run = address();
    browser.phone();
    browser.screenshot("phone-runs");
    assertThat(browser.overflow()).isZero();
    for (String view : List.of("", "/inside", "/predict")) {
      show(run + view);
      browser.await("the view is drawn", () -> !browser.all(".card canvas").isEmpty());
      assertThat(browser.overflow()).as(view).isZero();
      browser.screenshot("phone" + view.replace('/', '-'));
    }
  }

  @Test
  void everythingIsReachedByTheKeyboard() {
    show("#/runs");
    browser.find("tr[data-run]");
    browser.press(Keys.TAB);
    assertThat(focused()).isEqualTo("Skip to the content");
    browser.press(Keys.ENTER, Keys.TAB);
    browser.await("the content comes next", () -> focused().equals("Search runs"));
  }

  private static String focused() {
    return browser
        .script(
            "const at = document.activeElement;return at.labels?.[0]?.innerText || at.innerText ||"
                + " at.getAttribute('aria-label') || at.tagName")
        .toString();
  }
}
