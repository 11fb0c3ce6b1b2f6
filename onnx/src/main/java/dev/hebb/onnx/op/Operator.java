package dev.hebb.onnx.op;

import java.util.List;

/** What a node computes. */
@FunctionalInterface
public interface Operator {
  /** The values of the node's outputs; those at the end that nobody wants may be missing. */
  List<Value> apply(Call call);
}
