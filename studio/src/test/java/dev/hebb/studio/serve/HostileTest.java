package dev.hebb.studio.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, greedy, lost or ill-meant get the right answer, and harm nobody else. */
@Timeout(60)
class HostileTest {
  private static final String GOOD = "{\"input\": [1, 2, 3]}";
  private static final String HEAD =
      "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  @TempDir private static Path folder;
  private static Path file;

  private static ModelServer server;
  private static Client client;

  @BeforeAll
  static void start() {
    file = folder.resolve("numbers.hebb");
    Toys.weighted(2).save(file);
    var limits = Limits.DEFAULT.maxBody(1 << 20).maxTime(Duration.ofSeconds(2));
    server = ModelServer.open(file, ServeOptions.local().port(0).limits(limits));
    client = new Client(server.port());
  }

  /** Whatever happened, the server is as well as before. */
  @AfterEach
  void isStillWell() {
    // Over a new connection: one that was kept may just be closed for being idle.
    var fresh = new Client(server.port());
    assertThat(fresh.predict(GOOD).prediction(0).at("/values/0").floatValue()).isEqualTo(12);
    assertThat(fresh.get("/health").json().at("/status").asString()).isEqualTo("ready");
  }

  @AfterAll
  static void stop() {
    server.stop();
  }

  /** Without waiting until it has been idle for half a minute. */
  @Test
  @Timeout(20)
  void aConnectionEndsWithTheRequestThatSaysSo() {
    ModelServer patient = ModelServer.open(file, ServeOptions.local().port(0));
    try {
      var other = new Client(patient.port());
      String end = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      assertThat(other.raw("GET /health" + end)).startsWith("HTTP/1.1 200").contains("ready");
      assertThat(other.raw("GET /nothing" + end)).startsWith("HTTP/1.1 404").contains("error");
    } finally {
      patient.stop();
    }
  }

  // ---- lost

  @Test
  void unknownPathsAndWrongMethodsAreTold() {
    assertThat(client.get("/v2/predict").status()).isEqualTo(404);
    assertThat(client.post("/nothing", "application/json", new byte[0]).status()).isEqualTo(404);
    Client.Reply get = client.get("/v1/predict");
    assertThat(get.status()).isEqualTo(405);
    assertThat(get.header("Allow")).isEqualTo("POST");
    assertThat(get.error()).contains("POST");
    assertThat(client.post("/health", "text/plain", new byte[0]).header("Allow")).isEqualTo("GET");
    assertThat(client.send(client.to("/v1/model").DELETE().build()).status()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../../../etc/passwd",
        "/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/vendor/../../../etc/passwd",
        "/vendor/..%2f..%2fpackage-info.class",
        "/views/..%5c..%5cserve%5copenapi.json",
        "//etc/passwd",
        "/serve/openapi.json",
        "/index.html%00.js",
        "/v1/../../../etc/passwd",
        "/file:///etc/passwd"
      })
  void noFileCanBeReached(String path) {
    String reply =
        client.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(reply).matches("(?s)HTTP/1.1 40[04] .*");
    assertThat(reply).doesNotContain("root:").doesNotContain("operationId");
  }

  // ---- greedy

  @Test
  void aHugeBodyIsRefusedBeforeItIsSent() {
    String reply =
        client.raw(
            HEAD
                + "Content-Length: 99999999999\r\n"
                + "Expect: 100-continue\r\n"
                + "Connection: close\r\n\r\n");
    assertThat(reply).startsWith("HTTP/1.1 413").contains("1,048,576 bytes");
  }

  @Test
  void aHugeBodyThatIsSentAllTheSameIsNotRead() {
    var body = new byte[8 << 20];
    String outcome;
    try {
      outcome = String.valueOf(client.post("/v1/predict", "application/json", body).status());
    } catch (java.io.UncheckedIOException e) {
      outcome = "closed"; // while the client still wrote
    }
    assertThat(outcome).isIn("413", "closed");
  }

  @Test
  void aBodyWithoutEndIsRefusedWhenItIsTooLong() {
    var endless =
        new java.io.InputStream() {
          private long sent;

          @Override
          public int read() {
            return sent++ < 64 << 20 ? ' ' : -1;
          }
        };
    String outcome;
    try {
      outcome =
          String.valueOf(
              client
                  .send(
                      client
                          .to("/v1/predict")
                          .header("Content-Type", "application/json")
                          .POST(BodyPublishers.ofInputStream(() -> endless))
                          .build())
                  .status());
    } catch (java.io.UncheckedIOException e) {
      outcome = "closed";
    }
    assertThat(outcome).isIn("413", "closed");
    assertThat(endless.sent).as("bytes that the server took").isLessThan(32 << 20);
  }

  @Test
  void hugeHeadersAndPathsAreRefused() {
    String reply =
        client.raw(
            "GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(1 << 20) + "\r\n\r\n");
    // Closed while the client still wrote, the reply may be lost.
    assertThat(reply).matches("(?s)|HTTP/1.1 4.*");
    assertThat(client.raw("GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\n\r\n"))
        .matches("(?s)|HTTP/1.1 4.*");
  }

  @Test
  void deepJsonIsRefusedAtOnce() {
    Client.Reply reply = client.predict("{\"input\": " + "[".repeat(500_000));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).contains("nesting depth");
  }

