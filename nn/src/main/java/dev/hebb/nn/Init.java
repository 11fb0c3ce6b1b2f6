package dev.hebb.nn;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How the initial values of a parameter are drawn. The same seed gives the same values.
 *
 * <p>A weight of rank 2 is [in, out]; one of higher rank is a convolution's [out, in, window…],
 * where every number of inputs or outputs is multiplied by the window's size. “Fan-in” is how many
 * numbers are summed for one output, “fan-out” how many sums one input enters.
 */
public sealed interface Init {
  /** The initial values. */
  Tensor draw(Shape shape, Seed seed);

  /** One number everywhere. */
  record Constant(double value) implements Init {
    @Override
    public Tensor draw(Shape shape, Seed seed) {
      return Tensor.full(shape, value);
    }
  }

  /**
   * Evenly spread over [−bound, bound).
   *
   * @param bound not negative
   */
  record Uniform(double bound) implements Init {
    /** Checks the range. */
    public Uniform {
      notNegative("bound", bound);
    }

    @Override
    public Tensor draw(Shape shape, Seed seed) {
      return Random.uniformOnce(shape, seed).mul(2 * bound).sub(bound);
    }
  }

  /**
   * Normal with mean 0.
   *
   * @param sigma the standard deviation, not negative
   */
  record Normal(double sigma) implements Init {
    /** Checks the range. */
    public Normal {
      notNegative("sigma", sigma);
    }

    @Override
    public Tensor draw(Shape shape, Seed seed) {
      return Random.normalOnce(shape, seed).mul(sigma);
    }
  }

  /** Which connections a scaled scheme divides by. */
  enum Fan {
    /** Inputs: keeps the variance of activations on the way forward. */
    IN,
    /** Outputs: keeps the variance of gradients on the way back. */
    OUT,
    /** The mean of both. */
    AVERAGE
  }

  /**
   * Mean 0 and variance scale / fan: the family that Glorot's, He's and LeCun's rules belong to.
   *
   * @param scale the numerator of the variance, positive
   * @param fan the denominator
   * @param normal normal distribution, else uniform over ±√(3 scale / fan)
   */
  record Scaled(double scale, Fan fan, boolean normal) implements Init {
    /** Checks the range. */
    public Scaled {
      notNegative("scale", scale);
    }

    @Override
    public Tensor draw(Shape shape, Seed seed) {
      double n =
          switch (fan) {
            case IN -> fanIn(shape);
            case OUT -> fanOut(shape);
            case AVERAGE -> (fanIn(shape) + fanOut(shape)) / 2.0;
          };
      double variance = scale / Math.max(n, 1);
      return normal
          ? new Normal(Math.sqrt(variance)).draw(shape, seed)
          : new Uniform(Math.sqrt(3 * variance)).draw(shape, seed);
    }
  }

  /**
   * A random matrix whose rows or columns, whichever are fewer, are orthonormal times a gain; a
   * convolution's weights count as [out, in · window] (Saxe et al., 2014).
   *
   * @param gain the length of each row or column
   */
  record Orthogonal(double gain) implements Init {
    @Override
    public Tensor draw(Shape shape, Seed seed) {
      if (shape.rank() < 2) {
        throw new HebbException(
            "orthogonal initial values need a matrix, not shape " + shape + "; use normal(sigma)");
      }
      int rows = shape.dim(0);
      int columns = shape.size() / Math.max(rows, 1);
      boolean tall = rows > columns;
      double[] gauss = Random.normalOnce(shape, seed).toDoubles();
      double[][] q = new double[Math.min(rows, columns)][Math.max(rows, columns)];
      for (int i = 0; i < q.length; i++) {
        for (int j = 0; j < q[i].length; j++) {
          q[i][j] = gauss[tall ? j * columns + i : i * columns + j];
        }
      }
      orthonormalise(q);
      double[] out = new double[rows * columns];
      for (int i = 0; i < q.length; i++) {
        for (int j = 0; j < q[i].length; j++) {
          out[tall ? j * columns + i : i * columns + j] = gain * q[i][j];
        }
      }
      return Tensor.of(out, shape).cast(shape.dtype());
    }

