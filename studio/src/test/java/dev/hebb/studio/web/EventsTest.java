package dev.hebb.studio.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpService;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stream of events, to browsers that read and to browsers that do not. */
@Timeout(120)
class EventsTest {
  private static final int MANY = 20_000;

  private final Events events = new Events();
  private final HttpService service =
      rules ->
          rules.get(
              "/events", (q, r) -> events.serve(q, r, q.query().first("run").orElse(null), null));
  private final Server server =
      Server.start(Access.of("127.0.0.1", null), 0, Map.of("/api", service));
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    events.stop();
    server.stop();
  }

  private BufferedReader listen(String query) throws Exception {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096); // so that a browser that does not read is soon full
    socket.connect(new java.net.InetSocketAddress("127.0.0.1", server.port()));
    sockets.add(socket);
    int before = events.listeners();
    String request = "GET /api/events%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(query);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    while (events.listeners() == before) {
      Thread.sleep(5);
    }
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String line(BufferedReader reader, String beginning) throws Exception {
    String line = reader.readLine();
    while (line != null && !line.startsWith(beginning)) {
      line = reader.readLine();
    }
    return String.valueOf(line);
  }

  @Test
  void everybodyHearsWhatIsForThem() throws Exception {
    BufferedReader a = listen("?run=a");
    BufferedReader b = listen("?run=b");
    BufferedReader list = listen("");
    events.publish("a", "step", Map.of("n", 1), false);
    events.publish("b", "step", Map.of("n", 2), false);
    events.publish("a", "run", Map.of("n", 3), true);
    assertThat(line(a, "data")).contains("1");
    assertThat(line(a, "data")).contains("3");
    assertThat(line(b, "data")).contains("2");
    assertThat(line(list, "data")).contains("3");
  }

  /**
   * One browser never reads, and its socket fills up. Publishing does not wait for it, another
   * browser hears everything in order, and when the first reads at last, it is told how much it
   * missed and gets what is newest.
   */
  @Test
  void aStalledBrowserHoldsNobodyUp() throws Exception {
    BufferedReader stalled = listen("?run=x");
    String padding = "p".repeat(4000); // 80 MB in all, more than any socket holds
    for (int i = 1; i <= MANY; i++) {
      events.publish("x", "step", Map.of("n", i, "padding", padding), false);
    }
    BufferedReader lively = listen("?run=x");
    events.publish("x", "last", Map.of("n", "end"), false);
    assertThat(line(lively, "event:last")).isEqualTo("event:last");

    long seen = 0;
    long dropped = 0;
    String name = "";
    while (!name.equals("last")) {
      String line = stalled.readLine();
      if (line.startsWith("event:")) {
        name = line.substring("event:".length());
        seen += name.equals("step") ? 1 : 0;
      } else if (line.startsWith("data:") && name.equals("dropped")) {
        dropped += Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    assertThat(dropped).isPositive();
    assertThat(seen + dropped).isEqualTo(MANY);
  }

  @Test
  void thePagesThatListenAreCounted() throws Exception {
    for (int i = 0; i < 32; i++) {
      listen("");
    }
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
      assertThat(in.readLine()).contains("503");
    }
    // Those that go away are found out when they are told something.
    for (Socket socket : sockets) {
      socket.close();
    }
    while (events.listeners() > 0) {
      events.publish("x", "run", Map.of("n", 1), true);
      Thread.sleep(50);
    }
  }
}
