package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.nn.Statistics;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Batch normalisation: y = scale · (x − μ) / √(σ² + ε) + shift for each channel (Ioffe and Szegedy,
 * 2015).
 *
 * <p>x is [n, channels] or [n, channels, …]. In training μ and σ² are the batch's, over all axes
 * but the channels', and the running ones move toward them: running ← (1 − momentum) · running +
 * momentum · batch, with the variance divided by its count less one. In evaluation μ and σ² are the
 * running ones. Scale and running variance start at 1, shift and running mean at 0.
 *
 * @param momentum the weight of the newest batch in the running statistics, in (0, 1]
 * @param epsilon what is added to the variance, positive
 */
public record BatchNorm(double momentum, double epsilon) implements Layer {
  /** Checks the ranges. */
  public BatchNorm {
    if (!(momentum > 0 && momentum <= 1) || !(epsilon > 0)) {
      throw new HebbException(
          "batchNorm: momentum must lie in (0, 1] and epsilon be positive, not %s and %s"
              .formatted(momentum, epsilon));
    }
  }

  /** With another weight of the newest batch. */
  public BatchNorm momentum(double newest) {
    return new BatchNorm(newest, epsilon);
  }

  /** With another number added to the variance. */
  public BatchNorm epsilon(double added) {
    return new BatchNorm(momentum, added);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() == 0) {
      throw p.mismatch(this, "at least a vector per example", in, "reshape(1)");
    }
    int channels = in.dim(0);
    Tensor scale = p.ones("scale", channels);
    Tensor shift = p.zeros("shift", channels);
    Variable mean = p.state("mean", Tensor.zeros(channels));
    Variable variance = p.state("variance", Tensor.ones(channels));
    int[] axes = IntStream.rangeClosed(0, in.rank()).filter(a -> a != 1).toArray();
    int[] column = new int[in.rank()]; // [channels, 1, 1] broadcasts over a batch of pictures
    Arrays.fill(column, 1);
    column[0] = channels;
    return Block.of(
        in.as(p.dtype()),
        x -> {
          Tensor mu = mean.tensor();
          Tensor var = variance.tensor();
          if (Mode.isTraining()) {
            mu = x.mean(axes);
            var = x.var(axes);
            track(mean, mu, 1);
            track(variance, var, unbiased(x, channels));
          }
          Tensor factor = scale.div(var.add(epsilon).sqrt());
          return x.sub(mu.reshape(column)).mul(factor.reshape(column)).add(shift.reshape(column));
        });
  }

  /** n / (n − 1) for the n numbers of each channel. */
  private static double unbiased(Tensor x, int channels) {
    int n = x.size() / channels;
    if (n < 2) {
      throw new ShapeError(
          "batchNorm: training needs at least two numbers in each channel, a batch "
              + x.shape()
              + " has "
              + n
              + "; use a larger batch");
    }
    return n / (n - 1.0);
  }

  private void track(Variable running, Tensor batch, double factor) {
    running.set(Statistics.moved(running.tensor(), batch.detach(), momentum, factor));
  }

  @Override
  public String toString() {
    return "BatchNorm";
  }
}
