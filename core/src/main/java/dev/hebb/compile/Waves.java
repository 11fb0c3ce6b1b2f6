package dev.hebb.compile;

import dev.hebb.runtime.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which kernels run at the same time: such as do not wait for each other. Then threads meet once
 * for all of them, and who is done with one goes on with the next: the branches of a network, or
 * the two gradients of a layer. Left alone are kernels of a single task, because the thread that
 * runs them waits for nobody, and those of many, at whose end threads wait for a small part of the
 * time, and of which the next kernel finds the results in the caches.
 */
final class Waves {
  /**
   * How far ahead kernels are looked for: what is computed long before it is needed takes memory.
   */
  private static final int AHEAD = Job.MOST;

  /** With more tasks a kernel is left alone. */
  private static final int MOST_TASKS = 32;

  /**
   * What a kernel waits for.
   *
   * @param reads what it reads
   * @param writes what it writes
   * @param overwrites what it writes that had a value before, of which others may have to be first
   * @param tasks how many tasks its largest phase has
   */
  record Need(Set<Object> reads, Set<Object> writes, Set<Object> overwrites, int tasks) {
    /** Whether it gains from company. */
    boolean joins() {
      return tasks > 1 && tasks <= MOST_TASKS;
    }

    /** Whether this has to wait for a kernel that was written before it. */
    boolean waitsFor(Need earlier) {
      return meet(earlier.writes, reads)
          || meet(earlier.reads, overwrites)
          || meet(earlier.overwrites, overwrites);
    }

    private static boolean meet(Set<Object> some, Set<Object> others) {
      return some.stream().anyMatch(others::contains);
    }
  }

  private Waves() {}

  /** Numbers of kernels that run together; no kernel runs before one that it waits for. */
  static List<List<Integer>> of(List<Need> needs) {
    var open = new ArrayList<Integer>();
    for (int i = 0; i < needs.size(); i++) {
      open.add(i);
    }
    var waves = new ArrayList<List<Integer>>();
    while (!open.isEmpty()) {
      List<Integer> near = open.subList(0, Math.min(AHEAD, open.size()));
      var wave = new ArrayList<>(List.of(near.getFirst()));
      for (int k = 1; k < near.size() && needs.get(near.getFirst()).joins(); k++) {
        Need need = needs.get(near.get(k));
        if (need.joins()
            && near.subList(0, k).stream().noneMatch(i -> need.waitsFor(needs.get(i)))) {
          wave.add(near.get(k));
        }
      }
      waves.add(wave);
      open.removeAll(wave);
    }
    return waves;
  }
}
