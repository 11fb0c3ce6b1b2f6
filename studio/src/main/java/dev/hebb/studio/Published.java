package dev.hebb.studio;

import dev.hebb.studio.runs.Entry;
import dev.hebb.studio.runs.RunView;
import dev.hebb.studio.web.Events;
import java.util.LinkedHashMap;
import java.util.Map;

/** How an entry of a run's log is told to browsers. */
final class Published {
  private Published() {}

  /** Tells those who watch the run; what changes the list of runs, everybody. */
  static void entry(Events events, RunView run, Entry entry) {
    if (events.listeners() == 0) {
      return;
    }
    String id = run.id();
    switch (entry) {
      case Entry.Started _ -> {}
      case Entry.Steps s -> {
        var data = new LinkedHashMap<String, Object>();
        data.put("run", id);
        data.put("epoch", s.epoch());
        data.put("series", series(s));
        events.publish(id, "step", data, false);
      }
      case Entry.Epoch e -> events.publish(id, "epoch", Map.of("run", id, "epoch", e), false);
      case Entry.Inside i ->
          events.publish(id, "inside", Map.of("run", id, "step", i.step()), false);
      case Entry.Action a -> events.publish(id, "action", Map.of("run", id, "action", a), false);
      case Entry.Warning w ->
          events.publish(id, "warning", Map.of("run", id, "message", w.message()), false);
      case Entry.Ended e -> events.publish(id, "ended", Map.of("run", id, "ending", e), false);
    }
    if (!(entry instanceof Entry.Inside)) {
      events.publish(id, "run", run.summary(), true);
    }
  }

  private static Map<String, Object> series(Entry.Steps s) {
    var series = new LinkedHashMap<String, Object>();
    s.values().forEach((name, values) -> series.put(name, Map.of("x", s.step(), "y", values)));
    long[] last = {s.step()[s.step().length - 1]};
    series.put("heapMiB", Map.of("x", last, "y", new double[] {s.heap()}));
    return series;
  }
}
