package dev.hebb.studio.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another model takes the place of the one before, and a server ends, without a lost request. */
@Timeout(60)
class ReloadTest {
  private static final String ONE = "{\"input\": [1, 0, 0]}";

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void save() {
    file = folder.resolve("numbers.hebb");
    Toys.weighted(2).save(file);
  }

  private ModelServer serve(boolean watch) {
    return ModelServer.open(file, ServeOptions.local().port(0).watch(watch));
  }

  private static float answer(Client client) {
    return client.predict(ONE).prediction(0).at("/values/0").floatValue();
  }

  private static Client.Reply reload(Client client) {
    return client.post("/v1/reload", "application/json", new byte[0]);
  }

  @Test
  void aReloadServesWhatIsInTheFileNow() {
    ModelServer server = serve(false);
    var client = new Client(server.port());
    String first = server.version();
    assertThat(reload(client).json().at("/changed").asBoolean()).isFalse();
    Toys.weighted(3).save(file);
    assertThat(answer(client)).isEqualTo(2);
    Client.Reply reply = reload(client);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().at("/changed").asBoolean()).isTrue();
    assertThat(reply.json().at("/version").asString())
        .isEqualTo(server.version())
        .isNotEqualTo(first);
    assertThat(answer(client)).isEqualTo(3);
    server.stop();
  }

  @Test
  void aDamagedOrForeignFileLeavesTheOldModel() throws IOException {
    ModelServer server = serve(false);
    var client = new Client(server.port());
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    keeps(client, "damaged");
    Toys.brightness().save(file);
    keeps(client, "another kind of model");
    Files.delete(file);
    keeps(client, "cannot be read");
    assertThatThrownBy(server::reload).isInstanceOf(HebbException.class);
    assertThat(client.get("/metrics").text()).contains("hebb_model_load_failures_total 4.0");
    Files.write(file, whole);
    assertThat(reload(client).status()).isEqualTo(200);
    assertThat(client.get("/health").json().at("/problem").isNull()).isTrue();
    server.stop();
  }

  private static void keeps(Client client, String about) {
    Client.Reply reply = reload(client);
    assertThat(reply.status()).isEqualTo(409);
    assertThat(reply.error()).contains(about);
    assertThat(answer(client)).isEqualTo(2);
    assertThat(client.get("/health").json().at("/problem").asString()).contains(about);
    assertThat(client.get("/v1/model").json().at("/problem").asString()).contains(about);
  }

  @Test
  void theWatchTakesWhatChangesAndSurvivesWhatIsBroken() throws Exception {
    ModelServer server = serve(true);
    var client = new Client(server.port());
    Toys.weighted(4).save(file);
    waitUntil(() -> answer(client) == 4);
    Files.writeString(file, "no model");
    waitUntil(() -> client.get("/health").text().contains("not a .hebb file"));
    assertThat(answer(client)).isEqualTo(4);
    Files.delete(file);
    Thread.sleep(600);
    assertThat(answer(client)).isEqualTo(4);
    Toys.weighted(5).save(file);
    waitUntil(() -> answer(client) == 5);
    server.stop();
  }

  /** Clients ask without a pause while the model is replaced again and again. */
  @Test
  void noRequestIsLostWhileModelsAreReplaced() throws Exception {
    ModelServer server = serve(true);
    var client = new Client(server.port());
    var done = new AtomicBoolean();
    var problems = new ConcurrentLinkedQueue<String>();
    var asked = new java.util.concurrent.atomic.AtomicInteger();
    var versions = new java.util.concurrent.ConcurrentSkipListSet<String>();
    var threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.startVirtualThread(() -> {
            while (!done.get()) {
              try {
                Client.Reply reply = client.predict(ONE);
                asked.incrementAndGet();
                float value = reply.prediction(0).at("/values/0").floatValue(-1);
                if (reply.status() != 200 || value < 2 || value > 6) {
                  problems.add(reply.status() + " " + reply.text());
                }
                versions.add(reply.header("X-Model-Version"));
              } catch (RuntimeException e) {
                problems.add(e.toString());
              }
            }
          });
    }
    for (int factor = 3; factor <= 6; factor++) {
      Toys.weighted(factor).save(file);
      int expected = factor;
      waitUntil(() -> answer(client) == expected);
    }
    Files.writeString(file, "no model");
    waitUntil(() -> client.get("/health").text().contains("not a .hebb file"));
    done.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(problems).isEmpty();
    assertThat(asked.get()).isGreaterThan(100);
    assertThat(versions).hasSize(5);
    server.stop();
  }

  @Test
  void aModelOfAnotherSignatureIsToldFromOneOfTheSame() {
    Served numbers = served(Toys.weighted(1));
    assertThat(served(Toys.weighted(2)).signature().difference(numbers.signature())).isEmpty();
    Served rows = served(Toys.table(dev.hebb.train.data.TablePrep.Missing.IMPUTE));
    assertThat(rows.signature().difference(numbers.signature()))
        .contains("reads a row with the columns age, home, not numbers of shape [3]");
    Served pictures = served(Toys.brightness());
    assertThat(pictures.signature().difference(numbers.signature()))
        .contains("answers with the classes [dark, light], not with numbers of shape [1]");
  }

  private static Served served(Net net) {
    return Served.of("test", "1", net);
  }

  @Test
  void whoStopsAnswersWhatHasBegun() throws Exception {
    ModelServer server = serve(false);
    var client = new Client(server.port());
    try (Socket socket = client.connect()) {
      var out = socket.getOutputStream();
      String head =
          "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: %d\r\n\r\n{".formatted(ONE.length());
      out.write(head.getBytes(StandardCharsets.UTF_8));
      out.flush();
      waitUntil(() -> client.get("/metrics").text().contains("hebb_requests_in_flight 1.0"));
      var stopped = CompletableFuture.runAsync(server::stop);
      waitUntil(() -> client.get("/health").status() == 503);
      Client.Reply late = client.predict(ONE);
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.header("Retry-After")).isEqualTo("1");
      assertThat(stopped.isDone()).isFalse();
      out.write(ONE.substring(1).getBytes(StandardCharsets.UTF_8));
      out.flush();
      var reply = new byte[12];
      socket.getInputStream().readNBytes(reply, 0, reply.length);
      assertThat(new String(reply, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200");
      stopped.get();
      assertThatThrownBy(() -> client.get("/health")).hasRootCauseInstanceOf(IOException.class);
    }
  }

  private static void waitUntil(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      Thread.sleep(10);
    }
  }
}
