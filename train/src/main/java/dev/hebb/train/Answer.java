package dev.hebb.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model takes an input for.
 *
 * @param label the most probable class
 * @param probability its probability, 0 to 1
 * @param probabilities that of every class, by name, in the order of the classes
 */
public record Answer(String label, double probability, Map<String, Double> probabilities) {
  /** Keeps the order. */
  public Answer {
    probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
  }
}
