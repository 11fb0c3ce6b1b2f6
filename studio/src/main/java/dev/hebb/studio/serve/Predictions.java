package dev.hebb.studio.serve;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpMediaType;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;

/** Answers {@code POST /v1/predict}. */
final class Predictions {
  private static final HeaderName VERSION = HeaderNames.create("X-Model-Version");

  private final Current current;
  private final Batcher batcher;
  private final Bodies bodies;
  private final Limits limits;
  private final Meters meters;

  /** Decoded pictures are large: no more at once than there are processors to decode them. */
  private final Semaphore decoders = new Semaphore(Runtime.getRuntime().availableProcessors());

  Predictions(Current current, Batcher batcher, Limits limits, Meters meters) {
    this.current = current;
    this.batcher = batcher;
    this.bodies = new Bodies(limits.maxBody());
    this.limits = limits;
    this.meters = meters;
  }

  void handle(ServerRequest request, ServerResponse response) {
    long start = System.nanoTime();
    long deadline = start + limits.maxTime().toNanos();
    // One model for the whole request, whatever is loaded meanwhile.
    Served model = current.served();
    String type = type(request, model);
    float[][] rows;
    try (Bodies.Body body = bodies.read(request, deadline)) {
      batcher.decodes();
      try {
        rows = decode(type, body.bytes(), model);
      } finally {
        batcher.decoded();
      }
    }
    var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    float[][] answers = batcher.predict(model, rows, left);
    response.header(VERSION, model.version());
    boolean asArray =
        request.headers().acceptedTypes().stream()
            .anyMatch(accepted -> accepted.mediaType().text().equals(MediaTypes.NPY));
    response.header(HeaderNames.CONTENT_TYPE, asArray ? MediaTypes.NPY : MediaTypes.JSON);
    response.send(asArray ? NpyBody.write(answers) : Answers.json(model, answers));
    meters.prediction(System.nanoTime() - start);
  }

  private static String type(ServerRequest request, Served model) {
    String type =
        request
            .headers()
            .contentType()
            .map(HttpMediaType::mediaType)
            .map(t -> t.text().toLowerCase(Locale.ROOT))
            .orElse("nothing");
    if (!MediaTypes.accepted(model.signature()).contains(type)) {
      throw Refusal.of(
          415,
          "the body is said to be %s; send it with the header Content-Type: %s"
              .formatted(type, String.join(" or ", MediaTypes.accepted(model.signature()))));
    }
    return type;
  }

  private float[][] decode(String type, byte[] body, Served model) {
    var examples = new Examples(model.signature());
    int most = limits.examples(model.signature());
    decoders.acquireUninterruptibly();
    try {
      return switch (type) {
        case MediaTypes.JSON -> JsonBody.read(body, examples, most);
        case MediaTypes.NPY -> NpyBody.read(body, examples, most);
        default -> new float[][] {examples.picture(body, "body")};
      };
    } finally {
      decoders.release();
    }
  }
}
