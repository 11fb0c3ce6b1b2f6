package dev.hebb.studio;

import dev.hebb.studio.web.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Asks a studio as its page does. */
final class Client {
  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;

  Client(Studio studio) {
    this.base = studio.link();
  }

  record Answer(int status, JsonNode json) {}

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer post(String path, String body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer delete(String path) {
    return send(request(path).DELETE());
  }

  /** Asks until the answer is as it should be. */
  JsonNode await(String path, Predicate<JsonNode> condition) {
    long end = System.nanoTime() + 60_000_000_000L;
    Answer answer = get(path);
    while (answer.status != 200 || !condition.test(answer.json)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still " + answer.status + ": " + answer.json);
      }
      sleep();
      answer = get(path);
    }
    return answer.json;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + "api/" + path)).header("X-Hebb", "1");
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> r = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(r.statusCode(), Json.read(r.body(), JsonNode.class));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
