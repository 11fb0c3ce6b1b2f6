package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.activation;
import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.reshape;
import static dev.hebb.nn.Layers.tanh;

import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.ConvTranspose2d;
import dev.hebb.op.Curve;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * DCGAN: two convolutional networks, one the mirror of the other. The generator doubles a small
 * picture with transposed convolutions until it has the wanted size, with values in −1 … 1; the
 * discriminator halves a picture until one number is left. For 64 × 64 in colour, 100 random
 * numbers and 64 features they have 3,576,704 and 2,765,568 parameters.
 *
 * @param picture the shape of a picture; its sides are equal, and a power of two times 3 to 7
 * @param features the channels next to the picture; each halving doubles them
 * @param noise how many random numbers make a picture
 * @see <a href="https://arxiv.org/abs/1511.06434">Radford, Metz and Chintala, “Unsupervised
 *     representation learning with deep convolutional generative adversarial networks”, 2016</a>
 */
public record Dcgan(Shape picture, int features, int noise) {
  /** The weights' initial deviation. */
  private static final Init INIT = Init.normal(0.02);

  /** The slope where the discriminator's activations are negative. */
  private static final double SLOPE = 0.2;

  /** The smallest picture that is not halved further. */
  private static final int SMALLEST = 3;

  /** Checks the ranges. */
  public Dcgan {
    Check.positive("dcgan", "the number of features", features);
    Check.positive("dcgan", "the number of random numbers", noise);
    if (picture.rank() != 3
        || picture.dim(1) != picture.dim(2)
        || steps(picture.dim(1)) < 1
        || picture.dim(1) >> steps(picture.dim(1)) > 2 * SMALLEST + 1) {
      throw new HebbException(
          "dcgan: makes square pictures whose sides are a power of two times 3 to 7 (28, 32, 64, …), not %s"
              .formatted(picture));
    }
  }

  /** With 64 features and 100 random numbers. */
  public static Dcgan of(Shape picture) {
    return new Dcgan(picture, 64, 100);
  }

  /** With another number of features. */
  public Dcgan features(int channels) {
    return new Dcgan(picture, channels, noise);
  }

  /** How often a side can be halved so that no less than three pixels are left. */
  private static int steps(int side) {
    int steps = 0;
    while (side % 2 == 0 && side / 2 >= SMALLEST) {
      side /= 2;
      steps++;
    }
    return steps;
  }

  /** What makes pictures of random numbers: [n, noise] → [n, picture]. */
  public Network generator() {
    return () -> new Chain(generatorLayers());
  }

  /** What gives one number for a picture: [n, picture] → [n, 1]. */
  public Network discriminator() {
    return () -> new Chain(discriminatorLayers());
  }

  private List<Layer> generatorLayers() {
    int steps = steps(picture.dim(1));
    List<Layer> layers = new ArrayList<>(List.of(reshape(noise, 1, 1)));
    layers.add(up(features << (steps - 1), picture.dim(1) >> steps, 1, 0));
    for (int i = steps - 2; i >= 0; i--) {
      layers.addAll(List.of(batchNorm(), relu(), up(features << i, 4, 2, 1)));
    }
    layers.addAll(List.of(batchNorm(), relu(), up(picture.dim(0), 4, 2, 1), tanh()));
    return layers;
  }

  private static ConvTranspose2d up(int channels, int kernel, int stride, int pad) {
    return Layers.convTranspose2d(channels, kernel).stride(stride).pad(pad).noBias().init(INIT);
  }

  private List<Layer> discriminatorLayers() {
    int steps = steps(picture.dim(1));
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      layers.add(conv2d(features << i, 4).stride(2).pad(1).noBias().init(INIT));
      if (i > 0) {
        layers.add(batchNorm());
      }
      layers.add(activation(Curve.LEAKY_RELU, SLOPE));
    }
    layers.add(conv2d(1, picture.dim(1) >> steps).noBias().init(INIT));
    layers.add(flatten());
    return layers;
  }
}
