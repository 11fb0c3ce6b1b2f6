package dev.hebb.studio.playground;

import dev.hebb.studio.web.ApiException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The playgrounds that are open: a bounded number, on a bounded number of threads. */
final class Playgrounds {
  static final int MOST = 16;
  private static final Logger LOGGER = LoggerFactory.getLogger("dev.hebb.studio");
  private static final long IDLE = Duration.ofMinutes(30).toNanos();

  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final ScheduledThreadPoolExecutor threads;
  private final LongSupplier clock;

  /**
   * None yet.
   *
   * @param clock nanoseconds since any moment
   */
  Playgrounds(LongSupplier clock) {
    this.clock = clock;
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    this.threads =
        new ScheduledThreadPoolExecutor(
            count, Thread.ofPlatform().name("hebb-playground-", 0).daemon().factory());
  }

  /**
   * Opens one. Where there are too many, the one that nobody has looked at for longest is closed.
   *
   * @throws ApiException if somebody looks at each of them
   */
  Session open(Scene scene) {
    var session = new Session(UUID.randomUUID().toString(), scene, this::later, clock);
    synchronized (sessions) {
      closeIdle();
      if (sessions.size() == MOST) {
        Session oldest =
            sessions.values().stream()
                .filter(s -> s.idle() > 0)
                .max(Comparator.comparingLong(Session::idle))
                .orElseThrow(() ->
                    new ApiException(
                        429, "%d playgrounds are open; close a window first".formatted(MOST)));
        close(oldest);
      }
      sessions.put(session.id(), session);
    }
    return session;
  }

  /**
   * The one of this name.
   *
   * @throws ApiException if it is not open, or not any more
   */
  Session get(String id) {
    synchronized (sessions) {
      closeIdle();
      Session session = sessions.get(id);
      if (session == null) {
        throw ApiException.missing("this playground is closed; open a new one");
      }
      return session;
    }
  }

  private void later(long nanos, Runnable turn) {
    Runnable guarded =
        () -> {
          try {
            turn.run();
          } catch (RuntimeException e) {
            LOGGER.warn("a playground failed", e); // nobody reads the future
          }
        };
    Future<?> unused = threads.schedule(guarded, nanos, TimeUnit.NANOSECONDS);
  }

  private void closeIdle() {
    sessions.values().stream().filter(s -> s.idle() > IDLE).toList().forEach(this::close);
  }

  private void close(Session session) {
    session.close();
    sessions.remove(session.id());
  }
}
