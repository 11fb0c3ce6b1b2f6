package dev.hebb.cli;

import dev.hebb.train.Subscriber;
import dev.hebb.train.Subscribers;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command prints. */
final class Console {
  private final PrintWriter out;

  Console(CommandSpec spec) {
    this.out = spec.commandLine().getOut();
  }

  PrintWriter out() {
    return out;
  }

  void line(String text) {
    out.println(text);
    out.flush();
  }

  void line(String format, Object... values) {
    line(String.format(java.util.Locale.ROOT, format, values));
  }

  /** Shows progress: a bar on a terminal, lines elsewhere. */
  Subscriber progress() {
    java.io.Console terminal = System.console();
    return terminal != null && terminal.isTerminal()
        ? new Bar(System.out)
        : Subscribers.progress(this::line);
  }
}
