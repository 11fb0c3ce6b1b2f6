package dev.hebb.studio.serve;

import dev.hebb.studio.web.Access;
import dev.hebb.studio.web.Guard;
import dev.hebb.studio.web.Pages;
import dev.hebb.studio.web.Watchdog;
import dev.hebb.tensor.HebbException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Serves a model over HTTP until it is stopped.
 *
 * <pre>{@code
 * var server = ModelServer.open(Path.of("digits.hebb"), ServeOptions.local().watch(true));
 * IO.println(server.link());
 * }</pre>
 *
 * <p>It writes nothing to the disk. See {@code docs/serving.md} for what it answers.
 */
public final class ModelServer {
  /** More than any sane number of clients; beyond it new ones wait to be accepted. */
  private static final int CONNECTIONS = 1024;

  private static final int HEADER_BYTES = 16 << 10;
  private static final Duration FOR_HEADERS = Duration.ofSeconds(10);

  /** After a request's own time is over, so that it can still be refused in words. */
  private static final Duration FOR_THE_REFUSAL = Duration.ofSeconds(2);

  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Held here, because a logger that nobody holds forgets its level. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private final WebServer server;
  private final Access access;
  private final Gate gate;
  private final Batcher batcher;
  private final Watchdog watchdog;
  private final Current current;
  private final Duration longest;

  private ModelServer(Path model, ServeOptions options) {
    HELIDON.setLevel(Level.WARNING);
    var meters = new Meters();
    this.access = Access.of(options.host(), options.token());
    access.checkPort(options.port());
    this.current = new Current(model, options.batching().sizes());
    this.batcher = new Batcher(options.batching(), meters);
    this.gate = new Gate();
    this.longest = options.limits().maxTime();
    this.watchdog = new Watchdog(shorter(FOR_HEADERS, longest), longest.plus(FOR_THE_REFUSAL));
    var predictions = new Predictions(current, batcher, options.limits(), meters);
    var routes = new Routes(current, predictions, gate, options.limits(), meters);
    meters.watch(current);
    meters.gauge("hebb_queue_examples", "Examples that wait.", batcher::queued);
    meters.gauge("hebb_requests_in_flight", "Requests that are being answered.", gate::inside);
    this.server = start(options, routes);
    if (options.watch()) {
      current.watch();
    }
  }

  /**
   * Reads, warms and serves a model.
   *
   * @param model a {@code .hebb} file
   * @throws HebbException if the model cannot be served, the port is taken, or the address is none
   *     of this machine's
   */
  public static ModelServer open(Path model, ServeOptions options) {
    return new ModelServer(model, options);
  }

  private WebServer start(ServeOptions options, Routes routes) {
    var http =
        Http1Config.builder().maxHeadersSize(HEADER_BYTES).addReceiveListener(watchdog).build();
    var builder =
        WebServer.builder()
            .host(options.host())
            .port(options.port())
            .addProtocol(http)
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .maxTcpConnections(CONNECTIONS)
            .idleConnectionTimeout(longest)
            .idleConnectionPeriod(GRACE)
            .routing(routing -> route(routing, routes));
    return builder.build().start();
  }

  private void route(HttpRouting.Builder routing, Routes routes) {
    routing.addFilter(watchdog);
    routing.addFilter(routes::count);
    routing.addFilter(Guard.forPrograms(access, Routes.OPEN));
    routes.addTo(routing);
    routing.register("/", new Pages("serve.html"));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** The address that opens its page in a browser, with the token if there is one. */
  public String link() {
    return access.link(port());
  }

  /** Which version of the model is served. */
  public String version() {
    return current.served().version();
  }

  /**
   * Reads the model's file again and serves what is in it.
   *
   * @return whether that is another version than before
   * @throws HebbException if it cannot be served; then the old model is served on
   */
  public boolean reload() {
    return current.reload().changed();
  }

  /**
   * Stops: requests that have begun are answered, later ones are refused, and after the longest
   * time that a request may take everything ends.
   */
  public void stop() {
    gate.close(longest);
    batcher.stop();
    current.stop();
    server.stop();
    watchdog.stop();
  }
}
