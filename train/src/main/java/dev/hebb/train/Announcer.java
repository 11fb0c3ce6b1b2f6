package dev.hebb.train;

import dev.hebb.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** Tells the subscribers what happens, one event after the other, and outlives their failures. */
final class Announcer {
  private final List<Subscriber> subscribers;
  private final List<String> warnings = new ArrayList<>();
  private final Queue<TrainEvent> pending = new ArrayDeque<>();

  Announcer(List<Subscriber> subscribers) {
    this.subscribers = new ArrayList<>(subscribers);
  }

  /** The first event, at which subscribers may refuse the run. */
  void begin(TrainEvent.RunStarted event) {
    subscribers.forEach(s -> s.on(event));
  }

  /** Tells everybody, then what came up meanwhile. */
  void publish(TrainEvent event) {
    pending.add(event);
    for (TrainEvent e = pending.poll(); e != null; e = pending.poll()) {
      for (Subscriber s : List.copyOf(subscribers)) {
        deliver(e, s);
      }
    }
  }

  /**
   * Notes a warning, logs it, and tells everybody at the next {@link #publish} or {@link #flush}.
   */
  void warn(String message) {
    warnings.add(message);
    Log.LOGGER.warn("{}", message);
    pending.add(new TrainEvent.Warning(message));
  }

  /** Tells everybody what came up since. */
  void flush() {
    TrainEvent first = pending.poll();
    if (first != null) {
      publish(first);
    }
  }

  /** All warnings so far, those before a resumption first. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private void deliver(TrainEvent event, Subscriber s) {
    try {
      s.on(event);
    } catch (RuntimeException e) {
      subscribers.remove(s);
      Log.LOGGER.debug("subscriber failed", e);
      warn(
          "subscriber %s failed at %s (%s); training goes on, but this subscriber is not told anything any more"
              .formatted(s.getClass().getSimpleName(), event.getClass().getSimpleName(), e));
    }
  }

  // ---- what subscribers remember

  /** The numbers that subscribers remember, by their keys. */
  Map<String, Map<String, Double>> numbers() {
    var all = new LinkedHashMap<String, Map<String, Double>>();
    memories().forEach(m -> all.put(m.key(), m.remember().numbers()));
    return all;
  }

  /** The tensors that subscribers remember, as {@code key/name}. */
  Map<String, Tensor> tensors() {
    var all = new LinkedHashMap<String, Tensor>();
    for (Memory m : memories()) {
      m.remember().tensors().forEach((name, t) -> all.put(m.key() + "/" + name, t));
    }
    return all;
  }

  /** Gives subscribers their memory back, and takes over the warnings. */
  void recall(TrainState state, Map<String, Tensor> tensors) {
    warnings.addAll(0, state.warnings());
    for (Memory m : memories()) {
      Map<String, Double> numbers = state.memory().get(m.key());
      if (numbers == null) {
        continue; // it was not there when the checkpoint was written
      }
      String prefix = m.key() + "/";
      var own = new HashMap<String, Tensor>();
      tensors.forEach((name, t) -> {
        if (name.startsWith(prefix)) {
          own.put(name.substring(prefix.length()), t);
        }
      });
      m.recall(new Memory.Recollection(numbers, own));
    }
  }

  private List<Memory> memories() {
    return subscribers.stream().filter(Memory.class::isInstance).map(Memory.class::cast).toList();
  }
}
