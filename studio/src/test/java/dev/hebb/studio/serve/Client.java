package dev.hebb.studio.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a server as a program would, and as no decent program would. */
record Client(int port, HttpClient http) {
  private static final JsonMapper JSON = new JsonMapper();

  /** One with connections of its own. */
  Client(int port) {
    this(port, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  /** An answer with its body read as JSON where it is that. */
  record Reply(int status, HttpResponse<byte[]> response) {
    JsonNode json() {
      return JSON.readTree(response.body());
    }

    String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    JsonNode prediction(int i) {
      return json().at("/predictions/" + i);
    }

    String error() {
      return json().path("error").asString();
    }
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(60));
  }

  Reply send(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofByteArray());
      return new Reply(response.statusCode(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Reply get(String path) {
    return send(to(path).build());
  }

  Reply post(String path, String type, byte[] body) {
    return send(
        to(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)).build());
  }

  /** Asks for predictions with a JSON body. */
  Reply predict(String json) {
    return post("/v1/predict", "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** A connection on which anything can be written; reading waits for up to 30 s. */
  Socket connect() {
    try {
      var socket = new Socket("localhost", port);
      socket.setSoTimeout(30_000);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes exactly this and returns all that comes back until the server closes; nothing if it
   * closes while this still writes.
   */
  String raw(String request) {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
