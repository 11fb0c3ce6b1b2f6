package dev.hebb.nn.classic;

import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.nn.layer.RadialBasis;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Objects;

/**
 * The radial basis function network: bells around centres, and a weighted sum of them, y = Σₖ
 * wₖ·exp(−‖x − cₖ‖² / 2σ²) + b. Fitted in two parts, neither of which descends a gradient (Moody
 * and Darken, 1989): the centres by k-means, without looking at the targets; then the weights by
 * least squares, with one exact answer.
 *
 * <p>What it gives is an ordinary network. To learn the centres too, go on and train it.
 *
 * <pre>{@code
 * Net net = RbfNetwork.fit(x, y, 10, Seed.of(1));
 * Tensor centres = RbfNetwork.centres(net); // [10, in]
 * }</pre>
 */
public final class RbfNetwork {
  /** So little that it costs no accuracy, and enough to keep bells that overlap apart. */
  private static final double RIDGE = 1e-10;

  private RbfNetwork() {}

  /**
   * Fits a network.
   *
   * @param x examples [n, in], finite
   * @param y numbers to predict [n, out], finite
   * @param units how many bells, 1 to n
   * @param seed of k-means
   * @return {@code sequential(radialBasis(units, σ), dense(out))} in float64, where σ is the
   *     largest distance between two centres over √(2·units) (Haykin, 1994), or 1 for one centre
   */
  public static Net fit(Tensor x, Tensor y, int units, Seed seed) {
    int n = Rows.toLearn("RbfNetwork", x).length;
    if (y.rank() != 2 || Rows.toLearn("RbfNetwork", y).length != n) {
      throw new ShapeError(
          "RbfNetwork: examples %s need targets [%d, out], not %s"
              .formatted(x.shape(), n, y.shape()));
    }
    Tensor inputs = x.cast(DType.FLOAT64);
    Tensor centres = KMeans.fit(x, units, seed).centres();
    Net net =
        Layers.sequential(Layers.radialBasis(units, width(centres)), Layers.dense(y.dim(1)))
            .build(Shape.of(DType.FLOAT64, x.dim(1)), seed);
    net.variable("0.radialBasis.centres").set(centres);
    Tensor bells = bells(net, inputs).pad(1, 0, 1, 1);
    Tensor normal = bells.transpose().matmul(bells);
    Tensor ridge = Tensor.eye(units + 1).cast(DType.FLOAT64).mul(RIDGE * n);
    Tensor w =
        new Cholesky(normal.add(ridge), "RbfNetwork: the bells cannot be told apart; use fewer")
            .solve(bells.transpose().matmul(y.cast(DType.FLOAT64)));
    net.variable("1.dense.w").set(w.narrow(0, 0, units));
    net.variable("1.dense.b").set(w.narrow(0, units, 1).reshape(y.dim(1)));
    return net;
  }

  private static Tensor bells(Net net, Tensor x) {
    return Objects.requireNonNull(net.activations(x).get("0.radialBasis"));
  }

  private static double width(Tensor centres) {
    int k = centres.dim(0);
    double farthest =
        centres.unsqueeze(1).sub(centres.unsqueeze(0)).square().sum(-1).max().sqrt().item();
    return farthest == 0 ? 1 : farthest / Math.sqrt(2 * k);
  }

  /**
   * Where the bells of a network stand, [units, in].
   *
   * @throws HebbException if its first layer is no {@link RadialBasis}
   */
  public static Tensor centres(Net net) {
    Net.Part first =
        net.parts().stream()
            .filter(p -> p.layer() instanceof RadialBasis)
            .findFirst()
            .orElseThrow(() -> new HebbException("RbfNetwork: " + net + " has no radialBasis"));
    return net.variable(first.path() + ".centres").value();
  }
}
