package dev.hebb.studio.serve;

import dev.hebb.tensor.HebbException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that gets no prediction: the HTTP status, and a sentence that says what to change. */
final class Refusal extends HebbException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String field;
  private final @Nullable Duration retryAfter;

  private Refusal(
      int status, String message, @Nullable String field, @Nullable Duration retryAfter) {
    super(message);
    this.status = status;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  /** The request itself is wrong; it will be refused again if it comes again. */
  static Refusal of(int status, String message) {
    return new Refusal(status, message, null, null);
  }

  /**
   * A part of the body is wrong.
   *
   * @param field where in the body: {@code inputs[2].age}
   */
  static Refusal at(String field, @Nullable String message) {
    return new Refusal(400, field + ": " + message, field, null);
  }

  /** The server has too much to do; the same request may come again later. */
  static Refusal busy(String message) {
    return new Refusal(503, message, null, Duration.ofSeconds(1));
  }

  int status() {
    return status;
  }

  @Nullable String field() {
    return field;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
