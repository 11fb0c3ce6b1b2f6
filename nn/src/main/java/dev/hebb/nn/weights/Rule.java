package dev.hebb.nn.weights;

import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/**
 * How one variable is made.
 *
 * @param variable its name behind the part's: {@code w}
 * @param sources the tensors' names behind the module's: {@code weight}
 * @param change makes the variable's value of them
 */
record Rule(String variable, List<String> sources, Function<List<Tensor>, Tensor> change) {
  static Rule same(String variable, String source) {
    return new Rule(variable, List.of(source), List::getFirst);
  }

  static Rule of(String variable, String source, Function<Tensor, Tensor> change) {
    return new Rule(variable, List.of(source), in -> change.apply(in.getFirst()));
  }
}
