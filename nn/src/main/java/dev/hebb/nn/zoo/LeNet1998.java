package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;

import dev.hebb.nn.Init;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.PartialConv2d;
import dev.hebb.nn.layer.ScaledPool;
import dev.hebb.op.Activation;
import java.util.List;

/**
 * LeNet-5 as it was in 1998: learned sub-sampling, a second convolution whose channels see some of
 * the first's only, and A·tanh(Sx) with A = 1.7159, S = 2/3. Up to the layer of 84 units it has the
 * 60,000 parameters of the paper; a linear layer takes the place of the last one, which compared
 * those 84 numbers with pictures of the characters, drawn by hand and not trained.
 *
 * @param pad the padding of the first convolution: 2 for pictures of 28 × 28, 0 for those with the
 *     paper's margin, 32 × 32
 * @param classes how many logits come out
 * @see <a href="https://doi.org/10.1109/5.726791">LeCun et al., “Gradient-based learning applied to
 *     document recognition”, 1998</a>
 */
public record LeNet1998(int pad, int classes) implements Network {
  /** The paper's table I: which of the six channels of S2 each of the sixteen of C3 sees. */
  private static final List<List<Integer>> C3 =
      List.of(
          List.of(0, 1, 2),
          List.of(1, 2, 3),
          List.of(2, 3, 4),
          List.of(3, 4, 5),
          List.of(4, 5, 0),
          List.of(5, 0, 1),
          List.of(0, 1, 2, 3),
          List.of(1, 2, 3, 4),
          List.of(2, 3, 4, 5),
          List.of(3, 4, 5, 0),
          List.of(4, 5, 0, 1),
          List.of(5, 0, 1, 2),
          List.of(0, 1, 3, 4),
          List.of(1, 2, 4, 5),
          List.of(0, 2, 3, 5),
          List.of(0, 1, 2, 3, 4, 5));

  /** Checks the ranges. */
  public LeNet1998 {
    Check.positive("lenet", "the number of classes", classes);
  }

  /** For pictures of 28 × 28. */
  public static LeNet1998 of(int classes) {
    return new LeNet1998(2, classes);
  }

  @Override
  public Chain layers() {
    Activation squash = Activation.SCALED_TANH;
    return chain(
        conv2d(6, 5).pad(pad).init(fanIn(25)).activation(squash).named("C1"),
        new ScaledPool(2).activation(squash).named("S2"),
        new PartialConv2d(C3, 5).activation(squash).named("C3"),
        new ScaledPool(2).activation(squash).named("S4"),
        conv2d(120, 5).init(fanIn(16 * 25)).activation(squash).named("C5"),
        flatten(),
        dense(84).init(fanIn(120)).activation(squash).named("F6"),
        dense(classes).named("output"));
  }

  /** The paper's rule: uniform over ±2.4 / fan-in. */
  private static Init fanIn(int connections) {
    return Init.uniform(2.4 / connections);
  }
}
