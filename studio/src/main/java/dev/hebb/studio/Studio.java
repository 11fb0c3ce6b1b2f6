package dev.hebb.studio;

import dev.hebb.studio.playground.PlaygroundRoutes;
import dev.hebb.studio.web.Access;
import dev.hebb.studio.web.Server;
import dev.hebb.tensor.HebbException;
import io.helidon.webserver.http.HttpService;
import java.util.Map;

/** A page in the browser that shows networks learning, served by this process. */
public final class Studio {
  private static final int PORTS_TO_TRY = 20;

  private final Server server;

  private Studio(Server server) {
    this.server = server;
  }

  /**
   * Opens a studio; it serves until {@link #stop} or the end of the process.
   *
   * @throws HebbException if the port is taken, or the address is none of this machine's
   */
  public static Studio open(StudioOptions options) {
    Access access = Access.of(options.host(), options.token());
    return new Studio(
        start(access, options.port(), Map.of("/api/playground", new PlaygroundRoutes())));
  }

  private static Server start(Access access, int port, Map<String, HttpService> services) {
    if (port != 0) {
      return Server.start(access, port, services);
    }
    for (int i = 0; i < PORTS_TO_TRY; i++) {
      try {
        return Server.start(access, StudioOptions.DEFAULT_PORT + i, services);
      } catch (HebbException e) {
        continue; // another studio has it
      }
    }
    return Server.start(access, 0, services);
  }

  /** The address that opens the page, with the token if one is needed. */
  public String link() {
    return server.link();
  }

  /** Ends the serving. */
  public void stop() {
    server.stop();
  }
}
