package dev.hebb.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one epoch gave.
 *
 * @param epoch its number, from 1
 * @param values {@code loss} and the training metrics (means over the epoch, in which the network
 *     was still changing), then {@code val.loss} and the validation metrics as {@code val.NAME}
 * @param learningRate the learning rate of its last step
 * @param seconds how long it took, validation included
 */
public record EpochResult(
    int epoch, Map<String, Double> values, double learningRate, double seconds) {
  /** Keeps the order of the values. */
  public EpochResult {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
