package dev.hebb.studio;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.metric.Metrics.accuracy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.Ending;
import dev.hebb.train.Run;
import dev.hebb.train.TrainEvent;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.Loader;
import dev.hebb.train.data.Splits;
import dev.hebb.train.io.HebbFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A studio beside real trainings, asked over HTTP. */
@Timeout(180)
class StudioTest {
  private static final int FOREVER = 100_000;
  private static final Splits DIGITS = Digits.load();

  @TempDir private Path folder;
  private Studio studio;
  private Client client;

  @BeforeEach
  void open() {
    studio = Studio.open(StudioOptions.local().runs(folder));
    client = new Client(studio);
  }

  @AfterEach
  void stop() {
    studio.stop();
  }

  private static Net net() {
    return sequential(
            conv2d(4, 3).stride(2).relu(), flatten(), dropout(0.2), dense(16).tanh(), dense(10))
        .build(DIGITS.shape(), Seed.of(5));
  }

  private static Loader train() {
    return DIGITS.train().take(640).shuffle(Seed.of(1)).batch(32);
  }

  private static Trainer trainer(Net net) {
    return Trainer.of(net, Losses.crossEntropy(), Adam.of(1e-3)).metrics(accuracy());
  }

  private CompletableFuture<Run> begin(Net net, int epochs) {
    Trainer watched = trainer(net).with(studio.recorder("a test"));
    return CompletableFuture.supplyAsync(
        () -> watched.fit(train(), DIGITS.test().take(100).batch(50), epochs),
        task -> Thread.ofPlatform().daemon().start(task));
  }

  /** The name of the only run. */
  private String id() {
    return client
        .await("runs", all -> !all.get("runs").isEmpty())
        .get("runs")
        .get(0)
        .get("id")
        .asString();
  }

  private void steer(String id, String body) {
    assertThat(client.post("runs/" + id + "/control", body).status()).isEqualTo(200);
  }

  @Test
  void theBitsAreThoseOfATrainingThatNobodyWatches() throws Exception {
    Net alone = net();
    trainer(alone).fit(train(), DIGITS.test().take(100).batch(50), 6);
    Net watched = net();
    CompletableFuture<Run> run = begin(watched, 6);
    String id = id();
    while (!run.isDone()) { // somebody looks at everything all the time
      client.get("runs/" + id + "/pictures?what=filters&layer=0.conv2d");
      client.get("runs/" + id + "/predictions");
      client.get("runs/" + id + "/inside");
    }
    run.get();
    for (int i = 0; i < alone.variables().size(); i++) {
      assertThat(watched.variables().get(i).value().toFloats())
          .as(alone.variables().get(i).name())
          .containsExactly(alone.variables().get(i).value().toFloats());
    }
    assertThat(client.get("runs/" + id + "/inside").json().get("layers")).isNotEmpty();
  }

  @Test
  void allValidationDataArePredictedByTheTrainingItself() {
    Trainer watched = trainer(net()).with(studio.recorder("a test"));
    Run run = watched.fit(train(), DIGITS.train().take(1100).batch(500), 1);
    JsonNode predictions = client.get("runs/" + id() + "/predictions").json();
    assertThat(predictions.get("examples").asInt()).isEqualTo(1100);
    assertThat(predictions.get("accuracy").asDouble()).isEqualTo(run.last("val.accuracy"));
  }

  /** Unused outputs begin as likely as the others, so some are chosen. */
  @Test
  void aNetworkWithMoreOutputsThanClassesIsRecordedWithoutPredictions() {
    Net wide = sequential(flatten(), dense(300)).build(DIGITS.shape(), Seed.of(5));
    Trainer watched =
        Trainer.of(wide, Losses.crossEntropy(), Adam.of(1e-6)).with(studio.recorder("a test"));
    Run run = watched.fit(train(), DIGITS.test().take(100).batch(50), 2);
    assertThat(run.warnings()).isEmpty();
    JsonNode details = client.get("runs/" + id()).json();
    assertThat(details.get("state").asString()).isEqualTo("finished");
    assertThat(details.get("step").asLong()).isEqualTo(40);
    assertThat(client.get("runs/" + id() + "/predictions").json()).isEmpty();
  }

  @Test
  void theLastPredictionsAreThoseOfTheFinalWeights() {
    Net net = net();
    var first = new LinkedHashMap<String, Tensor>();
    net.variables().forEach(v -> first.put(v.name(), v.value()));
    Loader validation = DIGITS.test().take(100).batch(50);
    Trainer watched =
        trainer(net)
            .with(studio.recorder("a test"))
            .with(event -> {
              if (event instanceof TrainEvent.RunStarted started) {
                started.session().endWith(first); // as an early stop ends with the best
              }
            });
    Run run = watched.fit(train(), validation, 2);
    double last = watched.evaluate(validation).get("accuracy");
    assertThat(last).isLessThan(run.last("val.accuracy"));
    JsonNode predictions = client.get("runs/" + id() + "/predictions").json();
    assertThat(predictions.get("accuracy").asDouble()).isEqualTo(last);
  }

