package dev.hebb.studio;

import dev.hebb.studio.playground.PlaygroundRoutes;
import dev.hebb.studio.runs.RunStore;
import dev.hebb.studio.web.Access;
import dev.hebb.studio.web.Events;
import dev.hebb.studio.web.Server;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.Subscriber;
import io.helidon.webserver.http.HttpService;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A page in the browser that shows networks learning, served by this process.
 *
 * <pre>{@code
 * import static dev.hebb.studio.Studio.studio;
 * Trainer.of(net, loss, optimizer).with(studio()).fit(train, validation, 20);   // prints a link
 * }</pre>
 */
public final class Studio {
  private static final int PORTS_TO_TRY = 20;
  private static @Nullable Studio shared;

  private final RunStore store;
  private final Events events = new Events();
  private final RunsApi runs;
  private final Watcher watcher;
  private final Server server;

  private Studio(StudioOptions options) {
    Thread.ofVirtual().name("hebb studio preparing").start(RunStore::prepare);
    Access access = Access.of(options.host(), options.token());
    store = new RunStore(options.runs());
    runs = new RunsApi(store, events);
    var services = new LinkedHashMap<String, HttpService>();
    services.put("/api", runs);
    services.put("/api/playground", new PlaygroundRoutes());
    server = start(access, options.port(), services);
    watcher = new Watcher(store, events);
  }

  /**
   * Opens a studio; it serves until {@link #stop} or the end of the process.
   *
   * @throws HebbException if the port is taken, the address is none of this machine's, or the
   *     folder of runs cannot be written to
   */
  public static Studio open(StudioOptions options) {
    return new Studio(options);
  }

  /**
   * Records a run, and shows it on a page of this machine whose link is printed once. All runs of a
   * program share one page.
   *
   * @throws HebbException as {@link #open}
   */
  public static Subscriber studio() {
    return shared().recorder(null);
  }

  private static synchronized Studio shared() {
    Studio studio = shared;
    if (studio == null) {
      studio = open(StudioOptions.local());
      shared = studio;
      System.out.println("studio  " + studio.link());
    }
    return studio;
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

  /**
   * Records one run.
   *
   * @param name what it is called; null: after its data
   */
  public Subscriber recorder(@Nullable String name) {
    return new Recorder(store, events, name, server.address(), runs);
  }

  /** The address that opens the page, with the token if one is needed. */
  public String link() {
    return server.link();
  }

  /** Ends the serving. */
  public void stop() {
    watcher.stop();
    events.stop();
    server.stop();
  }
}
