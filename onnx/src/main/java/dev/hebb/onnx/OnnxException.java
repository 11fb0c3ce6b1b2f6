package dev.hebb.onnx;

import dev.hebb.tensor.HebbException;

/** What is wrong with an ONNX file, or with what it was asked; says where and what helps. */
public class OnnxException extends HebbException {
  private static final long serialVersionUID = 1L;

  /** An error with a message that a user can act on. */
  public OnnxException(String message) {
    super(message);
  }

  /** The same, with the failure that caused it. */
  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
