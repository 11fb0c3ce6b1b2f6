package dev.hebb.studio.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends connections on which a request takes too long, whatever it waits for: headers that come byte
 * by byte, a body that never comes, an answer that nobody reads. The web server reads channels,
 * which know no timeout, and one would not notice what arrives now and then. Each connection has a
 * thread, and to interrupt that closes it.
 */
public final class Watchdog implements Http1ConnectionListener, Filter {
  private static final Duration LOOK = Duration.ofMillis(250);

  /** A body of so many bytes has probably arrived when its request is refused. */
  private static final long SHORT = 64 << 10;

  /** In which an answer that has been given to the system reaches it. */
  private static final long SENT = Duration.ofMillis(500).toNanos();

  private final Map<Thread, Long> deadlines = new ConcurrentHashMap<>();
  private final long forHeaders;
  private final long forAll;
  private volatile boolean stopped;

  /**
   * A watchdog that looks from now on.
   *
   * @param forHeaders the longest time from a request's first line to the end of its headers
   * @param forAll the longest time from there to the end of the answer
   */
  public Watchdog(Duration forHeaders, Duration forAll) {
    this.forHeaders = forHeaders.toNanos();
    this.forAll = forAll.toNanos();
    Thread.ofVirtual().name("hebb-watchdog").start(this::look);
  }

  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    deadlines.put(Thread.currentThread(), System.nanoTime() + forHeaders);
  }

  @Override
  public void headers(ConnectionContext connection, Headers headers) {
    deadlines.put(Thread.currentThread(), System.nanoTime() + forAll);
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    response.beforeSend(() -> {
      // What is left of a long body is not waited for.
      if (!request.content().consumed()
          && request.headers().contentLength().orElse(Long.MAX_VALUE) > SHORT) {
        response.header(HeaderValues.CONNECTION_CLOSE);
      }
    });
    request.context().register(this);
    try {
      chain.proceed();
    } finally {
      if (isLast(request.headers()) || isLast(response.headers())) {
        // Helidon 4.5.0 says that the connection ends, but leaves it open.
        deadlines.put(Thread.currentThread(), System.nanoTime() + SENT);
      } else if (request.content().consumed()) {
        deadlines.remove(Thread.currentThread());
      } else {
        deadlines.put(Thread.currentThread(), System.nanoTime() + forHeaders);
      }
    }
  }

  /** Whether the connection is to end with this request. */
  private static boolean isLast(Headers headers) {
    return headers.first(HeaderNames.CONNECTION).filter("close"::equalsIgnoreCase).isPresent();
  }

  /** Lets an answer take as long as somebody listens: it is a stream of events. */
  public static void release(ServerRequest request) {
    request
        .context()
        .get(Watchdog.class)
        .ifPresent(dog -> dog.deadlines.remove(Thread.currentThread()));
  }

  /** Looks no more. */
  public void stop() {
    stopped = true;
  }

  private void look() {
    while (!stopped) {
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        return;
      }
      long now = System.nanoTime();
      deadlines.forEach((thread, deadline) -> {
        if (!thread.isAlive()) {
          deadlines.remove(thread);
        } else if (now - deadline > 0 && deadlines.remove(thread, deadline)) {
          thread.interrupt();
        }
      });
    }
  }
}