  @Test
  void aTextThatIsNoHttpIsRefused() {
    assertThat(client.raw("hello\r\n\r\n")).matches("(?s)|HTTP/1.1 4.*");
    assertThat(client.raw("\u0000\u0001\u0002\r\n\r\n")).matches("(?s)|HTTP/1.1 4.*");
    assertThat(client.raw(HEAD + "Content-Length: minus\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(client.raw(HEAD + "Transfer-Encoding: chunked\r\n\r\nzzz\r\n"))
        .matches("(?s)|HTTP/1.1 4.*");
  }

  // ---- slow

  @Test
  void aBodyThatComesByteByByteIsRefused() throws Exception {
    assertThat(drip(HEAD + "Content-Length: 10000\r\n\r\n", "{"))
        .startsWith("HTTP/1.1 408")
        .contains("too slowly");
  }

  @Test
  void aBodyThatNeverComesIsNotWaitedFor() throws Exception {
    try (Socket socket = client.connect()) {
      write(socket, HEAD + "Content-Length: 20\r\n\r\n{");
      assertThat(readAll(socket)).as("closed").isIn("", "closed");
    }
  }

  @Test
  void aBodyThatBreaksOffHarmsNobody() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Socket socket = client.connect()) {
        write(socket, HEAD + "Content-Length: 20\r\n\r\n{");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /health", HEAD, ""})
  void aRequestThatComesByteByByteIsCutOff(String beginning) throws Exception {
    assertThat(drip(beginning, "x")).doesNotContain("200 OK");
  }

  @Test
  void manySlowClientsDoNotKeepOthersWaiting() throws Exception {
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Socket socket = client.connect();
      slow.add(socket);
      write(socket, i % 2 == 0 ? HEAD + "Content-Length: 50\r\n\r\n{" : "GET /he");
    }
    for (int i = 0; i < 20; i++) {
      assertThat(client.predict(GOOD).status()).isEqualTo(200);
    }
    for (Socket socket : slow) {
      assertThat(readAll(socket)).as("all are cut off in the end").doesNotContain("200 OK");
      socket.close();
    }
  }

  /** Writes a byte now and then until the server has had enough; what it said before it closed. */
  private String drip(String beginning, String more) throws IOException, InterruptedException {
    try (Socket socket = client.connect()) {
      write(socket, beginning);
      socket.setSoTimeout(100);
      var reply = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        try {
          write(socket, more);
          int read = socket.getInputStream().read();
          if (read < 0) {
            return reply.toString();
          }
          reply.append((char) read);
          socket.setSoTimeout(30_000);
          return reply.append(readAll(socket)).toString();
        } catch (java.net.SocketTimeoutException e) {
          continue; // it is still patient
        } catch (SocketException e) {
          return reply.toString();
        }
      }
      throw new AssertionError("the server waited for more than 20 s");
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String readAll(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) {
      return "closed";
    }
  }

  // ---- ill-meant

  @Test
  void pagesOfOtherSitesAreRefused() {
    for (String header :
        new String[] {"Origin: http://evil.example", "Sec-Fetch-Site: cross-site"}) {
      String reply =
          client.raw(HEAD + header + "\r\nContent-Length: 20\r\nConnection: close\r\n\r\n" + GOOD);
      assertThat(reply).startsWith("HTTP/1.1 403").contains("other sites");
    }
    assertThat(
            client.raw(
                "POST /v1/reload HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n"
                    + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void aForeignNameThatLeadsHereIsRefused() {
    String reply =
        client.raw("GET /v1/model HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assertThat(reply).startsWith("HTTP/1.1 421");
  }

  @Test
  void aServerForOthersNeedsItsToken() {
    assertThatThrownBy(() -> ModelServer.open(file, ServeOptions.local().port(0).token("short")))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("at least 8");
    var open = ServeOptions.local().host("0.0.0.0").port(0);
    ModelServer guarded = ModelServer.open(file, open.token("open-sesame"));
    try {
      var other = new Client(guarded.port());
      assertThat(guarded.link()).endsWith("/?token=open-sesame");
      for (String path : new String[] {"/v1/model", "/metrics", "/openapi.json"}) {
        assertThat(other.get(path).status()).as(path).isEqualTo(401);
      }
      assertThat(other.predict(GOOD).status()).isEqualTo(401);
      assertThat(other.post("/v1/reload", "application/json", new byte[0]).status()).isEqualTo(401);
      assertThat(other.get("/health").status()).as("for probes").isEqualTo(200);
      assertThat(
              other
                  .send(other.to("/v1/model").header("Authorization", "Bearer open-sesame").build())
                  .status())
          .isEqualTo(200);
      assertThat(
              other
                  .send(other.to("/v1/model").header("Authorization", "Bearer open-sesam").build())
                  .status())
          .isEqualTo(401);
    } finally {
      guarded.stop();
    }
    ModelServer invented = ModelServer.open(file, open);
    assertThat(invented.link()).matches(".*token=[0-9a-f]{32}");
    invented.stop();
  }

  @Test
  void aPortThatIsTakenIsToldSo() {
    assertThatThrownBy(() -> ModelServer.open(file, ServeOptions.local().port(server.port())))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("port " + server.port())
        .hasMessageContaining("choose another");
  }
}
