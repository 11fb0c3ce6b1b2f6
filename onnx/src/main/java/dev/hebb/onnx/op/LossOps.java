package dev.hebb.onnx.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Losses of class indices; classes lie on the second axis. */
final class LossOps {
  private LossOps() {}

  static void register(Registry.Entries r) {
    r.add("NegativeLogLikelihoodLoss", c -> c.same(loss(c, c.x(0), c.x(1), c.maybe(2))));
    r.add(
        "SoftmaxCrossEntropyLoss",
        c -> {
          Tensor log = c.x(0).logSoftmax(1);
          return c.same(loss(c, log, c.x(1), c.maybe(2)), log);
        });
  }

  private static Tensor loss(Call c, Tensor log, Tensor target, @Nullable Tensor weights) {
    Tensor t = target.cast(DType.INT64);
    boolean some = c.attributes().has("ignore_index");
    Tensor ignored =
        some ? t.eq(Numbers.constant(c.attributes().integer("ignore_index", 0))) : null;
    Tensor at = ignored == null ? t : ignored.where(0, t);
    Tensor picked = Indexing.gatherElements(c, log, at.unsqueeze(1), 1).squeeze(1).neg();
    Tensor w =
        weights == null
            ? Tensor.full(picked.shape(), 1)
            : weights.gather(0, at.reshape(at.size())).reshape(at.shape().dims());
    if (ignored != null) {
      w = ignored.where(0, w);
    }
    Tensor each = w.eq(0).where(0, picked.mul(w)); // also where a logarithm is −∞
    return switch (c.attributes().text("reduction", "mean")) {
      case "none" -> each;
      case "sum" -> each.sum();
      default -> each.sum().div(w.sum());
    };
  }
}
