package dev.hebb.studio.runs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A run as its entries tell it, so far. Thread-safe. */
public final class RunView {
  private static final int KEPT_NOTES = 200;

  private final String id;
  private Entry.@Nullable Started started;
  private Entry.@Nullable Ended ended;
  private boolean paused;
  private int epoch;
  private long step;
  private double seconds;
  private long firstStep;
  private double firstSeconds;
  private final Map<String, Series> series = new LinkedHashMap<>();
  private final Map<String, Double> last = new LinkedHashMap<>();
  private final Map<String, Double> best = new LinkedHashMap<>();
  private final List<Entry.Inside> inside = new ArrayList<>();
  private final List<Entry.Action> actions = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  RunView(String id) {
    this.id = id;
  }

  /** The run's name on the disk and in addresses. */
  public String id() {
    return id;
  }

  /** Takes note of what happened next. */
  public synchronized void accept(Entry entry) {
    switch (entry) {
      case Entry.Started s -> started = s;
      case Entry.Steps s -> steps(s);
      case Entry.Epoch e -> epoch(e);
      case Entry.Inside i -> inside.add(i);
      case Entry.Action a -> {
        keep(actions, a);
        paused = a.what().equals("pause") || paused && !a.what().equals("resume");
      }
      case Entry.Warning w -> keep(warnings, w.message());
      case Entry.Ended e -> {
        ended = e;
        step = Math.max(step, e.step());
        seconds = e.seconds();
      }
    }
  }

  private static <T> void keep(List<T> notes, T more) {
    if (notes.size() < KEPT_NOTES) {
      notes.add(more);
    }
  }

  private void steps(Entry.Steps s) {
    int n = s.step().length;
    if (n == 0) {
      return;
    }
    epoch = s.epoch();
    step = s.step()[n - 1];
    s.values()
        .forEach((name, values) -> {
          for (int i = 0; i < Math.min(n, values.length); i++) {
            add(name, s.step()[i], values[i]);
          }
        });
    double[] passed = s.values().get("seconds");
    if (passed != null && passed.length == n) {
      seconds = passed[n - 1];
      if (firstStep == 0) {
        firstStep = s.step()[0];
        firstSeconds = passed[0];
      }
    }
    double[] losses = s.values().get("loss");
    if (losses != null && losses.length == n) {
      last.put("loss", losses[n - 1]);
    }
    add("heapMiB", step, s.heap());
  }

  private void epoch(Entry.Epoch e) {
    epoch = e.epoch();
    step = Math.max(step, e.step());
    e.values()
        .forEach((name, value) -> {
          add(name.equals("loss") ? "epoch.loss" : name, e.step(), value);
          last.put(name, value);
          Double before = best.get(name);
          if (before == null || isBetter(name, value, before)) {
            best.put(name, value);
          }
        });
    add("epochSeconds", e.step(), e.seconds());
  }

  private boolean isBetter(String name, double value, double other) {
    boolean larger =
        started != null && "larger".equals(started.plan().goals().getOrDefault(name, "smaller"));
    return larger ? value > other : value < other;
  }

  private void add(String name, double x, double y) {
    series.computeIfAbsent(name, _ -> new Series()).add(x, y);
  }

  /** What the run is and does: {@code running}, {@code paused}, {@code finished}, … */
  public synchronized String state() {
    if (ended != null) {
      return switch (ended.rule()) {
        case "stopped", "diverged" -> ended.rule();
        default -> "finished";
      };
    }
    if (started == null || !isAlive(started.owner())) {
      return "interrupted";
    }
    return paused ? "paused" : "running";
  }

  /** Whether nothing more will happen. */
  public boolean isOver() {
    return !Set.of("running", "paused").contains(state());
  }

  private static boolean isAlive(Entry.Owner owner) {
    return ProcessHandle.of(owner.pid())
        .filter(ProcessHandle::isAlive)
        .map(p -> Entry.Owner.began(p) == owner.began())
        .orElse(false);
  }

  /** How the run began, or null while nothing of it is on the disk. */
  public synchronized Entry.@Nullable Started started() {
    return started;
  }

  /** What a list of runs shows. */
  public synchronized Map<String, Object> summary() {
    var map = new LinkedHashMap<String, Object>();
    map.put("id", id);
    Entry.Started s = started;
    map.put("name", s == null ? id : s.subject().name());
    map.put("state", state());
    map.put("started", s == null ? "" : s.at());
    map.put("seconds", seconds);
    map.put("secondsLeft", left());
    map.put("epochs", s == null ? 0 : s.plan().epochs());
    map.put("epoch", epoch);
    map.put("step", step);
    map.put("steps", s == null ? 0 : (long) s.plan().epochs() * s.plan().steps());
    map.put("last", Map.copyOf(last));
    map.put("best", Map.copyOf(best));
    map.put("settings", s == null ? Map.of() : s.plan().settings());
    map.put("data", s == null ? "" : s.subject().data());
    map.put("parameters", s == null ? 0 : s.subject().parameters());
    return map;
  }

  /**
   * Seconds to the end of the last epoch at the speed since the first step, for which everything
   * was compiled; NaN where that means nothing.
   */
  private double left() {
    if (ended != null || started == null || step <= firstStep) {
      return Double.NaN;
    }
    long all = (long) started.plan().epochs() * started.plan().steps();
    return (seconds - firstSeconds) / (step - firstStep) * Math.max(0, all - step);
  }

  /** Everything but the curves and what is inside. */
  public synchronized Map<String, Object> details() {
    Map<String, Object> map = summary();
    Entry.Started s = started;
    map.put("goals", s == null ? Map.of() : s.plan().goals());
    map.put("provenance", s == null ? Map.of() : s.plan().provenance());
    map.put("graph", s == null ? List.of() : s.subject().graph());
    map.put("labels", s == null ? List.of() : s.subject().labels());
    map.put(
        "input", s == null ? new Entry.Input("numbers", 0, 0, 0, List.of()) : s.subject().input());
    map.put("stepsPerEpoch", s == null ? 0 : s.plan().steps());
    map.put("ending", ended == null ? "" : ended.why());
    map.put("warnings", List.copyOf(warnings));
    map.put("actions", List.copyOf(actions));
    map.put("series", List.copyOf(series.keySet()));
    return map;
  }

  /**
   * Curves by name.
   *
   * @param names which; empty for all
   * @param max the most points of one curve
   */
  public synchronized Map<String, Object> series(Set<String> names, int max) {
    var map = new LinkedHashMap<String, Object>();
    series.forEach((name, values) -> {
      if (names.isEmpty() || names.contains(name)) {
        map.put(name, values.points(max));
      }
    });
    return map;
  }

  /**
   * What was measured inside, at most {@code max} moments, evenly chosen, the newest among them.
   */
  public synchronized List<Entry.Inside> inside(int max) {
    int every = Math.max(1, Math.ceilDiv(inside.size(), max));
    var chosen = new ArrayList<Entry.Inside>();
    for (int i = inside.size() - 1; i >= 0; i -= every) {
      chosen.addFirst(inside.get(i));
    }
    return chosen;
  }
}