  @Test
  void aRunIsRecordedAndCanBeReadByAnotherStudio() throws Exception {
    Net net = net();
    Run run = begin(net, 3).get();
    String id = id();
    studio.stop();
    studio = Studio.open(StudioOptions.local().runs(folder));
    client = new Client(studio);

    JsonNode details = client.get("runs/" + id).json();
    assertThat(details.get("state").asString()).isEqualTo("finished");
    assertThat(details.get("name").asString()).isEqualTo("a test");
    assertThat(details.get("step").asLong()).isEqualTo(60);
    assertThat(details.get("steps").asLong()).isEqualTo(60);
    assertThat(details.get("parameters").asLong()).isEqualTo(net.summary().parameters());
    assertThat(details.get("goals").get("accuracy").asString()).isEqualTo("larger");
    assertThat(details.get("best").get("val.accuracy").asDouble())
        .isEqualTo(run.best("val.accuracy"));
    assertThat(details.get("graph").get(0).get("path").asString()).isEqualTo("0.conv2d");

    JsonNode series = client.get("runs/" + id + "/series").json().get("series");
    JsonNode steps = series.get("loss").get("x"); // one point for each, or for up to four of them
    assertThat(steps.get(0).asInt()).isBetween(1, 4);
    assertThat(steps.get(steps.size() - 1).asInt()).isEqualTo(60);
    JsonNode held = series.get("val.accuracy");
    assertThat(held.get("x").toString())
        .isEqualTo("[20,40,60]".replace(",", ".0,").replace("]", ".0]"));
    for (int e = 0; e < 3; e++) {
      assertThat(held.get("y").get(e).asDouble())
          .isEqualTo(run.history().get(e).values().get("val.accuracy"));
    }

    assertThat(client.get("runs/" + id + "/inside").json().get("layers"))
        .as("the first look, which waits for quick kernels or the end")
        .isNotEmpty();

    JsonNode predictions = client.get("runs/" + id + "/predictions").json();
    assertThat(predictions.get("accuracy").asDouble()).isEqualTo(run.last("val.accuracy"));
    int sum = 0;
    int right = 0;
    for (int i = 0; i < 10; i++) {
      for (int k = 0; k < 10; k++) {
        int count = predictions.get("confusion").get(i).get(k).asInt();
        sum += count;
        right += i == k ? count : 0;
      }
    }
    assertThat(sum).isEqualTo(100);
    assertThat(right / 100.0).isEqualTo(run.last("val.accuracy"));
    assertThat(predictions.get("mistakes")).hasSize(Math.min(40, 100 - right));

    // The network was kept, so it still answers, and can be looked into.
    float[] digit = DIGITS.test().input(0);
    byte[] pixels = new byte[28 * 28];
    java.awt.image.BufferedImage picture =
        ((dev.hebb.train.data.ImagePrep) DIGITS.preprocessing()).decode(digit);
    picture.getRaster().getDataElements(0, 0, 28, 28, pixels);
    String drawing =
        "{\"width\": 28, \"height\": 28, \"pixels\": \"%s\"}"
            .formatted(Base64.getEncoder().encodeToString(pixels));
    JsonNode answer = client.post("runs/" + id + "/predict", drawing).json();
    assertThat(answer.get("label").asString())
        .isEqualTo(dev.hebb.train.Model.of(net).classify(picture).label());
    assertThat(answer.get("probabilities")).hasSize(10);
    assertThat(pictures(id, "what=filters&layer=0.conv2d")).hasSize(4);
    assertThat(pictures(id, "what=maps&layer=0.conv2d&example=3")).hasSize(4);
    assertThat(pictures(id, "what=exciting&layer=0.conv2d&unit=2")).hasSize(12);
    assertThat(pictures(id, "what=examples")).hasSize(100);
    assertThat(
            client.post("runs/" + id + "/pictures?layer=0.conv2d", drawing).json().get("pictures"))
        .hasSize(4);
    assertThat(client.post("runs/" + id + "/control", "{\"action\": \"pause\"}").status())
        .isEqualTo(409);
  }

  private JsonNode pictures(String id, String query) {
    return client.get("runs/" + id + "/pictures?" + query).json().get("pictures");
  }

