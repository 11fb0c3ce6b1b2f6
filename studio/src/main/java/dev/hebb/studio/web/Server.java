package dev.hebb.studio.web;

import dev.hebb.tensor.HebbException;
import io.helidon.http.HttpException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** A running web server with the studio's protection around its services. */
public final class Server {
  private static final org.slf4j.Logger LOGGER = LoggerFactory.getLogger("dev.hebb.studio");
  private static final int CONNECTIONS = 256;

  /** From a request's first line to the end of its headers. */
  private static final Duration FOR_HEADERS = Duration.ofSeconds(10);

  /** From there to the end of an answer that is no stream of events. */
  private static final Duration FOR_ALL = Duration.ofSeconds(60);

  private static final Duration GRACE = Duration.ofMillis(500);

  /** Held here, because a logger that nobody holds forgets its level. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private final WebServer server;
  private final Access access;
  private final Watchdog watchdog;

  private Server(WebServer server, Access access, Watchdog watchdog) {
    this.server = server;
    this.access = access;
    this.watchdog = watchdog;
  }

  /**
   * Starts one.
   *
   * @param access who may use it
   * @param port the port to listen on; 0 for any that is free
   * @param services by the path that they serve; longer paths are asked first
   * @throws HebbException if the port is taken
   */
  public static Server start(Access access, int port, Map<String, HttpService> services) {
    return start(access, port, services, FOR_HEADERS, FOR_ALL);
  }

  static Server start(
      Access access,
      int port,
      Map<String, HttpService> services,
      Duration forHeaders,
      Duration forAll) {
    access.checkPort(port);
    HELIDON.setLevel(Level.WARNING);
    var watchdog = new Watchdog(forHeaders, forAll);
    var builder =
        WebServer.builder()
            .host(access.host())
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .maxPayloadSize(Json.MAX_BODY)
            .maxTcpConnections(CONNECTIONS)
            .idleConnectionTimeout(forAll)
            .idleConnectionPeriod(GRACE)
            .addProtocol(Http1Config.builder().addReceiveListener(watchdog).build())
            .routing(routing -> route(routing.addFilter(watchdog), access, services));
    WebServer server = builder.build().start();
    if (!server.isRunning()) {
      watchdog.stop();
      throw access.taken(port, new IOException("the web server did not start"));
    }
    return new Server(server, access, watchdog);
  }

  private static void route(
      HttpRouting.Builder routing, Access access, Map<String, HttpService> services) {
    routing.addFilter(Guard.forPage(access));
    services.keySet().stream()
        .sorted((a, b) -> b.length() - a.length())
        .forEach(path -> routing.register(path, services.get(path)));
    routing.register("/", new Pages("index.html"));
    routing.error(ApiException.class, (_, response, e) -> fail(response, e.status(), e));
    routing.error(HebbException.class, (_, response, e) -> fail(response, 400, e));
    routing.error(HttpException.class, (_, response, e) -> fail(response, e.status().code(), e));
    routing.error(RuntimeException.class, Server::bug);
  }

  private static void bug(ServerRequest request, ServerResponse response, RuntimeException e) {
    LOGGER.warn("{} failed", request.prologue(), e);
    response.status(500);
    Json.send(response, Map.of("error", "an error of Hebb's own; its log says more"));
  }

  private static void fail(ServerResponse response, int status, Exception e) {
    response.status(status);
    Json.send(response, Map.of("error", String.valueOf(e.getMessage())));
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** The address that opens it in a browser, with the token if there is one. */
  public String link() {
    return access.link(port());
  }

  /** The same without the token. */
  public String address() {
    return access.address(port());
  }

  /** Stops it. */
  public void stop() {
    watchdog.stop();
    server.stop();
  }
}
