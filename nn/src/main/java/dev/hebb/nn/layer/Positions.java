package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/**
 * Tells each step of a sequence where it is, by a vector that is added: y_t = x_t + p_t. Attention
 * sees a set of steps without order; this gives it one. x and y are [n, steps, units].
 *
 * @param kind where the vectors come from
 */
public record Positions(Kind kind) implements Layer {
  /** Where the vectors come from. */
  public sealed interface Kind {}

  /**
   * Waves (Vaswani et al., 2017): p[t, 2i] = sin(t / base^(2i/units)), p[t, 2i+1] the cosine.
   *
   * @param base of the wave lengths, which go from 2π to 2π·base
   */
  public record Waves(double base) implements Kind {
    /** Checks the range. */
    public Waves {
      if (!(base > 1 && base < Double.POSITIVE_INFINITY)) {
        throw new HebbException("positions: the base must be above 1, not " + base);
      }
    }
  }

  /**
   * Parameters w [steps, units], as in GPT and BERT.
   *
   * @param init how they start
   */
  public record Learnt(Init init) implements Kind {}

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 2) {
      throw p.mismatch(
          this, "a sequence of vectors per example", in, "embedding(vocabulary, units)");
    }
    int units = in.last();
    return switch (kind) {
      case Learnt learnt -> {
        Tensor w = p.param("w", in, learnt.init);
        yield Block.of(in.as(p.dtype()), x -> x.add(w));
      }
      case Waves waves ->
          Block.of(in.as(p.dtype()), x -> x.add(waves(in.dim(0), units, waves.base, p.dtype())));
    };
  }

  private static Tensor waves(int steps, int units, double base, DType type) {
    int pairs = Math.ceilDiv(units, 2);
    // With an odd number of units the last wave has its sine only.
    double wider = Math.pow(base, 2.0 * pairs / units);
    Tensor angle = angles(steps, pairs, wider, type);
    return angle.sin().stack(2, angle.cos()).reshape(steps, 2 * pairs).narrow(1, 0, units);
  }

  /** position · base^(−i / n): [steps, n]. */
  static Tensor angles(int steps, int n, double base, DType type) {
    double[] frequencies = new double[n];
    float[] singles = new float[n];
    for (int i = 0; i < n; i++) {
      frequencies[i] = Math.pow(base, -(double) i / n);
      singles[i] = (float) frequencies[i];
    }
    Tensor f =
        type == DType.FLOAT64
            ? Tensor.of(frequencies, Shape.of(n).as(type))
            : Tensor.of(singles, Shape.of(n));
    return Tensor.arange(steps).cast(type).unsqueeze(1).mul(f);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case Waves _ -> "Positions(waves)";
      case Learnt _ -> "Positions(learnt)";
    };
  }
}
