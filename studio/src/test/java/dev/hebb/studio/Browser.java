package dev.hebb.studio;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.PageLoadStrategy;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The system's Chromium without a window, for tests of the page. Where there is none, the test is
 * skipped and says so. Pictures go to {@code target/screenshots}.
 */
public final class Browser implements AutoCloseable {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Tests in a browser take turns: two browsers are too much for two cores. */
  public static final String LOCK = "a browser";

  private static final int DESKTOP_WIDTH = 1280;
  private static final int DESKTOP_HEIGHT = 840;
  private static final int PHONE_WIDTH = 390;
  private static final int PHONE_HEIGHT = 844;
  private static final int LONGEST_PICTURE = 6000;

  private final ChromeDriver driver;
  private final Path profile;
  private int width = DESKTOP_WIDTH;
  private int height = DESKTOP_HEIGHT;

  private Browser(ChromeDriver driver, Path profile) {
    this.driver = driver;
    this.profile = profile;
  }

  /** Starts a browser with an empty profile, or skips the test. */
  public static Browser open() {
    Optional<Path> chromium = BROWSERS.stream().flatMap(name -> onPath(name).stream()).findFirst();
    Optional<Path> chromedriver = onPath("chromedriver");
    Assumptions.assumeTrue(
        chromium.isPresent() && chromedriver.isPresent(),
        "no Chromium and chromedriver on the PATH: the page is not tested"
            + " (Debian: apt-get install chromium chromium-driver)");
    try {
      Path profile = Files.createTempDirectory("hebb-browser");
      return new Browser(start(chromium.get(), chromedriver.get(), profile), profile).desktop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ChromeDriver start(Path chromium, Path chromedriver, Path profile) {
    var logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    var options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    // What a test needs it waits for; a page with a stream of events is never quite loaded.
    options.setPageLoadStrategy(PageLoadStrategy.EAGER);
    options.setCapability("goog:loggingPrefs", logging);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-US",
        "--user-data-dir=" + profile);
    var service =
        new ChromeDriverService.Builder().usingDriverExecutable(chromedriver.toFile()).build();
    return new ChromeDriver(service, options);
  }

  private static Optional<Path> onPath(String name) {
    return Arrays.stream(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A window as on a desk. */
  public Browser desktop() {
    return size(DESKTOP_WIDTH, DESKTOP_HEIGHT);
  }

  /** A window as narrow as a phone's. */
  public Browser phone() {
    return size(PHONE_WIDTH, PHONE_HEIGHT);
  }

  private Browser size(int width, int height) {
    this.width = width;
    this.height = height;
    emulate(height);
    return this;
  }

  private void emulate(int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** What the page is told that the system prefers: {@code light} or {@code dark}. */
  public Browser systemColours(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    return this;
  }

  /** Goes to an address and waits until the page is loaded. */
  public Browser visit(String address) {
    driver.get(address);
    return this;
  }

  /**
   * Leaves the page and empties what it has stored, as for somebody who comes for the first time.
   */
  public Browser forget(String address) {
    visit("about:blank");
    driver.executeCdpCommand(
        "Storage.clearDataForOrigin",
        Map.of("origin", URI.create(address).resolve("/").toString(), "storageTypes", "all"));
    return this;
  }

  /** The first element that a CSS selector means, once it is there and visible. */
  public WebElement find(String css) {
    return await(
        css + " is visible",
        () ->
            driver.findElements(By.cssSelector(css)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElse(null));
  }

  /** All elements that a CSS selector means now. */
  public List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** The visible control or link with this label or text, once it is there. */
  public WebElement named(String name) {
    return await(
        "something called '" + name + "' is visible",
        () ->
            (WebElement)
                script(
                    """
                    return [...document.querySelectorAll('button, a, label, summary, input, select')].find(
                        (one) => (one.getAttribute('aria-label') ?? one.innerText.trim()) === arguments[0]
                            && one.checkVisibility());
                    """,
                    name));
  }

  /** Clicks what {@link #find} finds. */
  public void click(String css) {
    retried(() -> find(css).click());
  }

  /** Clicks what {@link #named} finds. */
  public void clickNamed(String name) {
    retried(() -> named(name).click());
  }

  /** The page may redraw an element between finding it and using it. */
  private void retried(Runnable action) {
    await(
        "the element can be used",
        () -> {
          action.run();
          return true;
        });
  }

  /** Chooses an option of a select element by its value. */
  public void select(String css, String value) {
    new Select(await(css + " exists", () -> all(css).stream().findFirst().orElse(null)))
        .selectByValue(value);
  }

  /** Writes into a field, over what is there. */
  public void type(String css, String text) {
    WebElement field = find(css);
    field.clear();
    field.sendKeys(text);
  }

  /** The text of what {@link #find} finds. */
  public String text(String css) {
    return await(css + " has a text", () -> find(css).getText());
  }

  /** Presses the mouse at the first point of an element, moves over the others, and lets go. */
  public void draw(String css, int[]... points) {
    retried(() -> {
      WebElement target = find(css);
      int left = target.getSize().getWidth() / 2;
      int top = target.getSize().getHeight() / 2;
      var pen = new Actions(driver, Duration.ofMillis(10));
      pen.moveToElement(target, points[0][0] - left, points[0][1] - top).clickAndHold();
      for (int[] point : points) {
        pen.moveToElement(target, point[0] - left, point[1] - top);
      }
      pen.release().perform();
    });
  }

  /** Presses keys where the focus is. */
  public void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** What a script returns. */
  public Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Waits until a condition gives true, or anything but null and false, and returns that. */
  public <T> T await(String what, Callable<T> condition) {
    try {
      return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
          .ignoring(WebDriverException.class)
          .until(_ -> {
            try {
              return condition.call();
            } catch (WebDriverException e) {
              throw e;
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    } catch (TimeoutException e) {
      screenshot("failure");
      throw new AssertionError(
          "waited in vain until %s at %s; the page says:%n%s%nand the console: %s"
              .formatted(
                  what, driver.getCurrentUrl(), script("return document.body.innerText"), errors()),
          e);
    }
  }

  /** Accepts the dialogue that the page has opened. */
  public void accept() {
    await("a dialogue is open", () -> driver.switchTo().alert()).accept();
  }

  /** The errors that the page has written to its console since the last call. */
  public List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** By how many pixels the page is wider than the window. */
  public long overflow() {
    return (Long)
        script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
  }

  /** Writes a picture of the whole page to {@code target/screenshots/NAME.png}. */
  public Path screenshot(String name) {
    long whole = (Long) script("return document.documentElement.scrollHeight");
    emulate((int) Math.clamp(whole, height, LONGEST_PICTURE));
    // Two frames, so that what depends on the window's size is drawn again.
    driver.executeAsyncScript(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() =>"
            + " done()))");
    try {
      Files.createDirectories(PICTURES);
      return Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      emulate(height);
    }
  }

  @Override
  public void close() {
    driver.quit();
    try (var files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
