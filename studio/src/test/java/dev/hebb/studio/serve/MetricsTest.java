package dev.hebb.studio.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is counted is what was asked. */
@Timeout(60)
class MetricsTest {
  /** A comment, or a name, labels, and a number, as Prometheus' text format has it. */
  private static final Pattern LINE =
      Pattern.compile(
          "# (HELP|TYPE) .*|[a-z_]+(\\{([a-z]+=\"[^\"]*\",?)+})?"
              + " [0-9.eE+-]+|[a-z_]+_bucket\\{le=\"\\+Inf\"} [0-9.]+");

  @TempDir private Path folder;

  @Test
  void requestsBatchesAndTheModelAreCounted() {
    Path file = folder.resolve("numbers.hebb");
    Toys.weighted(2).save(file);
    ModelServer server = ModelServer.open(file, ServeOptions.local().port(0));
    var client = new Client(server.port());
    for (int i = 0; i < 3; i++) {
      client.predict("{\"inputs\": [[1, 2, 3], [4, 5, 6]]}");
    }
    client.predict("nonsense");
    client.get("/v1/predict");
    client.get("/nothing/" + "made/up");
    Client.Reply reply = client.get("/metrics");
    assertThat(reply.header("Content-Type")).startsWith("text/plain; version=0.0.4");
    assertThat(reply.text().lines()).allMatch(line -> LINE.matcher(line).matches());
    assertThat(reply.text())
        .contains("hebb_requests_total{path=\"/v1/predict\",status=\"200\"} 3.0")
        .contains("hebb_requests_total{path=\"/v1/predict\",status=\"400\"} 1.0")
        .contains("hebb_requests_total{path=\"/v1/predict\",status=\"405\"} 1.0")
        .contains("hebb_requests_total{path=\"other\",status=\"404\"} 1.0")
        .contains("hebb_request_seconds_count 3")
        .contains("hebb_batch_examples_sum 6.0")
        .contains("hebb_batch_examples_bucket{le=\"1.0\"} 0")
        .contains("hebb_batch_examples_bucket{le=\"2.0\"} 3")
        .contains("hebb_model_seconds_count 3")
        .contains("hebb_queue_examples 0.0")
        .contains("hebb_requests_in_flight 0.0")
        .contains(
            "hebb_model_info{name=\"numbers\",version=\"%s\"} 1.0".formatted(server.version()))
        .contains("hebb_model_loads_total 1.0")
        .doesNotContain("made");
    server.stop();
  }
}
