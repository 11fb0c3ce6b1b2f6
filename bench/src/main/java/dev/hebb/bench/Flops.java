package dev.hebb.bench;

import java.util.ArrayList;
import java.util.List;

/** Nominal floating-point operations: a multiplication and an addition count apart. */
final class Flops {
  private Flops() {}

  /** A training step of a perceptron with these sizes. */
  static double training(int batch, int... sizes) {
    return training(perceptron(batch, sizes));
  }

  /** Three times the forward work, without the gradient of the first layer's input. */
  static double training(List<Double> layers) {
    return 3 * inference(layers) - layers.getFirst();
  }

  static double inference(List<Double> layers) {
    return layers.stream().mapToDouble(Double::doubleValue).sum();
  }

  static List<Double> leNet(int batch) {
    var all = new ArrayList<>(List.of(conv(batch, 1, 20, 24, 5), conv(batch, 20, 50, 8, 5)));
    all.addAll(perceptron(batch, 800, 500, 10));
    return all;
  }

  static List<Double> resNet(int batch) {
    var all = new ArrayList<>(List.of(conv(batch, 3, 64, 32, 3)));
    for (int i = 0; i < 4; i++) {
      all.add(conv(batch, 64, 64, 32, 3));
      all.add(conv(batch, 128, 128, 16, 3));
    }
    all.add(conv(batch, 64, 128, 16, 3));
    all.add(conv(batch, 128, 128, 16, 3));
    all.add(conv(batch, 64, 128, 16, 1));
    all.addAll(perceptron(batch, 128, 10));
    return all;
  }

  static List<Double> googLeNet(int batch) {
    var all =
        new ArrayList<>(
            List.of(
                conv(batch, 3, 64, 112, 7),
                conv(batch, 64, 64, 56, 1),
                conv(batch, 64, 192, 56, 3)));
    int in = 192;
    int size = 28;
    for (int[] c : Networks.INCEPTION) {
      if (c.length == 0) {
        size /= 2;
      } else {
        all.add(conv(batch, in, c[0] + c[1] + c[3] + c[5], size, 1));
        all.add(conv(batch, c[1], c[2], size, 3));
        all.add(conv(batch, c[3], c[4], size, 5));
        in = c[0] + c[2] + c[4] + c[5];
      }
    }
    all.addAll(perceptron(batch, in, 1000));
    return all;
  }

  private static List<Double> perceptron(int batch, int... sizes) {
    var all = new ArrayList<Double>();
    for (int i = 1; i < sizes.length; i++) {
      all.add(2.0 * batch * sizes[i - 1] * sizes[i]);
    }
    return all;
  }

  private static double conv(int batch, int in, int out, int size, int kernel) {
    return 2.0 * batch * in * out * size * size * kernel * kernel;
  }
}