  @Test
  void aRunIsSteeredOverHttp() throws Exception {
    Net net = net();
    CompletableFuture<Run> run = begin(net, FOREVER);
    String id = id();
    String path = "runs/" + id;
    client.await(path, r -> r.get("step").asLong() > 5);

    steer(id, "{\"action\": \"pause\"}");
    client.await(path, r -> r.get("state").asString().equals("paused"));
    TimeUnit.MILLISECONDS.sleep(400); // the step that was under way is done and told
    long paused = client.get(path).json().get("step").asLong();
    TimeUnit.MILLISECONDS.sleep(400);
    assertThat(client.get(path).json().get("step").asLong()).isEqualTo(paused);

    // A paused run can be looked into, saved, and told to learn faster.
    assertThat(pictures(id, "what=filters&layer=0.conv2d")).hasSize(4);
    JsonNode saved = client.post(path + "/control", "{\"action\": \"checkpoint\"}").json();
    Path file = Path.of(saved.get("value").asString());
    long end = System.nanoTime() + 30_000_000_000L;
    while (!Files.exists(file) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    try (HebbFile checkpoint = HebbFile.open(file)) {
      assertThat(checkpoint.isCheckpoint()).isTrue();
    }
    steer(id, "{\"action\": \"learningRate\", \"value\": 0.0125}");
    steer(id, "{\"action\": \"resume\"}");
    JsonNode rates =
        client
            .await(
                path + "/series?names=learningRate",
                s -> lastOf(s.get("series").get("learningRate").get("y")) == 0.0125)
            .get("series")
            .get("learningRate");
    for (int i = 0; i < rates.get("x").size(); i++) {
      assertThat(rates.get("y").get(i).asDouble())
          .isEqualTo(rates.get("x").get(i).asLong() <= paused ? 0.001 : 0.0125);
    }

    steer(id, "{\"action\": \"stop\"}");
    assertThat(run.get().ending().rule()).isEqualTo(Ending.STOPPED);
    JsonNode over = client.await(path, r -> r.get("state").asString().equals("stopped"));
    assertThat(over.get("actions").valueStream().map(a -> a.get("what").asString()))
        .containsExactly("pause", "checkpoint", "learningRate", "resume", "stop");
    assertThat(over.get("actions").get(2).get("value").asString()).isEqualTo("0.0125");

    assertThat(client.delete(path).status()).isEqualTo(200);
    assertThat(client.get(path).status()).isEqualTo(404);
    assertThat(client.post(path + "/restore", "").status()).isEqualTo(200);
    assertThat(client.get(path).json().get("state").asString()).isEqualTo("stopped");
  }

  private static double lastOf(JsonNode list) {
    return list.isEmpty() ? Double.NaN : list.get(list.size() - 1).asDouble();
  }

  @Test
  void wrongWishesAreAnsweredWithTheCure() throws Exception {
    CompletableFuture<Run> run = begin(net(), FOREVER);
    String path = "runs/" + id();
    client.await(path, r -> r.get("step").asLong() > 0);
    for (List<String> wish :
        List.of(
            List.of("{\"action\": \"fly\"}", "pause, resume"),
            List.of("{}", "pause, resume"),
            List.of("{\"action\": \"learningRate\"}", "value"),
            List.of("{\"action\": \"learningRate\", \"value\": -1}", "above 0"),
            List.of("{\"action\": \"learningRate\", \"value\": \"x\"}", "JSON"))) {
      Client.Answer answer = client.post(path + "/control", wish.get(0));
      assertThat(answer.status()).as(wish.get(0)).isEqualTo(400);
      assertThat(answer.json().get("error").asString()).contains(wish.get(1));
    }
    for (String wrong :
        List.of(
            "what=filters&layer=nowhere",
            "what=maps&layer=0.conv2d&example=100000",
            "what=exciting&layer=0.conv2d&unit=4",
            "what=maps&layer=0.conv2d&example=x",
            "what=nothing")) {
      assertThat(client.get(path + "/pictures?" + wrong).status()).as(wrong).isBetween(400, 404);
    }
    for (String drawing :
        List.of(
            "{\"width\": 28, \"height\": 28, \"pixels\": \"AAAA\"}",
            "{\"width\": 0, \"height\": 28, \"pixels\": \"\"}",
            "{\"width\": 100000, \"height\": 100000, \"pixels\": \"AAAA\"}",
            "{\"width\": 28, \"height\": 28}",
            "{\"values\": {\"age\": \"42\"}}")) {
      assertThat(client.post(path + "/predict", drawing).status()).as(drawing).isEqualTo(400);
    }
    assertThat(client.delete(path).status()).as("while it is trained").isEqualTo(409);
    steer(id(), "{\"action\": \"stop\"}");
    assertThat(run.get().steps()).isPositive();
  }

  /** Its log leads to a device that is always full. */
  @Test
  void onAFullDiskTrainingGoesOn() throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "there is no /dev/full on this system");
    CompletableFuture<Run> run = begin(net(), FOREVER);
    String path = "runs/" + id();
    client.await(path, r -> r.get("step").asLong() > 5);
    Path log = folder.resolve(id()).resolve("log.jsonl");
    Path link = Files.createSymbolicLink(log.resolveSibling("link"), full);
    Files.move(link, log, java.nio.file.StandardCopyOption.ATOMIC_MOVE);

    JsonNode warned = client.await(path, r -> !r.get("warnings").isEmpty());
    assertThat(warned.get("warnings").get(0).asString())
        .contains("recording has stopped", "training goes on", "room on the disk");
    long then = warned.get("step").asLong();
    client.await(path, r -> r.get("step").asLong() > then + 20); // the page is still live
    steer(id(), "{\"action\": \"stop\"}");
    assertThat(run.get().ending().rule()).isEqualTo(Ending.STOPPED);
    assertThat(client.get(path).json().get("warnings")).hasSize(1);
  }
}
