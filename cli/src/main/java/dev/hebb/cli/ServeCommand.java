package dev.hebb.cli;

import dev.hebb.studio.serve.Batching;
import dev.hebb.studio.serve.Limits;
import dev.hebb.studio.serve.ModelServer;
import dev.hebb.studio.serve.ServeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Serves a model over HTTP. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Serves a model over HTTP: predictions for JSON, pictures and NumPy's arrays, a page to try"
          + " the model on, an OpenAPI description, health and metrics. Ctrl-C ends it after the"
          + " requests that have begun.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb serve digits.hebb",
      "  hebb serve elsewhere.onnx",
      "  hebb serve loans.hebb --port 8080 --watch         a new file is served as soon as it"
          + " rests",
      "  hebb serve digits.hebb --host 0.0.0.0             other machines may ask, with the token",
      "  curl -H 'Content-Type: image/png' --data-binary @photo.png localhost:7430/v1/predict"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A .hebb or .onnx file.")
  private Path model;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "" + ServeOptions.DEFAULT_PORT,
      description = "The port, 0 for any that is free; default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "The address to listen on; beyond this machine every request needs a token; default:"
              + " ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "What every request must bring; default: a fresh one where one is needed.")
  private @Nullable String token;

  @Option(
      names = "--watch",
      description = "Serve the file anew whenever it changes, without losing a request.")
  private boolean watch;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "The most examples that are computed at once; default: ${DEFAULT-VALUE}.")
  private int maxBatch;

  @Option(
      names = "--max-wait",
      paramLabel = "MS",
      defaultValue = "1",
      description =
          "The longest that a request waits for others to join it, in milliseconds; default:"
              + " ${DEFAULT-VALUE}.")
  private int maxWait;

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "4096",
      description = "The most examples that may wait; default: ${DEFAULT-VALUE}.")
  private int queue;

  @Option(
      names = "--max-examples",
      paramLabel = "N",
      defaultValue = "1024",
      description = "The most examples of a request; default: ${DEFAULT-VALUE}.")
  private int maxExamples;

  @Option(
      names = "--max-body",
      paramLabel = "MIB",
      defaultValue = "16",
      description = "The longest body of a request, in MiB, up to 1023; default: ${DEFAULT-VALUE}.")
  private int maxBody;

  @Option(
      names = "--max-time",
      paramLabel = "S",
      defaultValue = "30",
      description = "The longest that a request may take, in seconds; default: ${DEFAULT-VALUE}.")
  private int maxTime;

  @Override
  public Integer call() throws InterruptedException {
    int bytes = (int) Math.clamp((long) maxBody << 20, Integer.MIN_VALUE, Integer.MAX_VALUE);
    var options =
        new ServeOptions(
            host,
            port,
            token,
            new Batching(maxBatch, Duration.ofMillis(maxWait), queue),
            new Limits(bytes, maxExamples, Duration.ofSeconds(maxTime)),
            watch);
    ModelServer server = ModelServer.open(model, options);
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "hebb-serve-stop"));
    var console = new Console(spec);
    console.line("serving %s, version %s, on %s", model, server.version(), server.link());
    console.line("Ctrl-C ends it.");
    new CountDownLatch(1).await(); // until the process is told to end
    return 0;
  }
}
