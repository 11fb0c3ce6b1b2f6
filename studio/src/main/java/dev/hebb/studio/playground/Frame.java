package dev.hebb.studio.playground;

import dev.hebb.tensor.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a network is like at one moment, small enough to be sent many times a second: surfaces as
 * one byte a point, numbers with five digits. What is not finite is null.
 *
 * @param step how many steps were taken
 * @param epoch how often each point was learnt from, on average
 * @param train the score on the points that are learnt from
 * @param test the score on the others
 * @param surface {@link Experiment#SIDE}² bytes in Base64, rows from the top: −127 … 127 stands for
 *     −1 … 1
 * @param classes the class that is decided for at each of these points, if there are more than two
 * @param layers the layers with weights, the output's last
 */
record Frame(
    long step,
    double epoch,
    Score train,
    Score test,
    String surface,
    @Nullable String classes,
    List<Layer> layers) {
  private static final MathContext DIGITS = new MathContext(5);

  /** Loss, and the share of points that are decided right where there are classes. */
  record Score(@Nullable Double loss, @Nullable Double accuracy) {
    static Score of(Tensor loss, Tensor accuracy) {
      return new Score(number(loss.item()), number(accuracy.item()));
    }
  }

  /**
   * A layer of neurons.
   *
   * @param weights [inputs, units], row-major
   * @param biases one for each unit
   * @param gradient the norm of the loss's gradient with respect to the weights
   * @param surfaces {@link Experiment#UNIT_SIDE}² bytes for each hidden unit, one unit after the
   *     other: 127 stands for the unit's largest absolute value, or for 1 if that is less
   * @param slopes the mean of |∂a/∂z| over the points that are learnt from, for each hidden unit; 0
   *     means that it is dead
   */
  record Layer(
      List<@Nullable Double> weights,
      List<@Nullable Double> biases,
      @Nullable Double gradient,
      String surfaces,
      List<@Nullable Double> slopes) {}

  /** Numbers of [−1, 1] as bytes. */
  static String bytes(float[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(Math.clamp(values[i], -1, 1) * 127);
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Class numbers as bytes. */
  static String bytes(int[] classes) {
    byte[] bytes = new byte[classes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) classes[i];
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  static List<@Nullable Double> numbers(Tensor values) {
    List<@Nullable Double> numbers = new ArrayList<>(values.size());
    for (double v : values.toDoubles()) {
      numbers.add(number(v));
    }
    return numbers;
  }

  static @Nullable Double number(double v) {
    return Double.isFinite(v) ? new BigDecimal(v).round(DIGITS).doubleValue() : null;
  }
}
