package dev.hebb.cli;

import dev.hebb.train.Subscriber;
import dev.hebb.train.Subscribers;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command prints. */
final class Console {
  private final PrintWriter out;
  private final List<Supplier<Subscriber>> watchers;

  Console(CommandSpec spec) {
    this(spec.commandLine().getOut(), List.of());
  }

  private Console(PrintWriter out, List<Supplier<Subscriber>> watchers) {
    this.out = out;
    this.watchers = watchers;
  }

  /**
   * The same with somebody else who is told of a training: of one, because a run is recorded.
   *
   * @param watcher is asked for when the training begins
   */
  Console with(Supplier<Subscriber> watcher) {
    return new Console(out, List.of(watcher));
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

  /** Who is told how a training goes: the person in front of the screen, and the studio. */
  Subscriber[] subscribers() {
    return Stream.concat(Stream.of(progress()), watchers.stream().map(Supplier::get))
        .toArray(Subscriber[]::new);
  }

  /** Shows progress: a bar on a terminal, lines elsewhere. */
  private Subscriber progress() {
    java.io.Console terminal = System.console();
    return terminal != null && terminal.isTerminal()
        ? new Bar(System.out)
        : Subscribers.progress(this::line);
  }
}
