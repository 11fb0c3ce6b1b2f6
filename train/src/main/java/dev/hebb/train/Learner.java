package dev.hebb.train;

import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Averaged;
import dev.hebb.nn.optim.Averaging;
import dev.hebb.nn.optim.Bound;
import dev.hebb.nn.optim.GradientSum;
import dev.hebb.nn.optim.Regularizer;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.train.data.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is compiled: forward, backward, update, and what belongs to an update. */
final class Learner {
  private final Learning how;
  private final Net net;
  private final Bound optimizer;
  private final @Nullable GradientSum sum;
  private final @Nullable Averaged average;
  private final Step updating = Step.of(true, in -> record(in.get(0), in.get(1), true));
  private final Step collecting = Step.of(true, in -> record(in.get(0), in.get(1), false));
  private @Nullable Step last;

  Learner(Learning how) {
    this.how = how;
    this.net = how.net();
    this.optimizer = how.optimizer().bind(net.params());
    this.sum = how.accumulate() > 1 ? GradientSum.of(net.params()) : null;
    Averaging averaging = how.averaging();
    this.average = averaging == null ? null : averaging.bind(net.variables());
  }

  /** Loss, predictions and learning rate. The reported loss is without penalties. */
  private List<Tensor> record(Tensor x, Tensor y, boolean updates) {
    Tensor predictions = net.forward(x);
    Tensor loss = how.loss().of(predictions, y);
    List<Tensor> results = List.of(loss, predictions, rate());
    Tensor aim = loss;
    for (Regularizer r : how.regularizers()) {
      aim = aim.add(r.penalty(net.params()));
    }
    List<Tensor> gradients = aim.grad(net.params());
    if (sum != null) {
      sum.add(gradients, x.dim(0));
    }
    if (updates) {
      optimizer.update(sum == null ? gradients : sum.take());
      how.regularizers().forEach(r -> r.constrain(net.params()));
      if (average != null) {
        average.update();
      }
    }
    return results;
  }

  /** The learning rate of a step, as an expression of the optimiser's variables. */
  private Tensor rate() {
    Tensor done = optimizerVariable("t").cast(DType.FLOAT64);
    return optimizerVariable("lr").mul(how.optimizer().tuning().schedule().factor(done));
  }

  private Tensor optimizerVariable(String name) {
    return optimizer.variables().stream()
        .filter(v -> v.name().equals(name))
        .findFirst()
        .orElseThrow()
        .tensor();
  }

  /**
   * Learns from one batch.
   *
   * @param number how many batches were learned from before; random numbers depend on it
   * @param isLast whether no other batch of the epoch follows, so that an update must
   * @return loss, predictions and learning rate
   */
  List<Tensor> learn(Batch batch, long number, boolean isLast) {
    boolean updates = isLast || (batch.index() + 1) % how.accumulate() == 0;
    Step step = updates ? updating : collecting;
    if (step != last) {
      step.counter().set(Tensor.of(new long[] {number}, Shape.of()));
      last = step;
    }
    return step.runAll(batch.x(), batch.y());
  }

  /** Runs the body with averaged weights, if there are any. */
  <T> T averaged(Supplier<T> body) {
    return average == null ? body.get() : average.during(body);
  }

  /** Leaves the averaged weights in the network, if there are any. */
  void settle() {
    if (average != null) {
      average.apply();
    }
  }

  /** Whether running statistics have to be measured anew for the averaged weights. */
  boolean needsCalibration() {
    Averaging averaging = how.averaging();
    return averaging != null && averaging.needsCalibration();
  }

  /** Changes the base learning rate. */
  void rate(double base) {
    optimizer.lr(base);
  }

  /** Multiplies the base learning rate. */
  void scaleRate(double factor) {
    optimizer.scale(factor);
  }

  /** All that must be saved beside the network to continue exactly. */
  List<Variable> variables() {
    List<Variable> all = new ArrayList<>(optimizer.variables());
    if (sum != null) {
      all.addAll(sum.variables());
    }
    if (average != null) {
      all.addAll(average.variables());
    }
    return all;
  }
}
