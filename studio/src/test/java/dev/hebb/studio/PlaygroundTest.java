package dev.hebb.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.Keys;

/** The playground and the arithmetic in a real browser. */
@ResourceLock(Browser.LOCK)
class PlaygroundTest {
  @TempDir private static Path runs;
  private static Browser browser;
  private static Studio studio;

  @BeforeAll
  static void open() {
    browser = Browser.open();
    studio = Studio.open(StudioOptions.local().runs(runs));
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      studio.stop();
      browser.close();
    }
  }

  @BeforeEach
  void begin() {
    browser.desktop().systemColours("light").forget(studio.link());
    visit("#/playground");
    browser.find(".scene");
  }

  @AfterEach
  void noErrors() {
    assertThat(browser.errors()).isEmpty();
  }

  private static void visit(String hash) {
    browser.visit(studio.link() + hash);
  }

  private static long steps() {
    return Long.parseLong(browser.text("[data-count=step]").replaceAll("\\D", ""));
  }

  private static double percent(String score) {
    return Double.parseDouble(browser.text("[data-score=" + score + "]").replaceAll("[^0-9.]", ""));
  }

  private static void scene(String id) {
    browser.click("[data-scene=" + id + "]");
    browser.await(
        "the scene " + id + " is chosen",
        () -> browser.find("[data-scene=" + id + "]").getAttribute("aria-pressed").equals("true"));
  }

  /** The mean of a canvas's pixels in a square of it, as red minus blue. */
  private static double redness(String css) {
    return ((Number)
            browser.script(
                """
                const canvas = document.querySelector(arguments[0]);
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                let sum = 0;
                for (let i = 0; i < data.length; i += 4) sum += data[i] - data[i + 2];
                return sum / (data.length / 4);
                """,
                css))
        .doubleValue();
  }

  @Test
  void theSpiralIsSeparatedInThePage() {
    scene("spiral");
    browser.await("more than 95 % of the test points are right", () -> percent("test") > 95);
    browser.screenshot("playground-spiral-light");
    browser.systemColours("dark");
    browser.screenshot("playground-spiral-dark");
    browser.clickNamed("Pause");
    browser.find(".play-bar .run");
    browser.phone();
    assertThat(browser.overflow()).isZero();
    browser.screenshot("playground-phone");
  }

  @Test
  void stepByStep() {
    scene("xorTwo");
    browser.clickNamed("Pause");
    browser.named("Run");
    browser.clickNamed("Start again");
    browser.await("it is at the start", () -> steps() == 0);
    double before = redness("[data-layer='0'][data-unit='0'] canvas");
    for (int i = 1; i <= 3; i++) {
      int step = i;
      browser.clickNamed("Step");
      browser.await("step " + step, () -> steps() == step);
    }
    assertThat(redness("[data-layer='0'][data-unit='0'] canvas")).isNotEqualTo(before);
  }

  @Test
  void layersUnitsAndInputsAreChangedByClicking() {
    scene("xorTwo");
    browser.clickNamed("Add a hidden layer");
    browser.await("two layers", () -> browser.all("[data-layer='1'].unit").size() == 4);
    browser.clickNamed("Add a unit to layer 2");
    browser.await("five units", () -> browser.all("[data-layer='1'].unit").size() == 5);
    browser.clickNamed("Remove the last hidden layer");
    browser.clickNamed("Remove a unit from layer 1");
    browser.await("three units", () -> browser.all("[data-layer='0'].unit").size() == 3);
    assertThat(browser.text(".network-bar strong")).isEqualTo("Hidden layers: 1");
    browser.click("[data-feature=PRODUCT]");
    browser.await(
        "the product goes in",
        () -> browser.find("[data-feature=PRODUCT]").getAttribute("aria-pressed").equals("true"));
    browser.select("select[aria-label='Activation of layer 1'], .column-head select", "RELU");
    browser.click("[data-problem=CIRCLE]");
    browser.await(
        "the circle is learnt",
        () -> browser.find("[data-problem=CIRCLE]").getAttribute("aria-pressed").equals("true"));
  }

  /**
   * A frame may have fewer units than the page still shows: it came before the page was redrawn.
   */
  @Test
  void aUnitThatTheFrameDoesNotHaveIsLeftAlone() {
    scene("xorTwo");
    browser.clickNamed("Pause");
    browser.named("Run");
    browser.script(
        """
        const unit = document.querySelector('button.unit[data-layer="0"]');
        const gone = unit.cloneNode(true);
        gone.dataset.unit = 99;
        unit.parentNode.append(gone);
        """);
    long before = steps();
    browser.clickNamed("Step");
    browser.await("the next frame is drawn", () -> steps() > before);
    assertThat(redness("[data-layer='0'][data-unit='99'] canvas")).isZero();
  }

  @Test
  void scenesByOneClick() {
    scene("deadRelu");
    browser.await(
        "all units of the second layer are dead",
        () -> browser.all("[data-layer='1'].unit.dead").size() == 6);
    assertThat(browser.text(".scene-text")).contains("answer 0 for every point");
    browser.screenshot("playground-dead");
    browser.click(".scene-text .link");
    browser.await("none is dead", () -> browser.all("[data-layer='1'].unit.dead").isEmpty());
    scene("vanishing");
    browser.await("a small gradient is seen", () -> !browser.all(".gradient .low").isEmpty());
    browser.screenshot("playground-vanishing");
  }

  @Test
  void ownPoints() {
    browser.click(".problem.own");
    browser.type("textarea", "1,2,yes\n1,zwei,no\n");
    browser.clickNamed("Use it");
    assertThat(browser.text(".own-error")).contains("line 2, column 2: 'zwei' is not a number");
    assertThat(browser.errors()).singleElement().asString().contains("/csv", "400");
    browser.screenshot("playground-csv-error");
    browser.select("select[aria-label=Language]", "zh");
    browser.clickNamed("使用");
    browser.await(
        "the refusal is Chinese",
        () -> browser.text(".own-error").contains("第 2 行第 2 列：“zwei”不是数"));
    assertThat(browser.errors()).singleElement().asString().contains("/csv", "400");
    browser.select("select[aria-label=语言]", "en");
    browser.type("textarea", "age,height,kind\n" + "1,2,cat\n5,3,dog\n9,7,cow\n".repeat(5));
    browser.clickNamed("Use it");
    browser.await(
        "three classes are shown", () -> browser.text(".plane-legend").contains("class dog"));
    assertThat(browser.text(".plane-legend")).contains("class cat", "class cow", "age", "height");
    browser.clickNamed("Step");
    browser.await("it learns", () -> steps() > 0);
    browser.screenshot("playground-csv");
  }

  @Test
  void theArithmeticOfAPoint() {
    scene("xorTwo");
    browser.clickNamed("Pause");
    browser.named("Run");
    browser.click("a[href='#/arithmetic']");
    browser.find(".sum-node[aria-pressed=true]");
    double a = value("backward", 1);
    double z = value("backward", 2);
    assertThat(value("backward", 0) * a).isCloseTo(z, within(1e-12));
    browser.screenshot("arithmetic-output");
    browser.click("[data-layer='0'] .sum-node");
    browser.await(
        "the unit's numbers are shown", () -> browser.text(".chain").contains("∂J/∂z′ · w′"));
    browser.clickNamed("Backward");
    String before = browser.text("[data-part=update]");
    browser.clickNamed("Learn one step, then again");
    browser.await(
        "the numbers have changed", () -> !browser.text("[data-part=update]").equals(before));
    browser.clickNamed("The next point");
    browser.await("point 1", () -> browser.text(".play-bar").contains("Point 1"));
    browser.select("select[aria-label=Language]", "zh");
    browser.await("it is Chinese", () -> browser.text("h1").equals("一个点的算式"));
    browser.screenshot("arithmetic-zh");
    browser.phone();
    assertThat(browser.overflow()).isZero();
  }

  /** The n-th number of a part of the chain, with all its digits. */
  private static double value(String part, int n) {
    return Double.parseDouble(
        browser.all("[data-part=" + part + "] .result").get(n).getAttribute("data-value"));
  }

  @Test
  void aPointIsPickedInThePlane() {
    scene("xorTwo");
    browser.clickNamed("Pause");
    browser.script(
        """
        const canvas = document.querySelector('.plane-front');
        const box = canvas.getBoundingClientRect();
        for (let i = 0; i < 40 && location.hash === '#/playground'; i++) {
          canvas.dispatchEvent(new MouseEvent('click', { bubbles: true,
            clientX: box.left + box.width * (0.2 + 0.015 * i), clientY: box.top + box.height * 0.3 }));
        }
        """);
    browser.await(
        "the arithmetic of the point opens",
        () -> browser.script("return location.hash").toString().startsWith("#/arithmetic?point="));
    browser.find(".chain");
  }

  @Test
  void theLanguageAndTheKeyboard() {
    browser.select("select[aria-label=Language]", "zh");
    browser.await("it is Chinese", () -> browser.text("h1").equals("游乐场"));
    scene("xorOne");
    browser.screenshot("playground-zh");
    browser.select("select[aria-label=语言]", "en");
    browser.await("it is English", () -> browser.text("h1").equals("Playground"));
    browser.script("document.querySelector('[data-feature=X1_SQUARED]').focus()");
    browser.press(Keys.SPACE);
    browser.await(
        "the key has switched the input on",
        () ->
            browser.find("[data-feature=X1_SQUARED]").getAttribute("aria-pressed").equals("true"));
  }
}
