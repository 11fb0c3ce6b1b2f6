package dev.hebb.studio.playground;

import dev.hebb.studio.web.ApiException;
import dev.hebb.studio.web.Json;
import dev.hebb.studio.web.Watchdog;
import io.helidon.http.HeaderNames;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The playground's part of the API, under {@code /api/playground}. */
public final class PlaygroundRoutes implements HttpService {
  /** How often a stream without news says that it is still there, and so finds who has left. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  private final Playgrounds playgrounds = new Playgrounds(System::nanoTime);

  /** Which scene to show. */
  record SceneRequest(String scene) {
    SceneRequest {
      Settings.present("scene", scene);
    }
  }

  /** Points of one's own. */
  record CsvRequest(String csv) {
    CsvRequest {
      Settings.present("csv", csv);
    }
  }

  /**
   * How to go on.
   *
   * @param action run, pause or step
   * @param speed steps a second, for run
   * @param steps how many, for step
   */
  record Control(String action, @Nullable Integer speed, @Nullable Integer steps) {
    Control {
      Settings.present("action", action);
    }
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/options", (_, response) -> Json.send(response, Options.all()))
        .post("/", (request, response) -> Json.send(response, open(request)))
        .get("/{id}", answer(Session::now))
        .post("/{id}/settings", this::change)
        .post("/{id}/scene", this::show)
        .post("/{id}/csv", this::load)
        .post("/{id}/control", this::control)
        .get("/{id}/arithmetic", this::arithmetic)
        .get("/{id}/java", this::java)
        .get("/{id}/onnx", this::onnx)
        .get("/{id}/frames", this::frames);
  }

  private Session.State open(ServerRequest request) {
    SceneRequest body = Json.body(request, SceneRequest.class);
    return playgrounds.open(Scenes.get(body.scene)).now();
  }

  private Handler answer(Function<Session, Object> answer) {
    return (request, response) -> Json.send(response, answer.apply(session(request)));
  }

  private Session session(ServerRequest request) {
    return playgrounds.get(request.path().pathParameters().get("id"));
  }

  private void change(ServerRequest request, ServerResponse response) {
    Json.send(response, session(request).change(Json.body(request, Settings.class)));
  }

  private void show(ServerRequest request, ServerResponse response) {
    Scene scene = Scenes.get(Json.body(request, SceneRequest.class).scene);
    Json.send(response, session(request).show(scene));
  }

  private void load(ServerRequest request, ServerResponse response) {
    OwnPoints points = OwnPoints.read(Json.body(request, CsvRequest.class).csv);
    Json.send(response, session(request).load(points));
  }

  private void control(ServerRequest request, ServerResponse response) {
    Session session = session(request);
    Control body = Json.body(request, Control.class);
    int speed = body.speed == null ? session.now().update().speed() : body.speed;
    Json.send(
        response,
        switch (body.action) {
          case "run" -> session.run(true, speed).update();
          case "pause" -> session.run(false, speed).update();
          case "step" -> session.step(body.steps == null ? 1 : body.steps).update();
          default -> throw ApiException.wrong("the action is one of run, pause and step");
        });
  }

  private void arithmetic(ServerRequest request, ServerResponse response) {
    String point = request.query().first("point").orElse("0");
    if (!point.matches("\\d{1,6}")) {
      throw ApiException.wrong("point is the number of a point, such as 12");
    }
    Json.send(response, session(request).arithmetic(Integer.parseInt(point)));
  }

  private void java(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "text/x-java-source; charset=utf-8");
    download(response, "Playground.java", session(request).java().getBytes(StandardCharsets.UTF_8));
  }

  private void onnx(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream");
    download(response, "playground.onnx", session(request).onnx());
  }

  private static void download(ServerResponse response, String file, byte[] content) {
    response
        .header(HeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"" + file + "\"")
        .send(content);
  }

  /** Sends each update that the browser has time for. */
  private void frames(ServerRequest request, ServerResponse response) {
    Session session = session(request);
    session.watch();
    Watchdog.release(request);
    try (SseSink sink = response.sink(SseSink.TYPE)) {
      long seen = 0;
      while (!session.isClosed()) {
        Session.Update update = session.await(seen, HEARTBEAT);
        if (update == null) {
          sink.emit(SseEvent.builder().name("alive").data("{}").build());
        } else {
          seen = update.sequence();
          sink.emit(SseEvent.builder().name("update").data(Json.text(update)).build());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server stops
    } finally {
      session.leave();
    }
  }
}
