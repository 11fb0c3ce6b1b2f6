package dev.hebb.studio.playground;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Tensor;

/** How classes and numbers become a network's targets, and its outputs answers. */
enum Coding {
  /** Yes is 1, no is 0; the output is the logit of yes. */
  LOGIT,
  /** Yes is 1, no is −1; the output's sign decides. */
  SIGN,
  /** Yes is 1, no is 0; the output is the probability of yes. */
  PROBABILITY,
  /** The number of the class; the largest of the outputs decides. */
  INDEX,
  /** 1 for the class and 0 for the others; the largest of the outputs decides. */
  ONE_HOT,
  /** The number itself. */
  NUMBER;

  /** Whether each class has an output of its own. */
  boolean isOfSeveral() {
    return this == INDEX || this == ONE_HOT;
  }

  int outputs(int classes) {
    return isOfSeveral() ? classes : 1;
  }

  /** The targets of points with these classes or numbers, [n]. */
  Tensor targets(Tensor y, int classes) {
    return switch (this) {
      case INDEX -> y.cast(DType.INT32);
      case ONE_HOT -> y.cast(DType.INT32).oneHot(classes).cast(y.dtype());
      case SIGN -> y.mul(2).sub(1).unsqueeze(1);
      case LOGIT, PROBABILITY, NUMBER -> y.unsqueeze(1);
    };
  }

  /** What the surface shows of outputs [n, outputs]: a number of [−1, 1] for each, [n]. */
  Tensor shown(Tensor out) {
    return switch (this) {
      case LOGIT -> out.squeeze(1).mul(0.5).tanh(); // 2σ(z) − 1
      case SIGN, NUMBER -> out.squeeze(1).clamp(-1, 1);
      case PROBABILITY -> out.squeeze(1).mul(2).sub(1);
      case INDEX -> out.softmax(1).max(1);
      case ONE_HOT -> out.max(1).clamp(0, 1);
    };
  }

  /** The class that outputs [n, outputs] decide for, [n]. */
  Tensor decided(Tensor out) {
    return switch (this) {
      case LOGIT, SIGN -> out.squeeze(1).gt(0).cast(DType.INT32);
      case PROBABILITY -> out.squeeze(1).gt(0.5).cast(DType.INT32);
      case INDEX, ONE_HOT -> out.argMax(1).cast(DType.INT32);
      case NUMBER -> throw new IllegalStateException("numbers are not decided");
    };
  }
}
