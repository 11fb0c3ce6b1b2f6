package dev.hebb.studio.inside;

import dev.hebb.nn.Net;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All variables of a network at one moment; training does not touch them any more.
 *
 * @param step the steps taken by then
 * @param values by the variables' names
 */
record Weights(long step, Map<String, Tensor> values) {
  /** Those of now. In the thread that trains they all belong to the same step. */
  static Weights of(Net net, long step) {
    var values = new LinkedHashMap<String, Tensor>();
    for (Variable v : net.variables()) {
      values.put(v.name(), v.value());
    }
    return new Weights(step, values);
  }
}
