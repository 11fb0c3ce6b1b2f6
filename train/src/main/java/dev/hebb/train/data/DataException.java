package dev.hebb.train.data;

import dev.hebb.tensor.HebbException;

/**
 * Data that cannot be used: a file that is missing, damaged or not what its name says, a column
 * that does not exist, a label out of range. The message names the file, the line or byte, and the
 * fix. It is the only exception that the readers of this package throw for bad input.
 */
public final class DataException extends HebbException {
  private static final long serialVersionUID = 1L;

  /** An error with a message that a user can act on. */
  public DataException(String message) {
    super(message);
  }

  /** The same, with the failure that caused it. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
