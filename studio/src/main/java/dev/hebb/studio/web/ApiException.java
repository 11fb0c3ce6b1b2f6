package dev.hebb.studio.web;

import dev.hebb.tensor.HebbException;

/** A request that cannot be served: the status that says so, and a sentence that names the cure. */
public final class ApiException extends HebbException {
  private final int status;

  /**
   * An answer of this status.
   *
   * @param status 4xx or 5xx
   * @param sentence what is wrong and what to do
   */
  public ApiException(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  /** 400: the request is not what the address expects. */
  public static ApiException wrong(String sentence) {
    return new ApiException(400, sentence);
  }

  /** 404: what was asked for is not there. */
  public static ApiException missing(String sentence) {
    return new ApiException(404, sentence);
  }

  /** 409: it cannot be done in this state. */
  public static ApiException conflict(String sentence) {
    return new ApiException(409, sentence);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
