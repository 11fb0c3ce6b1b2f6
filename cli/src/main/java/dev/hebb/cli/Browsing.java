package dev.hebb.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The system's browser. */
final class Browsing {
  private Browsing() {}

  /** Shows a page; says whether the system knew how. */
  static boolean show(String link) {
    try {
      new ProcessBuilder(command(link))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> command(String link) {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return List.of("rundll32", "url.dll,FileProtocolHandler", link);
    }
    return List.of(system.startsWith("mac") ? "open" : "xdg-open", link);
  }
}
