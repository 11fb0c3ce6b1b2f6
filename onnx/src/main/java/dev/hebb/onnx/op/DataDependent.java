package dev.hebb.onnx.op;

import dev.hebb.onnx.OnnxException;

/** A shape, or another thing that must be known when a step is recorded, follows from data. */
public final class DataDependent extends OnnxException {
  private static final long serialVersionUID = 1L;

  DataDependent(String what) {
    super(
        what
            + " follows from data, which a recorded step does not know when it is recorded; run the"
            + " model outside of steps (OnnxModel.run does), or make it a constant");
  }
}
