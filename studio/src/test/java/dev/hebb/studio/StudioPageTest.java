package dev.hebb.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, beside a real training. */
class StudioPageTest {
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

  @Test
  void theLanguageIsSwitched() {
    browser.visit(studio.link());
    assertThat(browser.text("nav a[aria-current]")).isEqualTo("Runs");
    browser.select("select[aria-label=Language]", "zh");
    assertThat(browser.text("nav a[aria-current]")).isEqualTo("训练");
    assertThat(browser.script("return document.documentElement.lang")).isEqualTo("zh-CN");
  }
}