    /**
     * Gram and Schmidt's factorisation in place, each vector cleaned twice because once leaves
     * errors where vectors are nearly parallel. R's diagonal is positive, so Q is spread evenly
     * over all orthogonal matrices.
     */
    private static void orthonormalise(double[][] v) {
      for (int i = 0; i < v.length; i++) {
        for (int pass = 0; pass < 2; pass++) {
          for (int k = 0; k < i; k++) {
            double dot = dot(v[i], v[k]);
            for (int j = 0; j < v[i].length; j++) {
              v[i][j] -= dot * v[k][j];
            }
          }
        }
        double length = Math.sqrt(dot(v[i], v[i]));
        for (int j = 0; j < v[i].length; j++) {
          v[i][j] /= length;
        }
      }
    }

    private static double dot(double[] a, double[] b) {
      double sum = 0;
      for (int j = 0; j < a.length; j++) {
        sum += a[j] * b[j];
      }
      return sum;
    }
  }

  /**
   * Equal parts along the last axis, each by a rule of its own and with the fans of its own shape:
   * the gates of a recurrent layer, whose weights lie side by side.
   */
  record Parts(List<Init> rules) implements Init {
    /** Copies the list. */
    public Parts {
      rules = List.copyOf(rules);
    }

    @Override
    public Tensor draw(Shape shape, Seed seed) {
      Shape part = shape.withLast(shape.last() / rules.size());
      Tensor[] parts = new Tensor[rules.size()];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = rules.get(i).draw(part, seed.split(i));
      }
      return parts[0].concat(-1, Arrays.copyOfRange(parts, 1, parts.length));
    }
  }

  /** The same rule for each of some equal parts along the last axis. */
  static Init parts(int count, Init rule) {
    return new Parts(Collections.nCopies(count, rule));
  }

  /** Zeros: for biases. Weights of zeros stay equal for ever, because their gradients are equal. */
  static Init zeros() {
    return constant(0);
  }

  /** Ones: for scales. */
  static Init ones() {
    return constant(1);
  }

  /** One number everywhere. */
  static Init constant(double value) {
    return new Constant(value);
  }

  /** Uniform over ±bound. */
  static Init uniform(double bound) {
    return new Uniform(bound);
  }

  /** Uniform over ±1/√n with n the fan-in (LeCun et al., “Efficient BackProp”, 1998). */
  static Init uniform() {
    return new Scaled(1.0 / 3, Fan.IN, false);
  }

  /** Normal with this standard deviation. */
  static Init normal(double sigma) {
    return new Normal(sigma);
  }

  /** Variance 2 / (fan-in + fan-out), uniform: for tanh, sigmoid (Glorot and Bengio, 2010). */
  static Init glorotUniform() {
    return new Scaled(1, Fan.AVERAGE, false);
  }

  /** Variance 2 / (fan-in + fan-out), normal (Glorot and Bengio, 2010). */
  static Init glorotNormal() {
    return new Scaled(1, Fan.AVERAGE, true);
  }

  /** Variance 2 / fan-in, uniform: for ReLU (He et al., 2015). */
  static Init heUniform() {
    return new Scaled(2, Fan.IN, false);
  }

  /** Variance 2 / fan-in, normal: for ReLU (He et al., 2015); what layers start with. */
  static Init heNormal() {
    return new Scaled(2, Fan.IN, true);
  }

  /** Variance 1 / fan-in, uniform (LeCun et al., 1998). */
  static Init lecunUniform() {
    return new Scaled(1, Fan.IN, false);
  }

  /** Variance 1 / fan-in, normal: for SELU (Klambauer et al., 2017). */
  static Init lecunNormal() {
    return new Scaled(1, Fan.IN, true);
  }

  /** Orthonormal rows or columns. */
  static Init orthogonal() {
    return new Orthogonal(1);
  }

  /** How many numbers are summed for one output of a weight of this shape. */
  static long fanIn(Shape w) {
    return switch (w.rank()) {
      case 0 -> 1;
      case 1, 2 -> w.dim(0);
      default -> w.drop(1).size();
    };
  }

  /** How many outputs one input of a weight of this shape contributes to. */
  static long fanOut(Shape w) {
    return switch (w.rank()) {
      case 0 -> 1;
      case 1 -> w.dim(0);
      case 2 -> w.dim(1);
      default -> (long) w.dim(0) * w.drop(2).size();
    };
  }

  private static void notNegative(String what, double v) {
    if (!(v >= 0)) {
      throw new HebbException("initial values: " + what + " must not be negative, but is " + v);
    }
  }
}
