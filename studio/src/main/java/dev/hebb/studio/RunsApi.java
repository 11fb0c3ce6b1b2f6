package dev.hebb.studio;

import dev.hebb.studio.inside.Answers;
import dev.hebb.studio.inside.Pictures;
import dev.hebb.studio.inside.Stored;
import dev.hebb.studio.inside.Subject;
import dev.hebb.studio.runs.Entry;
import dev.hebb.studio.runs.RunStore;
import dev.hebb.studio.runs.RunView;
import dev.hebb.studio.web.ApiException;
import dev.hebb.studio.web.Events;
import dev.hebb.studio.web.Json;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The part of the API that is about runs; docs/studio-api.md describes it. */
final class RunsApi implements HttpService, Recorder.Runs {
  private static final int POINTS = 2000;
  private static final int MOST_POINTS = 20_000;
  private static final int MOMENTS = 100;
  private static final int MOST_MOMENTS = 1000;
  private static final int KEPT_SUBJECTS = 4;

  private final RunStore store;
  private final Events events;
  private final Map<String, Recorder> recorders = new ConcurrentHashMap<>();
  private final Map<String, Kept> subjects =
      new LinkedHashMap<>(8, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > KEPT_SUBJECTS;
        }
      };

  /** A network that was read from a file, and when the file was written. */
  private record Kept(Subject subject, long written) {}

  RunsApi(RunStore store, Events events) {
    this.store = store;
    this.events = events;
  }

  @Override
  public void add(Recorder recorder) {
    recorders.put(recorder.id(), recorder);
  }

  @Override
  public void remove(Recorder recorder) {
    recorders.remove(recorder.id());
    store.release(recorder.id());
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/runs", this::list)
        .get("/runs/{id}", (q, r) -> Json.send(r, view(q).details()))
        .delete("/runs/{id}", this::delete)
        .post("/runs/{id}/restore", this::restore)
        .post("/runs/{id}/control", this::control)
        .get("/runs/{id}/series", this::series)
        .get("/runs/{id}/inside", this::inside)
        .get("/runs/{id}/pictures", this::pictures)
        .post("/runs/{id}/pictures", this::drawnPictures)
        .get(
            "/runs/{id}/predictions",
            (q, r) -> Json.send(r, Stored.predictions(store.folder(id(q)))))
        .post("/runs/{id}/predict", this::predict)
        .get("/events", this::listen);
  }

  private static String id(ServerRequest request) {
    return request.path().pathParameters().get("id");
  }

  private RunView view(ServerRequest request) {
    return store.view(id(request));
  }

  private void list(ServerRequest request, ServerResponse response) {
    String search = text(request, "search", "").strip().toLowerCase(Locale.ROOT);
    List<Map<?, ?>> runs =
        store.summaries().stream()
            .filter(run -> run.toString().toLowerCase(Locale.ROOT).contains(search))
            .toList();
    Json.send(response, Map.of("runs", runs));
  }

  private void delete(ServerRequest request, ServerResponse response) {
    String id = id(request);
    store.delete(id);
    recorders.remove(id);
    Json.send(response, Map.of("deleted", id));
  }

  private void restore(ServerRequest request, ServerResponse response) {
    store.restore(id(request));
    Json.send(response, view(request).summary());
  }

  /** What the page asks a run to do. */
  record Steering(@Nullable String action, @Nullable Double value) {}

  private void control(ServerRequest request, ServerResponse response) {
    Steering wish = Json.body(request, Steering.class);
    Recorder recorder = recorders.get(id(request));
    if (recorder == null) {
      Entry.Started started = view(request).started();
      String link = started == null ? null : started.owner().link();
      throw ApiException.conflict(
          view(request).isOver()
              ? "the run is over; there is nothing left to steer"
              : "another process trains this run: steer it at "
                  + (link == null ? "its own page" : link));
    }
    Double value = wish.value();
    Json.send(
        response,
        recorder.steer(
            wish.action() == null ? "" : wish.action(),
            value == null || value.isNaN() ? null : value));
  }

  private void series(ServerRequest request, ServerResponse response) {
    String names = text(request, "names", "");
    Set<String> chosen = names.isEmpty() ? Set.of() : Set.of(names.split(",", 64));
    int max = number(request, "max", POINTS, 2, MOST_POINTS);
    Recorder recorder = recorders.get(id(request));
    Json.send(
        response,
        Map.of(
            "series",
            view(request).series(chosen, max),
            "dropped",
            recorder == null ? 0 : recorder.lost()));
  }

  private void inside(ServerRequest request, ServerResponse response) {
    int max = number(request, "max", MOMENTS, 1, MOST_MOMENTS);
    Json.send(response, Map.of("layers", InsideJson.layers(view(request), max)));
  }

  private void pictures(ServerRequest request, ServerResponse response) {
    Subject subject = subject(request);
    String layer = text(request, "layer", "");
    List<?> pictures =
        switch (text(request, "what", "filters")) {
          case "filters" -> Pictures.filters(subject, layer);
          case "maps" -> {
            int example = number(request, "example", 0, 0, Integer.MAX_VALUE);
            yield Pictures.maps(subject, layer, Pictures.input(subject, example));
          }
          case "exciting" ->
              Pictures.exciting(subject, layer, number(request, "unit", 0, 0, Integer.MAX_VALUE));
          case "examples" -> Pictures.examples(subject);
          default -> throw ApiException.wrong("what: filters, maps, exciting or examples");
        };
    Json.send(response, Map.of("pictures", pictures));
  }

  private void drawnPictures(ServerRequest request, ServerResponse response) {
    Subject subject = subject(request);
    Answers.Question question = Json.body(request, Answers.Question.class);
    Json.send(
        response,
        Map.of(
            "pictures",
            Pictures.maps(
                subject, text(request, "layer", ""), Answers.encoded(subject, question))));
  }

  private void predict(ServerRequest request, ServerResponse response) {
    Answers.Question question = Json.body(request, Answers.Question.class);
    Json.send(response, Answers.answer(subject(request), question));
  }

  /** The network as it is now, if it is trained here; else as it was kept. */
  private Subject subject(ServerRequest request) {
    String id = id(request);
    Recorder recorder = recorders.get(id);
    if (recorder != null) {
      return recorder.inspector().subject();
    }
    long written = Stored.written(store.folder(id));
    synchronized (subjects) {
      Kept kept = subjects.get(id);
      if (kept == null || kept.written() != written) {
        kept = new Kept(Stored.subject(store.folder(id)), written);
        subjects.put(id, kept);
      }
      return kept.subject();
    }
  }

  private void listen(ServerRequest request, ServerResponse response) {
    String run = request.query().first("run").orElse(null);
    events.serve(request, response, run, run == null ? null : store.view(run).summary());
  }

  private static String text(ServerRequest request, String name, String otherwise) {
    return request.query().first(name).orElse(otherwise);
  }

  private static int number(
      ServerRequest request, String name, int otherwise, int least, int most) {
    String value = text(request, name, Integer.toString(otherwise));
    try {
      return Math.clamp(Integer.parseInt(value), least, most);
    } catch (NumberFormatException e) {
      throw ApiException.wrong("%s=%s is not a whole number".formatted(name, value));
    }
  }
}
