/** Watches, steers and explains networks in the browser, and serves models. */
module dev.hebb.studio {
  requires transitive dev.hebb.train;
  requires de.siegmar.fastcsv;
  requires dev.hebb.onnx;
  requires io.helidon.http.sse;
  requires io.helidon.webserver;
  requires io.helidon.webserver.sse;
  requires io.prometheus.metrics.config;
  requires io.prometheus.metrics.core;
  requires io.prometheus.metrics.model;
  requires io.prometheus.writer.text;
  requires java.logging;
  requires org.slf4j;
  requires tools.jackson.databind;
  requires static org.jspecify;

  exports dev.hebb.studio;
  exports dev.hebb.studio.serve;

  // Records that Jackson reads and writes.
  opens dev.hebb.studio to
      tools.jackson.databind;
  opens dev.hebb.studio.inside to
      tools.jackson.databind;
  opens dev.hebb.studio.playground to
      tools.jackson.databind;
  opens dev.hebb.studio.runs to
      tools.jackson.databind;
  opens dev.hebb.studio.serve to
      tools.jackson.databind;
}
