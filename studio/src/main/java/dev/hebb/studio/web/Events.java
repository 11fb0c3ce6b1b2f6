package dev.hebb.studio.web;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The stream of what happens, to any number of browsers. Whoever publishes never waits: each
 * browser has a queue of bounded length, from which the oldest message goes when it is full; how
 * many went is told to the browser and counted here.
 */
public final class Events {
  private static final int MOST_LISTENERS = 32;
  private static final int QUEUE = 256;

  /** Ten deliveries a second look continuous, and more would only keep the browser busy. */
  private static final long GAP_MILLIS = 100;

  /** A comment now and then finds out whether a browser is still there. */
  private static final long QUIET_MILLIS = 10_000;

  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private volatile boolean over;

  /**
   * Tells browsers something.
   *
   * @param run the run that it is about
   * @param name the kind of event
   * @param data what is sent, as JSON
   * @param everybody whether browsers that watch no run in particular are told too
   */
  public void publish(String run, String name, Object data, boolean everybody) {
    for (Listener l : listeners) {
      if (run.equals(l.run) || (everybody && l.run == null)) {
        l.offer(new Message(name, data));
      }
    }
  }

  /** How many browsers listen. */
  public int listeners() {
    return listeners.size();
  }

  /** Ends all streams. */
  public void stop() {
    over = true;
    listeners.forEach(Listener::wake);
  }

  /**
   * Serves one browser until it goes away.
   *
   * @param run the run that it watches; null for the list of runs
   * @param greeting what it is told first of its run; null for nothing
   */
  public void serve(
      ServerRequest request,
      ServerResponse response,
      @Nullable String run,
      @Nullable Object greeting) {
    var listener = new Listener(run);
    if (listeners.size() >= MOST_LISTENERS) {
      throw new ApiException(
          503, "%d pages are listening already; close some".formatted(MOST_LISTENERS));
    }
    listeners.add(listener);
    Watchdog.release(request);
    try (SseSink sink = response.sink(SseSink.TYPE)) {
      sink.emit(greeting == null ? comment() : event("run", greeting));
      while (!over) {
        List<Message> messages = listener.take();
        for (Message m : messages) {
          sink.emit(event(m.name, m.data));
        }
        if (messages.isEmpty()) {
          sink.emit(comment());
        }
        TimeUnit.MILLISECONDS.sleep(GAP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (UncheckedIOException e) {
      return; // the browser has gone
    } finally {
      listeners.remove(listener);
    }
  }

  private static SseEvent comment() {
    return SseEvent.builder().comment("here").build();
  }

  private static SseEvent event(String name, Object data) {
    return SseEvent.builder().name(name).data(Json.text(data)).build();
  }

  private record Message(String name, Object data) {}

  /** One browser's queue. */
  static final class Listener {
    private final @Nullable String run;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Queue<Message> queue = new ArrayDeque<>();
    private long dropped;
    private boolean woken;

    Listener(@Nullable String run) {
      this.run = run;
    }

    void offer(Message message) {
      lock.lock();
      try {
        if (queue.size() == QUEUE) {
          queue.remove();
          dropped++;
        }
        queue.add(message);
        filled.signal();
      } finally {
        lock.unlock();
      }
    }

    void wake() {
      lock.lock();
      try {
        woken = true;
        filled.signal();
      } finally {
        lock.unlock();
      }
    }

    /** What has come, after waiting for it; nothing after a while in which nothing came. */
    List<Message> take() throws InterruptedException {
      lock.lock();
      try {
        long left = TimeUnit.MILLISECONDS.toNanos(QUIET_MILLIS);
        while (queue.isEmpty() && !woken && left > 0) {
          left = filled.awaitNanos(left);
        }
        var messages = new ArrayList<Message>();
        if (dropped > 0) {
          messages.add(new Message("dropped", Map.of("count", dropped)));
          dropped = 0;
        }
        messages.addAll(queue);
        queue.clear();
        return messages;
      } finally {
        lock.unlock();
      }
    }
  }
}
