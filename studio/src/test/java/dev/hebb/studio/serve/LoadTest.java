package dev.hebb.studio.serve;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Net;
import dev.hebb.tensor.Seed;
import dev.hebb.train.Model;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Splits;
import dev.hebb.train.io.Notes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ten thousand pictures from 64 clients at once: every one gets its own answer, and the report of
 * this test says how fast.
 */
@Isolated
@Timeout(300)
class LoadTest {
  private static final int REQUESTS = 10_000;
  private static final int CLIENTS = 64;
  private static final int PICTURES = 100;
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  @Test
  void everyRequestOfManyClientsIsAnsweredRight() throws Exception {
    Splits digits = Digits.load();
    Net net = network(digits);
    Path file = folder.resolve("digits.hebb");
    net.save(file);
    Model model = Model.load(file);
    List<byte[]> pictures = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      byte[] png = png(((ImagePrep) digits.preprocessing()).decode(digits.test().input(i)));
      pictures.add(png);
      expected.add(probabilities(model.predict(model.encode(read(png)))));
    }
    assertThat(expected.stream().distinct().count())
        .as("answers to tell apart")
        .isEqualTo(PICTURES);

    ModelServer server = ModelServer.open(file, ServeOptions.local().port(0));
    long[] nanos = new long[REQUESTS];
    var failures = new ConcurrentLinkedQueue<String>();
    long start = System.nanoTime();
    ask(server, pictures, expected, nanos, failures);
    double seconds = (System.nanoTime() - start) * 1e-9;
    assertThat(failures).isEmpty();

    String metrics = new Client(server.port()).get("/metrics").text();
    assertThat(metrics)
        .contains("hebb_requests_total{path=\"/v1/predict\",status=\"200\"} " + REQUESTS)
        .contains("hebb_request_seconds_count " + REQUESTS)
        .contains("hebb_batch_examples_sum " + (double) REQUESTS);
    server.stop();
    report(model, digits, seconds, nanos, metrics);
  }

  private static Net network(Splits digits) {
    Net net =
        sequential(
                conv2d(16, 3).stride(2).relu(),
                conv2d(32, 3).stride(2).relu(),
                flatten(),
                dense(10))
            .build(digits.shape(), Seed.of(42));
    return net.note(Notes.PREPROCESSING, digits.preprocessing()).note(Notes.OUTPUT, "SOFTMAX");
  }

  private static void ask(
      ModelServer server,
      List<byte[]> pictures,
      List<String> expected,
      long[] nanos,
      ConcurrentLinkedQueue<String> failures)
      throws InterruptedException {
    var next = new AtomicInteger();
    var clients = new Thread[CLIENTS];
    var uri = URI.create("http://localhost:%d/v1/predict".formatted(server.port()));
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int c = 0; c < CLIENTS; c++) {
        clients[c] =
            Thread.startVirtualThread(() -> {
              for (int i = next.getAndIncrement(); i < REQUESTS; i = next.getAndIncrement()) {
                long start = System.nanoTime();
                String problem =
                    ask(http, uri, pictures.get(i % PICTURES), expected.get(i % PICTURES));
                nanos[i] = System.nanoTime() - start;
                if (problem != null) {
                  failures.add(problem);
                }
              }
            });
      }
      for (Thread client : clients) {
        client.join();
      }
    }
  }

  /** What was wrong with the answer, or null. */
  private static String ask(HttpClient http, URI uri, byte[] picture, String expected) {
    try {
      var request =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "image/png")
              .POST(BodyPublishers.ofByteArray(picture))
              .build();
      var response = http.send(request, BodyHandlers.ofByteArray());
      String answer = new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
      if (response.statusCode() != 200) {
        return response.statusCode() + " " + answer;
      }
      String got = JSON.readTree(answer).at("/predictions/0/probabilities").toString();
      return got.equals(expected) ? null : "%s instead of %s".formatted(got, expected);
    } catch (IOException | InterruptedException e) {
      return e.toString();
    }
  }

  /** As the server writes them: the same bits give the same text. */
  private static String probabilities(float[] values) {
    var node = JSON.createObjectNode();
    for (int i = 0; i < values.length; i++) {
      node.put(Integer.toString(i), values[i]);
    }
    return JSON.readTree(node.toString()).toString();
  }

  private static byte[] png(BufferedImage image) throws IOException {
    var out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new java.io.ByteArrayInputStream(png));
  }

  private static void report(
      Model model, Splits digits, double seconds, long[] nanos, String metrics) {
    long[] own = new long[1000];
    float[] example = digits.test().input(0);
    for (int i = 0; i < own.length; i++) {
      long start = System.nanoTime();
      var _ = model.predict(example);
      own[i] = System.nanoTime() - start;
    }
    Arrays.sort(own);
    Arrays.sort(nanos);
    double batches = Double.parseDouble(value(metrics, "hebb_batch_examples_count"));
    System.out.printf(
        Locale.ROOT,
        "%,d pictures from %d clients in %.1f s: %,.0f a second, in batches of %.1f on average;"
            + " p50 %.2f ms, p99 %.2f ms; the model alone, one picture: p50 %.3f ms, p99 %.3f ms%n",
        REQUESTS,
        CLIENTS,
        seconds,
        REQUESTS / seconds,
        REQUESTS / batches,
        nanos[REQUESTS / 2] * 1e-6,
        nanos[REQUESTS * 99 / 100] * 1e-6,
        own[own.length / 2] * 1e-6,
        own[own.length * 99 / 100] * 1e-6);
  }

  private static String value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow();
  }
}
