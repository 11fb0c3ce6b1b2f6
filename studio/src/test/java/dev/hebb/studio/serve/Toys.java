package dev.hebb.studio.serve;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.sequential;

import dev.hebb.nn.Net;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.io.Notes;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/** Models whose answers can be worked out by hand. */
final class Toys {
  private Toys() {}

  /**
   * Pictures of 4 × 4 grey pixels: dark or light. The logits are ±(8 − the sum of the pixels), so
   * the probability of light is 1 / (1 + e^(2 · (8 − sum))).
   */
  static Net brightness() {
    Net net = sequential(flatten(), dense(2)).build(Shape.of(1, 4, 4), Seed.of(0));
    float[] w = new float[32];
    for (int i = 0; i < 16; i++) {
      w[2 * i] = -1;
      w[2 * i + 1] = 1;
    }
    set(net, w, new float[] {8, -8});
    return net.note(Notes.PREPROCESSING, ImagePrep.of(4, 4, 1, ImagePrep.Style.PLAIN))
        .note(Notes.LABELS, List.of("dark", "light"))
        .note(Notes.OUTPUT, "SOFTMAX");
  }

  /** The probability of light for a sum of pixels. */
  static double light(double sum) {
    return 1 / (1 + Math.exp(2 * (8 - sum)));
  }

  /**
   * Rows with a number {@code age} (mean 40, deviation 10) and a {@code home} (own, rent), to a
   * number: twice the scaled age, plus 1 for own, plus 5 for rent.
   */
  static Net table(TablePrep.Missing missing) {
    Net net = sequential(dense(1)).build(Shape.of(3), Seed.of(0));
    set(net, new float[] {2, 1, 5}, new float[] {0});
    var columns =
        List.of(
            new TablePrep.Column("age", TablePrep.Kind.NUMERIC, List.of(), 40, 10),
            new TablePrep.Column("home", TablePrep.Kind.CATEGORICAL, List.of("own", "rent"), 0, 1));
    return net.note(
        Notes.PREPROCESSING,
        new TablePrep(columns, new TablePrep.Target("price", List.of()), missing));
  }

  /** A vector of three numbers to their sum times a factor. */
  static Net weighted(float factor) {
    Net net = sequential(dense(1)).build(Shape.of(3), Seed.of(0));
    set(net, new float[] {factor, factor, factor}, new float[] {0});
    return net;
  }

  private static void set(Net net, float[] weights, float[] bias) {
    net.params().forEach(v -> v.set(Tensor.of(v.shape().rank() == 2 ? weights : bias, v.shape())));
  }

  /** A picture of one grey, as a file. */
  static byte[] picture(String format, int side, int grey) {
    var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    var g = image.createGraphics();
    g.setColor(new Color(grey, grey, grey));
    g.fillRect(0, 0, side, side);
    g.dispose();
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** {@code [v, v, …]}, n times. */
  static String list(int n, Object value) {
    Object[] values = new Object[n];
    Arrays.fill(values, value);
    return Arrays.toString(values);
  }
}
