package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;

/**
 * Muon: the momentum of a matrix made (nearly) orthogonal, so that a step changes what the matrix
 * does by the same amount in all directions (Jordan et al., 2024). m ← μm + (1 − μ)g; d = (1 − μ)g
 * + μm; w ← (1 − ηλ)w − η·√max(1, a/b)·O(d), where O replaces the singular values by about 1 with
 * five steps of X ← pX + (qA + rA²)X, A = XXᵀ, from X = d/‖d‖.
 *
 * <p>It is for the matrices inside a network. Kernels of convolutions are taken as matrices
 * [outputs, rest]; vectors and scalars follow the other rule.
 *
 * @param tuning learning rate η, schedule and clipping
 * @param momentum μ in [0, 1)
 * @param weightDecay λ ≥ 0, not part of the gradient
 * @param others the rule of what is no matrix, with its own rate
 */
public record Muon(Tuning tuning, double momentum, double weightDecay, Optimizer others)
    implements Tuned<Muon> {
  private static final int STEPS = 5;
  private static final double P = 3.4445;
  private static final double Q = -4.7750;
  private static final double R = 2.0315;

  /** Checks the ranges. */
  public Muon {
    Tuning.checkRate("momentum", momentum);
    Tuning.check("weight decay", weightDecay >= 0, weightDecay);
    Tuning.checkNoNorm("the rule for what is no matrix", others);
  }

  /** With μ 0.95 and λ 0.1; {@link AdamW} of the same rate for what is no matrix. */
  public static Muon of(double lr) {
    return new Muon(Tuning.of(lr), 0.95, 0.1, AdamW.of(lr));
  }

  /** With another momentum. */
  public Muon momentum(double mu) {
    return new Muon(tuning, mu, weightDecay, others);
  }

  /** With another decay of matrices. */
  public Muon weightDecay(double lambda) {
    return new Muon(tuning, momentum, lambda, others);
  }

  /** With another rule for what is no matrix. */
  public Muon others(Optimizer rule) {
    return new Muon(tuning, momentum, weightDecay, rule);
  }

  @Override
  public Muon tuning(Tuning t) {
    return new Muon(t, momentum, weightDecay, others);
  }

  @Override
  public Optimizer ruleFor(Variable param) {
    return param.shape().rank() < 2 ? others.ruleFor(param) : this;
  }

  @Override
  public List<String> moments() {
    return List.of("m");
  }

  @Override
  public Tensor next(Update u) {
    Tensor m = Moments.mean(u, 0, momentum, u.grad());
    Tensor d = u.grad().mul(1 - momentum).add(m.mul(momentum));
    int rows = d.dim(0);
    int columns = d.shape().drop(1).size();
    Tensor o = orthogonal(d.reshape(rows, columns)).reshape(d.shape().dims());
    double scale = Math.sqrt(Math.max(1, (double) rows / Math.max(1, columns)));
    return u.shrunk(weightDecay).sub(u.step(o).mul(scale));
  }

  private static Tensor orthogonal(Tensor g) {
    boolean isTall = g.dim(0) > g.dim(1);
    Tensor x = isTall ? g.permute(1, 0) : g;
    x = x.div(Moments.norm(x).maximum(1e-7));
    for (int i = 0; i < STEPS; i++) {
      Tensor a = x.matmul(x.permute(1, 0));
      x = x.mul(P).add(a.mul(Q).add(a.matmul(a).mul(R)).matmul(x));
    }
    return isTall ? x.permute(1, 0) : x;
  }
}
