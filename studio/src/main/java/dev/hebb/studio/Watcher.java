package dev.hebb.studio;

import dev.hebb.studio.runs.Entry;
import dev.hebb.studio.runs.RunStore;
import dev.hebb.studio.runs.RunView;
import dev.hebb.studio.web.Events;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the runs that other processes write into the same folder, while a browser listens. */
final class Watcher {
  private static final Logger LOGGER = LoggerFactory.getLogger("dev.hebb.studio");
  private static final long GAP_MILLIS = 300;

  private final RunStore store;
  private final Events events;
  private final Map<String, String> states = new HashMap<>();
  private volatile boolean over;

  Watcher(RunStore store, Events events) {
    this.store = store;
    this.events = events;
    Thread.ofVirtual().name("hebb studio watcher").start(this::watch);
  }

  void stop() {
    over = true;
  }

  private void watch() {
    try {
      while (!over) {
        TimeUnit.MILLISECONDS.sleep(GAP_MILLIS);
        if (events.listeners() > 0) {
          look();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    for (String id : store.ids()) {
      String known = states.get(id);
      boolean isDone = known != null && !known.equals("running") && !known.equals("paused");
      if (store.isLive(id) || isDone) {
        continue;
      }
      try {
        RunView run = store.view(id);
        for (Entry entry : store.update(id)) {
          if (known != null) {
            Published.entry(events, run, entry);
          }
        }
        String state = run.state();
        if (!state.equals(known)) {
          states.put(id, state);
          events.publish(id, "run", run.summary(), true);
        }
      } catch (RuntimeException e) {
        LOGGER.debug("run {} cannot be followed", id, e);
      }
    }
  }
}
