package dev.hebb.studio.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Net;
import dev.hebb.studio.Browser;
import dev.hebb.train.data.TablePrep.Missing;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The model server's page in a real browser: a drawing, a form, numbers. */
@ResourceLock(Browser.LOCK)
@Timeout(180)
class ServePageTest {
  @TempDir private static Path folder;
  private static Browser browser;

  private ModelServer server;

  @BeforeAll
  static void open() {
    browser = Browser.open();
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private void visit(String name, Net net) {
    Path file = folder.resolve(name + ".hebb");
    net.save(file);
    server = ModelServer.open(file, ServeOptions.local().host("127.0.0.1").port(0));
    browser.visit(server.link());
  }

  @AfterEach
  void isQuiet() {
    server.stop();
    assertThat(browser.errors()).isEmpty();
  }

  private static void answers(String text) {
    browser.await("the answer is " + text, () -> browser.text("[data-answer]").equals(text));
  }

  @Test
  void aDrawingIsRecognisedWhileItIsDrawn() {
    visit("brightness", Toys.brightness());
    assertThat(browser.text("h1")).isEqualTo("brightness");
    browser.draw("canvas.board", new int[] {60, 60}, new int[] {160, 160});
    answers("dark");
    browser.screenshot("serve-picture");
    browser.select("select[aria-label=Language]", "zh");
    assertThat(browser.text("h2")).contains("试一试");
    browser.select("select[aria-label=语言]", "en");
  }

  @Test
  void aRowIsAnsweredAndAWrongOneExplained() {
    visit("prices", Toys.table(Missing.IMPUTE));
    // The mean age and the first home: 2 · 0 + 1.
    answers("1");
    browser.type("input[inputmode=decimal]", "50");
    answers("3");
    browser.screenshot("serve-table");
    browser.type("input[inputmode=decimal]", "old");
    assertThat(browser.text("[role=alert]")).contains("'old' is not a number");
    assertThat(browser.errors())
        .as("the browser reports the refusal")
        .allMatch(e -> e.contains("400"));
  }

  @Test
  void numbersAreAnsweredAndThePageFitsAPhone() {
    visit("numbers", Toys.weighted(2));
    answers("0");
    browser.type("textarea", "[1, 2, 3]");
    answers("12");
    browser.phone();
    assertThat(browser.overflow()).isZero();
    browser.screenshot("serve-numbers-phone");
    browser.desktop();
  }
}
