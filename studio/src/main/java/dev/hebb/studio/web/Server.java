package dev.hebb.studio.web;

import dev.hebb.tensor.HebbException;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HttpException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** A running web server with the studio's protection around its services. */
public final class Server {
  private static final org.slf4j.Logger LOGGER = LoggerFactory.getLogger("dev.hebb.studio");
  private static final int CONNECTIONS = 256;
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofMillis(500);

  /** Held here, because a logger that nobody holds forgets its level. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private final WebServer server;
  private final Access access;

  private Server(WebServer server, Access access) {
    this.server = server;
    this.access = access;
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
    HELIDON.setLevel(Level.WARNING);
    var builder =
        WebServer.builder()
            .host(access.host())
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .maxPayloadSize(Json.MAX_BODY)
            .maxTcpConnections(CONNECTIONS)
            .connectionOptions(SocketOptions.builder().readTimeout(READ_TIMEOUT).build())
            .routing(routing -> route(routing, access, services));
    requireFree(access.host(), port);
    WebServer server = builder.build().start();
    if (!server.isRunning()) {
      throw taken(access.host(), port);
    }
    return new Server(server, access);
  }

  /** Helidon only logs that a port is taken, as a severe fault. */
  private static void requireFree(String host, int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw taken(host, port);
    }
  }

  private static HebbException taken(String host, int port) {
    return new HebbException(
        "port %d on %s is taken, or the address is none of this machine's; choose another with --port"
            .formatted(port, host));
  }

  private static void route(
      HttpRouting.Builder routing, Access access, Map<String, HttpService> services) {
    routing.addFilter(new Guard(access));
    services.keySet().stream()
        .sorted((a, b) -> b.length() - a.length())
        .forEach(path -> routing.register(path, services.get(path)));
    routing.register("/", new Pages());
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
    return access.token() == null ? address() : address() + "?token=" + access.token();
  }

  /** The same without the token. */
  public String address() {
    boolean isHere = access.isLocal() || access.host().equals("0.0.0.0");
    String host = isHere ? "localhost" : access.host();
    String name = host.contains(":") ? "[" + host + "]" : host; // an IPv6 address
    return "http://%s:%d/".formatted(name, port());
  }

  /** Stops it. */
  public void stop() {
    server.stop();
  }
}
