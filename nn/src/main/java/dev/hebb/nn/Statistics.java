package dev.hebb.nn;

import dev.hebb.tensor.Tensor;

/** How running statistics follow the batches. */
public final class Statistics {
  /** While a network is calibrated: the share of the newest batch in the mean of all, float64. */
  static final ScopedValue<Tensor> SHARE = ScopedValue.newInstance();

  private Statistics() {}

  /**
   * Running statistics after one more batch: (1 − momentum) · running + momentum · factor · batch;
   * while {@link Net#calibrate} measures them anew, the plain mean over its batches.
   *
   * @param running the statistics so far
   * @param batch those of the batch, of the same shape
   * @param momentum the share of the newest batch
   * @param factor what the batch's are multiplied by
   */
  public static Tensor moved(Tensor running, Tensor batch, double momentum, double factor) {
    if (SHARE.isBound()) {
      Tensor share = SHARE.get().cast(running.dtype());
      return running.add(batch.mul(factor).sub(running).mul(share));
    }
    return running.mul(1 - momentum).add(batch.mul(momentum * factor));
  }
}
