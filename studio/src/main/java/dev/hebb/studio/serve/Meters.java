package dev.hebb.studio.serve;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntSupplier;

/** What the server counts, for {@code GET /metrics}. */
final class Meters implements Batcher.Watcher {
  /** How the text is called that {@link #text} gives. */
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final double NANOS = 1e-9;

  /** From a fraction of what a small network takes to more than a client waits. */
  private static final double[] SECONDS = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  private final Counter requests =
      Counter.builder()
          .name("hebb_requests_total")
          .help("Requests by path and status of the answer.")
          .labelNames("path", "status")
          .register(registry);
  private final Histogram seconds =
      Histogram.builder()
          .name("hebb_request_seconds")
          .help("From the first byte after the headers to the answer, of predictions.")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .register(registry);
  private final Histogram batches =
      Histogram.builder()
          .name("hebb_batch_examples")
          .help("Examples that were computed at once.")
          .classicOnly()
          .classicUpperBounds(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
          .register(registry);
  private final Histogram model =
      Histogram.builder()
          .name("hebb_model_seconds")
          .help("The model's own time for a batch.")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .register(registry);

  /** Adds a value that is asked for when the metrics are. */
  void gauge(String name, String help, IntSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsInt()))
        .register(registry);
  }

  /** Adds a count that is kept elsewhere. */
  void counter(String name, String help, IntSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsInt()))
        .register(registry);
  }

  /** Shows which model is served and how often that changed. */
  void watch(Current current) {
    GaugeWithCallback.builder()
        .name("hebb_model_info")
        .help("1 for the model that is served.")
        .labelNames("name", "version")
        .callback(callback -> callback.call(1, current.served().name(), current.served().version()))
        .register(registry);
    counter("hebb_model_loads_total", "Versions of the model served so far.", current::loads);
    counter("hebb_model_load_failures_total", "Reloads that failed.", current::failures);
  }

  /** A request was answered. */
  void request(String path, int status) {
    requests.labelValues(path, Integer.toString(status)).inc();
  }

  /** A prediction was answered, after so long. */
  void prediction(long nanos) {
    seconds.observe(nanos * NANOS);
  }

  @Override
  public void batch(int examples, long nanos) {
    batches.observe(examples);
    model.observe(nanos * NANOS);
  }

  /** All of it, in Prometheus' text format. */
  byte[] text() {
    var out = new ByteArrayOutputStream();
    try {
      writer.write(out, registry.scrape(), EscapingScheme.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not to memory
    }
    return out.toByteArray();
  }
}
