package dev.hebb.nn.optim;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradients of several small batches added up, so that one update follows them as it would follow
 * one large batch that does not fit into memory. Each batch counts by its number of examples, so
 * for losses that are means over examples the result is the large batch's, but for rounding.
 *
 * <pre>{@code
 * var sum = GradientSum.of(net.params());
 * var small = trainStep((x, y) -> {
 *   var loss = net.forward(x).crossEntropy(y);
 *   sum.add(loss.grad(net.params()), x.dim(0));
 *   return loss;
 * });
 * // after some of these, in a step of its own or in the last of them:
 * opt.update(sum.take());
 * }</pre>
 */
public final class GradientSum {
  private final List<Variable> params;
  private final List<Variable> sums;
  private final Variable examples;

  private GradientSum(List<Variable> params) {
    this.params = List.copyOf(params);
    this.sums = params.stream().map(p -> Variable.zeros("sum." + p.name(), p.shape())).toList();
    this.examples = Variable.of("sum.examples", Tensor.of(new long[] {0}, Shape.of()));
  }

  /** For the gradients of these parameters; at first zero. */
  public static GradientSum of(List<Variable> params) {
    return new GradientSum(params);
  }

  /**
   * Adds the gradients of a batch.
   *
   * @param grads one for each parameter, of its shape
   * @param batch how many examples the batch has
   * @throws ShapeError if they do not belong to the parameters
   */
  public void add(List<Tensor> grads, int batch) {
    if (grads.size() != params.size()) {
      throw new ShapeError(
          "GradientSum: made for %d parameters, got %d gradients"
              .formatted(params.size(), grads.size()));
    }
    for (int i = 0; i < sums.size(); i++) {
      Variable sum = sums.get(i);
      if (!grads.get(i).shape().equals(sum.shape())) {
        throw new ShapeError(
            "GradientSum: the gradient of %s has shape %s"
                .formatted(params.get(i), grads.get(i).shape()));
      }
      sum.set(sum.tensor().add(grads.get(i).mul(batch)));
    }
    examples.set(examples.tensor().add(batch));
  }

  /** The mean gradients of all examples since the last call; the sums start from zero again. */
  public List<Tensor> take() {
    Tensor all = examples.tensor().cast(DType.FLOAT64);
    List<Tensor> means = new ArrayList<>();
    for (Variable sum : sums) {
      means.add(sum.tensor().div(all.cast(sum.shape().dtype())));
      sum.set(Tensor.full(sum.shape(), 0));
    }
    examples.set(Tensor.full(examples.shape(), 0));
    return means;
  }

  /** All that must be saved to continue exactly. */
  public List<Variable> variables() {
    List<Variable> all = new ArrayList<>(sums);
    all.add(examples);
    return all;
  }
}
