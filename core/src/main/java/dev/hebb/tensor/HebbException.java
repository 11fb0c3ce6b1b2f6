package dev.hebb.tensor;

/**
 * What Hebb throws when a program asks for something wrong: the message says what, where, and the
 * fix.
 */
public class HebbException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with a message that a user can act on. */
  public HebbException(String message) {
    super(message);
  }

  /** The same, with the failure that caused it. */
  public HebbException(String message, Throwable cause) {
    super(message, cause);
  }
}
