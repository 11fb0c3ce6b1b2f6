package dev.hebb.nn.optim;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.List;

/**
 * Adafactor: Adam's mean of squared gradients kept only as its rows' and columns' means, so that
 * the state of a matrix [a, b] takes a + b numbers (Shazeer and Stern, 2018). β = 1 − t^−decay; V ←
 * βV + (1 − β)g², of which r and c are the means along the last axis and the one before; V̂ = r·c /
 * mean(r); d = g / √V̂, divided by max(1, RMS(d)/threshold); w ← (1 − ηλ)w − max(ε, RMS(w))·min(η,
 * 1/√t)·d. Vectors keep all of V.
 *
 * @param tuning the largest relative step η, schedule and clipping
 * @param decay how fast V learns to forget, in (0, 1]
 * @param epsilon the smallest size a parameter is taken to have, positive
 * @param threshold the largest root mean square of d, positive
 * @param weightDecay λ ≥ 0, not part of the gradient
 */
public record Adafactor(
    Tuning tuning, double decay, double epsilon, double threshold, double weightDecay)
    implements Tuned<Adafactor> {
  private static final double TINY = 1e-30; // a gradient of zeros leaves the parameter as it is

  /** Checks the ranges. */
  public Adafactor {
    Tuning.check("decay", decay > 0 && decay <= 1, decay);
    Tuning.check("epsilon", epsilon > 0, epsilon);
    Tuning.check("threshold", threshold > 0, threshold);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
  }

  /** With decay 0.8, ε 1e-3, threshold 1 and λ 0. */
  public static Adafactor of(double lr) {
    return new Adafactor(Tuning.of(lr), 0.8, 1e-3, 1, 0);
  }

  /** With weights pulled toward 0. */
  public Adafactor weightDecay(double lambda) {
    return new Adafactor(tuning, decay, epsilon, threshold, lambda);
  }

  @Override
  public Adafactor tuning(Tuning t) {
    return new Adafactor(t, decay, epsilon, threshold, weightDecay);
  }

  @Override
  public List<String> moments() {
    return List.of("rows", "columns");
  }

  /** Of a matrix, the means of its rows and columns; of a vector all of V, and nothing. */
  @Override
  public Shape momentShape(String moment, Shape param) {
    boolean isRows = moment.equals("rows");
    if (param.rank() < 2) {
      return isRows ? param : Shape.of().as(param.dtype());
    }
    return param.with(isRows ? param.rank() - 1 : param.rank() - 2, 1);
  }

  @Override
  public Tensor next(Update u) {
    Tensor beta = u.scalar(u.t().log().mul(-decay).exp().neg().add(1));
    Tensor square = u.grad().square().add(TINY);
    int rank = u.param().rank();
    Tensor v;
    if (rank < 2) {
      v = mean(u, 0, beta, square);
    } else {
      Tensor rows = mean(u, 0, beta, along(square, rank - 1));
      Tensor columns = mean(u, 1, beta, along(square, rank - 2));
      v = rows.div(along(rows, rank - 2)).mul(columns);
    }
    Tensor d = u.grad().div(v.sqrt());
    Tensor limited = d.div(rms(d).div(threshold).maximum(1));
    Tensor relative = u.rate().minimum(u.t().sqrt().reciprocal());
    Tensor size = rms(u.param()).maximum(epsilon).mul(u.scalar(relative));
    return u.shrunk(weightDecay).sub(limited.mul(size));
  }

  private static Tensor mean(Update u, int moment, Tensor beta, Tensor value) {
    return u.set(moment, u.get(moment).mul(beta).add(value.mul(beta.neg().add(1))));
  }

  private static Tensor along(Tensor x, int axis) {
    return x.mean(axis).keepDims(x, axis);
  }

  private static Tensor rms(Tensor x) {
    return x.square().mean().sqrt();
  }
}
