package dev.hebb.studio.serve;

import dev.hebb.studio.web.ApiException;
import dev.hebb.studio.web.Json;
import dev.hebb.tensor.HebbException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The paths of the model server, and how each kind of failure is answered. */
final class Routes {
  /** Whoever starts and stops servers asks these without a token. */
  static final Set<String> OPEN = Set.of("/health", "/health/live", "/health/ready");

  private static final Logger LOG = LoggerFactory.getLogger("dev.hebb.serve");
  private static final String OTHER = "other";

  /** What is served under a path. */
  private record Route(Method method, Handler handler) {}

  private final Current current;
  private final Gate gate;
  private final Limits limits;
  private final Meters meters;
  private final Map<String, Route> routes;

  Routes(Current current, Predictions predictions, Gate gate, Limits limits, Meters meters) {
    this.current = current;
    this.gate = gate;
    this.limits = limits;
    this.meters = meters;
    this.routes =
        Map.of(
            "/v1/predict", new Route(Method.POST, within(predictions::handle)),
            "/v1/model", new Route(Method.GET, this::model),
            "/v1/reload", new Route(Method.POST, within(this::reload)),
            "/openapi.json", new Route(Method.GET, this::openApi),
            "/health", new Route(Method.GET, this::ready),
            "/health/ready", new Route(Method.GET, this::ready),
            "/health/live", new Route(Method.GET, this::live),
            "/metrics", new Route(Method.GET, this::metrics));
  }

  void addTo(HttpRouting.Builder routing) {
    routes.forEach((path, route) -> {
      routing.route(route.method(), path, route.handler());
      routing.any(path, (request, response) -> wrongMethod(route, request, response));
    });
    routing.error(Refusal.class, (_, response, e) -> refuse(response, e));
    routing.error(ApiException.class, (_, response, e) -> fail(response, e.status(), e));
    routing.error(HebbException.class, (_, response, e) -> fail(response, 400, e));
    routing.error(HttpException.class, (_, response, e) -> fail(response, e.status().code(), e));
    routing.error(Throwable.class, Routes::bug);
  }

  /** A filter that counts answers by path and status. */
  void count(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    String path = request.prologue().uriPath().path();
    // Anybody can make up paths; what is counted has few names.
    String name = routes.containsKey(path) ? path : OTHER;
    response.whenSent(() -> meters.request(name, response.status().code()));
    chain.proceed();
  }

  /** Counts as a request that is being answered, and is answered even if the server stops. */
  private Handler within(Handler handler) {
    return (request, response) -> {
      gate.enter();
      try {
        handler.handle(request, response);
      } finally {
        gate.leave();
      }
    };
  }

  private void model(ServerRequest request, ServerResponse response) {
    Json.send(response, Description.of(current.served(), current.problem(), limits));
  }

  private void reload(ServerRequest request, ServerResponse response) {
    try {
      Current.Outcome outcome = current.reload();
      Json.send(
          response, Map.of("version", outcome.model().version(), "changed", outcome.changed()));
    } catch (HebbException e) {
      fail(response, 409, e);
    }
  }

  private void openApi(ServerRequest request, ServerResponse response) {
    send(response, MediaTypes.JSON, OpenApi.json(current.served(), limits));
  }

  private void metrics(ServerRequest request, ServerResponse response) {
    send(response, Meters.CONTENT_TYPE, meters.text());
  }

  private void ready(ServerRequest request, ServerResponse response) {
    boolean isReady = gate.isOpen();
    Served model = current.served();
    Map<String, @Nullable Object> health = new LinkedHashMap<>();
    health.put("status", isReady ? "ready" : "stopping");
    health.put("model", model.name());
    health.put("version", model.version());
    health.put("problem", current.problem());
    response.status(isReady ? 200 : 503);
    Json.send(response, health);
  }

  private void live(ServerRequest request, ServerResponse response) {
    Json.send(response, Map.of("status", "live"));
  }

  private static void wrongMethod(Route route, ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.ALLOW, route.method().text());
    throw Refusal.of(
        405,
        "%s is asked with %s, not with %s"
            .formatted(
                request.path().path(), route.method().text(), request.prologue().method().text()));
  }

  private static void send(ServerResponse response, String type, byte[] content) {
    response
        .header(HeaderNames.CONTENT_TYPE, type)
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .send(content);
  }

  private static void refuse(ServerResponse response, Refusal refusal) {
    Duration after = refusal.retryAfter();
    if (after != null) {
      response.header(HeaderNames.RETRY_AFTER, Long.toString(after.toSeconds()));
    }
    var error = new LinkedHashMap<String, Object>();
    error.put("error", String.valueOf(refusal.getMessage()));
    if (refusal.field() != null) {
      error.put("field", refusal.field());
    }
    response.status(refusal.status());
    Json.send(response, error);
  }

  private static void fail(ServerResponse response, int status, Exception e) {
    response.status(status);
    Json.send(response, Map.of("error", String.valueOf(e.getMessage())));
  }

  private static void bug(ServerRequest request, ServerResponse response, Throwable e) {
    boolean isMemory = e instanceof OutOfMemoryError;
    LOG.warn("{} failed", request.prologue(), e);
    response.status(isMemory ? 503 : 500);
    Json.send(
        response,
        Map.of(
            "error",
            isMemory
                ? "there is not enough memory for this now: send fewer examples"
                : "an error of Hebb's own; the server's log says more"));
  }
}
