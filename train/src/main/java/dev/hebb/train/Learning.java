package dev.hebb.train;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Averaging;
import dev.hebb.nn.optim.Optimizer;
import dev.hebb.nn.optim.Regularizer;
import dev.hebb.tensor.HebbException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a network learns.
 *
 * @param accumulate how many batches an update follows
 * @param averaging how weights are averaged, if they are
 */
record Learning(
    Net net,
    Loss loss,
    Optimizer optimizer,
    int accumulate,
    @Nullable Averaging averaging,
    List<Regularizer> regularizers) {
  Learning {
    if (accumulate < 1) {
      throw new HebbException("accumulate(" + accumulate + "): an update follows at least 1 batch");
    }
    regularizers = List.copyOf(regularizers);
  }

  Learning accumulate(int batches) {
    return new Learning(net, loss, optimizer, batches, averaging, regularizers);
  }

  Learning averaging(Averaging rule) {
    return new Learning(net, loss, optimizer, accumulate, rule, regularizers);
  }

  Learning regularizers(List<Regularizer> all) {
    return new Learning(net, loss, optimizer, accumulate, averaging, all);
  }
}
