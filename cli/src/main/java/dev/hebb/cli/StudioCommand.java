package dev.hebb.cli;

import dev.hebb.studio.Studio;
import dev.hebb.studio.StudioOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Opens the studio and serves it until it is interrupted. */
@Command(
    name = "studio",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Opens a page in the browser: runs and how they learn, the network from inside, and a"
          + " playground.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb studio",
      "  hebb studio --host 0.0.0.0      other machines too; prints a link with a token",
      "  hebb train digits --studio      the same page beside a training"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StudioCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "The port; default: 7420, or the next that is free.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "The address to listen on; default: ${DEFAULT-VALUE}, this machine only.")
  private String host;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "What a visitor must bring; default: a fresh one where others can connect.")
  private @Nullable String token;

  @Option(
      names = "--runs",
      paramLabel = "FOLDER",
      description = "Where runs are recorded; default: .hebb/runs in the home folder.")
  private @Nullable Path runs;

  @Option(
      names = "--open",
      negatable = true,
      description = "Also show the page in the system's browser.")
  private boolean open;

  @Override
  public Integer call() throws InterruptedException {
    StudioOptions options = StudioOptions.local().host(host).port(port).token(token);
    Studio studio = Studio.open(runs == null ? options : options.runs(runs));
    var console = new Console(spec);
    console.line("studio  %s   (Ctrl-C ends it)", studio.link());
    if (open && !Browsing.show(studio.link())) {
      console.line("no browser could be started; open the link in one");
    }
    serve();
    return 0;
  }

  /** Whether a person sits in front of this process, who may want to look on. */
  static boolean isWatched() {
    java.io.Console terminal = System.console();
    return terminal != null && terminal.isTerminal();
  }

  /** Waits for Ctrl-C. */
  static void serve() throws InterruptedException {
    new CountDownLatch(1).await();
  }
}
