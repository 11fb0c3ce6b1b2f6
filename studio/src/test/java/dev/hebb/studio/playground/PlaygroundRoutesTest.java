package dev.hebb.studio.playground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.studio.web.Access;
import dev.hebb.studio.web.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The playground over HTTP. */
class PlaygroundRoutesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static Server server;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    server =
        Server.start(
            Access.of("127.0.0.1", null), 0, Map.of("/api/playground", new PlaygroundRoutes()));
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.stop();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.port() + "/api/playground" + path))
        .header("X-Hebb", "1");
  }

  private static HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode open(String scene) throws IOException, InterruptedException {
    HttpResponse<String> answer = post("", "{\"scene\": \"%s\"}".formatted(scene));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static void refused(HttpResponse<String> answer, int status, String sentence) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(JSON.readTree(answer.body()).get("error").stringValue()).contains(sentence);
  }

  @Test
  void stepsAndChanges() throws Exception {
    JsonNode state = open("xorTwo");
    String id = "/" + state.get("id").stringValue();
    JsonNode update =
        JSON.readTree(post(id + "/control", "{\"action\": \"step\", \"steps\": 7}").body());
    assertThat(update.at("/frame/step").intValue()).isEqualTo(7);
    assertThat(update.at("/frame/layers").size()).isEqualTo(2);

    ObjectNode settings = (ObjectNode) state.get("settings");
    ((ObjectNode) settings.at("/layout/hidden/0")).put("units", 6);
    JsonNode changed = JSON.readTree(post(id + "/settings", settings.toString()).body());
    assertThat(changed.at("/update/build").intValue()).isEqualTo(2);
    assertThat(changed.at("/update/frame/step").intValue()).isZero();
    assertThat(changed.at("/update/frame/layers/0/biases").size()).isEqualTo(6);
    assertThat(JSON.readTree(get(id).body())).isEqualTo(changed);
  }

  @Test
  void whatIsWrongIsToldInASentence() throws Exception {
    JsonNode state = open("xorTwo");
    String id = "/" + state.get("id").stringValue();
    ObjectNode settings = (ObjectNode) state.get("settings");
    ((ObjectNode) settings.at("/layout/hidden/0")).put("units", 99);
    refused(
        post(id + "/settings", settings.toString()),
        400,
        "units is 99, but has to lie between 1 and 12");
    refused(post(id + "/settings", "{}"), 400, "data is missing");
    refused(
        post(id + "/settings", "{\"data\": {\"points\": 50, \"noise\": 0, \"testShare\": 0.5}}"),
        400,
        "problem is missing");
    refused(post(id + "/csv", "{\"csv\": \"1,2\\n\"}"), 400, "line 1 has 2 value(s)");
    refused(post(id + "/csv", "{}"), 400, "csv is missing");
    refused(post(id + "/control", "{\"action\": \"fly\"}"), 400, "run, pause and step");
    refused(post(id + "/control", "{\"action\": \"run\", \"speed\": -5}"), 400, "speed");
    refused(post(id + "/scene", "{\"scene\": \"nowhere\"}"), 404, "there are spiral");
    refused(post(id + "/scene", "{}"), 400, "scene is missing");
    refused(post(id + "/control", "{}"), 400, "action is missing");
    refused(get(id + "/arithmetic?point=zwei"), 400, "number of a point");
    refused(get(id + "/arithmetic?point=9999"), 400, "from 0 to 399");
    refused(get("/nobody"), 404, "open a new one");
  }

  @Test
  void framesComeWhileItRuns() throws Exception {
    String id = "/" + open("xorTwo").get("id").stringValue();
    HttpResponse<InputStream> stream =
        client.send(request(id + "/frames").build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
    post(id + "/control", "{\"action\": \"run\", \"speed\": 1000}");
    long last = -1;
    long sequence = 0;
    try (var lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      while (last < 100) {
        String line = lines.readLine();
        assertThat(line).isNotNull();
        if (line.startsWith("data:") && line.contains("frame")) {
          JsonNode update = JSON.readTree(line.substring(5));
          assertThat(update.get("sequence").longValue()).isGreaterThan(sequence);
          sequence = update.get("sequence").longValue();
          last = update.at("/frame/step").longValue();
        }
      }
    }
  }

  @Test
  void theArithmeticAndTheProgram() throws Exception {
    String id = "/" + open("xorTwo").get("id").stringValue();
    JsonNode told = JSON.readTree(get(id + "/arithmetic?point=3").body());
    JsonNode unit = told.at("/layers/1/units/0");
    assertThat(unit.get("dJdz").doubleValue())
        .isEqualTo(unit.get("dJda").doubleValue() * unit.get("dadz").doubleValue());
    HttpResponse<String> program = get(id + "/java");
    assertThat(program.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"Playground.java\"");
    assertThat(program.body()).contains("dense(4).init(Init.glorotUniform()), activation(TANH)");
  }

  @Test
  void theOptionsHaveAllThatThePageNeeds() throws Exception {
    JsonNode options = JSON.readTree(get("/options").body());
    for (String name :
        new String[] {
          "features",
          "activations",
          "objectives",
          "rules",
          "starts",
          "penalties",
          "problems",
          "scenes"
        }) {
      assertThat(options.get(name).size()).as(name).isPositive();
    }
    assertThat(options.at("/limits/side").intValue()).isEqualTo(50);
  }
}
