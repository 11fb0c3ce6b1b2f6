package dev.hebb.studio.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.tensor.HebbException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in and what is answered, over real sockets. */
class ServerTest {
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");
  private static final String TOKEN = "0123456789abcdef";

  private Server server = Server.start(Access.of("127.0.0.1", null), 0, Map.of("/api", new Echo()));

  /** Says that it was reached, and what it was told. */
  private static final class Echo implements HttpService {
    @Override
    public void routing(HttpRules rules) {
      rules
          .get("/it", (_, r) -> Json.send(r, Map.of("reached", true)))
          .post("/it", (q, r) -> Json.send(r, Json.body(q, Map.class)))
          .get(
              "/bug",
              (_, _) -> {
                throw new IllegalStateException("a secret");
              });
    }
  }

  /** Has little patience. */
  private void hurried() {
    server.stop();
    var events = new Events();
    HttpService stream = rules -> rules.get("/", (q, r) -> events.serve(q, r, null, "hello"));
    server =
        Server.start(
            Access.of("127.0.0.1", null),
            0,
            Map.of("/api", new Echo(), "/events", stream),
            Duration.ofMillis(500),
            Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /",
        "POST /api/it HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n{"
      })
  void whoSendsByteByByteIsCutOff(String beginning) throws Exception {
    hurried();
    long begin = System.nanoTime();
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(beginning.getBytes(StandardCharsets.UTF_8));
      socket.setSoTimeout(100);
      boolean isOpen = true;
      while (isOpen && System.nanoTime() - begin < Duration.ofSeconds(20).toNanos()) {
        try {
          socket.getOutputStream().write('x');
          isOpen = socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
          continue; // the server is still patient
        } catch (SocketException e) {
          isOpen = false;
        }
      }
      assertThat(isOpen).as("the connection is open").isFalse();
    }
  }

  @Test
  void aStreamOfEventsMayTakeLonger() throws Exception {
    hurried();
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(30_000);
      String request = "GET /events HTTP/1.1\r\n" + host() + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      Thread.sleep(3000); // three times as long as any other answer may take
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200");
      in.skipNBytes(in.available());
      assertThat(in.read()).as("it goes on").isNotNegative();
    }
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private void withToken() {
    server.stop();
    server = Server.start(Access.of("127.0.0.1", TOKEN), 0, Map.of("/api", new Echo()));
  }

  /** Sends the lines of a request as they are, and gives the whole answer. */
  private String raw(String... lines) throws IOException {
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(60_000);
      String text = String.join("\r\n", lines) + "\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return head.toString();
        }
        head.append((char) next);
      }
      Matcher length = LENGTH.matcher(head);
      int n = length.find() ? Integer.parseInt(length.group(1)) : 0;
      return head + new String(in.readNBytes(n), StandardCharsets.UTF_8);
    }
  }

  private String host() {
    return "Host: localhost:" + server.port();
  }

  private HttpResponse<String> post(String body, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/api/it"))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void theOwnPageIsServedWithStrictRules() throws Exception {
    assertThat(raw("GET / HTTP/1.1", host()))
        .startsWith("HTTP/1.1 200")
        .contains("script-src 'self'")
        .contains("frame-ancestors 'none'")
        .contains("nosniff")
        .contains("<html");
    assertThat(raw("GET /vendor/hooks.js HTTP/1.1", host()))
        .startsWith("HTTP/1.1 200")
        .contains("text/javascript")
        .contains("from\"./preact.js\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../../../etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/module-info.class",
        "/vendor/../page/index.html",
        "/vendor/..%2fpreact%2fLICENSE",
        "/views/../../web/Server.class",
        "/index.html%00.js",
        "//etc/passwd",
        "/app.js/",
        "/nothing.js"
      })
  void noPathLeadsOut(String path) throws Exception {
    assertThat(raw("GET " + path + " HTTP/1.1", host()))
        .matches("(?s)HTTP/1.1 (400|404) .*")
        .doesNotContain("root:")
        .doesNotContain("Copyright");
  }

  @Test
  void foreignNamesDoNotLeadHere() throws Exception {
    assertThat(raw("GET /api/it HTTP/1.1", "Host: evil.example:" + server.port()))
        .startsWith("HTTP/1.1 421");
    assertThat(raw("GET /api/it HTTP/1.1", "Host: localhost.evil.example"))
        .startsWith("HTTP/1.1 421");
    assertThat(raw("GET /api/it HTTP/1.1", "Host: 127.0.0.1:" + server.port()))
        .startsWith("HTTP/1.1 200");
    assertThat(raw("GET /api/it HTTP/1.1", "Host: [::1]:" + server.port()))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void pagesOfOtherSitesAreRefused() throws Exception {
    assertThat(raw("GET /api/it HTTP/1.1", host(), "Origin: http://evil.example"))
        .startsWith("HTTP/1.1 403");
    assertThat(raw("GET /api/it HTTP/1.1", host(), "Origin: null")).startsWith("HTTP/1.1 403");
    assertThat(raw("GET /api/it HTTP/1.1", host(), "Sec-Fetch-Site: cross-site"))
        .startsWith("HTTP/1.1 403");
    assertThat(raw("GET /api/it HTTP/1.1", host(), "Origin: http://localhost:" + server.port()))
        .startsWith("HTTP/1.1 200");
    assertThat(post("{}").statusCode()).isEqualTo(403);
    assertThat(post("{}", "X-Hebb", "1").statusCode()).isEqualTo(200);
    assertThat(post("{}", "X-Hebb", "1", "Origin", "http://localhost:1").statusCode())
        .isEqualTo(403);
  }

  @Test
  void bodiesAreBoundedAndChecked() throws Exception {
    assertThat(post("{\"a\": 1}", "X-Hebb", "1").body()).isEqualTo("{\"a\":1}");
    HttpResponse<String> broken = post("{\"a\": ", "X-Hebb", "1");
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(broken.body()).contains("\"error\"").contains("JSON");
    assertThat(post("null", "X-Hebb", "1").statusCode()).isEqualTo(400);
    assertThat(post("", "X-Hebb", "1").statusCode()).isEqualTo(400);
    // The length alone decides, before any of the body was sent.
    String length = "Content-Length: " + (Json.MAX_BODY + 1);
    assertThat(raw("POST /api/it HTTP/1.1", host(), "X-Hebb: 1", length))
        .startsWith("HTTP/1.1 413");
    // And without saying how long it will be.
    String chunk = "x".repeat(1 << 16);
    String[] lines = new String[5];
    lines[0] = "POST /api/it HTTP/1.1";
    lines[1] = host();
    lines[2] = "X-Hebb: 1";
    lines[3] = "Transfer-Encoding: chunked\r\n";
    lines[4] = ("10000\r\n" + chunk + "\r\n").repeat(16) + "1\r\nx";
    assertThat(raw(lines)).startsWith("HTTP/1.1 413");
    assertThat(post("{}", "X-Hebb", "1").statusCode()).isEqualTo(200);
  }

  @Test
  void withATokenNothingIsServedWithoutIt() throws Exception {
    withToken();
    assertThat(server.link()).endsWith("/?token=" + TOKEN);
    assertThat(raw("GET / HTTP/1.1", host())).startsWith("HTTP/1.1 401").doesNotContain("<html");
    assertThat(raw("GET /api/it HTTP/1.1", host())).startsWith("HTTP/1.1 401");
    assertThat(raw("GET /api/it?token=wrong HTTP/1.1", host())).startsWith("HTTP/1.1 401");
    assertThat(raw("GET /api/it HTTP/1.1", host(), "Authorization: Bearer " + TOKEN + "0"))
        .startsWith("HTTP/1.1 401");
    assertThat(raw("GET /api/it HTTP/1.1", host(), "Authorization: Bearer " + TOKEN))
        .startsWith("HTTP/1.1 200");
    String entry = raw("GET /?token=" + TOKEN + " HTTP/1.1", host());
    assertThat(entry).startsWith("HTTP/1.1 303").contains("HttpOnly").contains("SameSite=Strict");
    String cookie = "Cookie: a=b; hebb-%d=%s".formatted(server.port(), TOKEN);
    assertThat(raw("GET /api/it HTTP/1.1", host(), cookie)).startsWith("HTTP/1.1 200");
    assertThat(raw("GET /api/it HTTP/1.1", host(), "Cookie: hebb-1=" + TOKEN))
        .startsWith("HTTP/1.1 401");
  }

  @Test
  void otherMachinesNeedAToken() {
    assertThatThrownBy(() -> new Access("0.0.0.0", null))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("token");
    assertThat(Access.of("0.0.0.0", null).token()).hasSize(32);
    assertThat(Access.of("0.0.0.0", null).token()).isNotEqualTo(Access.of("0.0.0.0", null).token());
    assertThat(Access.of("localhost", null).token()).isNull();
    assertThatThrownBy(() -> Access.of("127.0.0.1", "short")).hasMessageContaining("at least 8");
    assertThatThrownBy(() -> Access.of("127.0.0.1", "no spaces, please"))
        .hasMessageContaining("letters");
    assertThatThrownBy(() -> Access.of("no.such.host.invalid", null))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("127.0.0.1");
  }

  @Test
  void aFaultOfOursTellsNothingAboutItself() throws Exception {
    assertThat(raw("GET /api/bug HTTP/1.1", host()))
        .startsWith("HTTP/1.1 500")
        .doesNotContain("secret");
  }

  @Test
  void aTakenPortIsSaid() {
    assertThatThrownBy(() -> Server.start(Access.of("127.0.0.1", null), server.port(), Map.of()))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("--port");
  }
}
