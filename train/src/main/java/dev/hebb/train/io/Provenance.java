package dev.hebb.train.io;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a model comes from.
 *
 * @param hebb Hebb's version
 * @param java the Java runtime's name and version
 * @param system operating system, architecture and number of processors
 * @param seed the network's seed
 * @param data what it was trained on: size, shape and fingerprint of the training data
 * @param settings what was chosen for the run: loss, optimiser, batch size, epochs, …
 * @param metrics the values of the last completed epoch
 * @param time when this was written
 */
public record Provenance(
    String hebb,
    String java,
    String system,
    long seed,
    String data,
    Map<String, String> settings,
    Map<String, Double> metrics,
    Instant time) {
  private static final String VERSION = "0.1.0";

  /** Keeps the order of settings and metrics. */
  public Provenance {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** A provenance of this moment, on this machine. */
  public static Provenance now(
      long seed, String data, Map<String, String> settings, Map<String, Double> metrics) {
    return new Provenance(
        VERSION,
        Runtime.version() + " " + System.getProperty("java.vm.name", ""),
        "%s %s, %d processors"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors()),
        seed,
        data,
        settings,
        metrics,
        Instant.now());
  }

  /** The same with other metrics, as of now. */
  public Provenance with(Map<String, Double> newMetrics) {
    return new Provenance(hebb, java, system, seed, data, settings, newMetrics, Instant.now());
  }
}
