package dev.hebb.train.data;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;

/**
 * How a picture becomes {@code [channels, height, width]} numbers: brought to size in the given
 * style, scaled to 0 … 1, then {@code (value − mean) / std} per channel.
 *
 * @param height the height that the network reads, in pixels
 * @param width the width
 * @param channels 1 for grey, 3 for red, green, blue
 * @param mean the mean of each channel over the training part, of values in 0 … 1
 * @param std the standard deviation of each channel, above 0
 * @param style how a picture of any size is brought to height × width
 * @param labels the names of the classes, by index; empty where there are none
 */
public record ImagePrep(
    int height,
    int width,
    int channels,
    List<Double> mean,
    List<Double> std,
    Style style,
    List<String> labels)
    implements Preprocessing {
  private static final int MAX_SIDE = 4096;

  /** How a picture of any size is brought to the size that a network reads. */
  public enum Style {
    /** Scaled to cover the size, its longer side cut equally at both ends. */
    PLAIN,
    /**
     * As MNIST's digits were made: light ink on black, the ink's box scaled to 20 of 28 pixels and
     * placed with its centre of mass in the middle.
     */
    DIGIT,
    /** As Fashion-MNIST was made: light on black, trimmed, the longer side filling the picture. */
    GARMENT
  }

  /** Checks the ranges. */
  public ImagePrep {
    if (height < 1 || height > MAX_SIDE || width < 1 || width > MAX_SIDE) {
      throw new DataException(
          "image size %d × %d: each side must have 1 to %d pixels"
              .formatted(height, width, MAX_SIDE));
    }
    if (channels != 1 && channels != 3) {
      throw new DataException(
          channels + " channels: an image has 1 (grey) or 3 (red, green, blue)");
    }
    if (style != Style.PLAIN && channels != 1) {
      throw new DataException("style " + style + " is grey: it has 1 channel, not " + channels);
    }
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    labels = List.copyOf(labels);
    if (mean.size() != channels || std.size() != channels) {
      throw new DataException(
          "%d channels need as many means and deviations, not %s and %s"
              .formatted(channels, mean, std));
    }
    for (int c = 0; c < channels; c++) {
      if (!Double.isFinite(mean.get(c)) || !(std.get(c) > 0 && std.get(c) < 1e6)) {
        throw new DataException(
            "channel %d: mean %s and deviation %s must be finite and the deviation above 0"
                .formatted(c, mean.get(c), std.get(c)));
      }
    }
  }

  /** Pictures whose values stay as they are, 0 to 1: mean 0, deviation 1. */
  public static ImagePrep of(int height, int width, int channels, Style style) {
    var zeros = Collections.nCopies(Math.max(0, channels), 0.0);
    var ones = Collections.nCopies(Math.max(0, channels), 1.0);
    return new ImagePrep(height, width, channels, zeros, ones, style, List.of());
  }

  /** The same without normalisation, for a model that normalises by itself. */
  public ImagePrep plain() {
    return normalised(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
  }

  /** The same with other normalisation. */
  ImagePrep normalised(List<Double> newMean, List<Double> newStd) {
    return new ImagePrep(height, width, channels, newMean, newStd, style, labels);
  }

  /** The same for these classes. */
  ImagePrep labelled(List<String> newLabels) {
    return new ImagePrep(height, width, channels, mean, std, style, newLabels);
  }

  /** The shape of an encoded picture, {@code [channels, height, width]}. */
  public Shape shape() {
    return Shape.of(channels, height, width);
  }

  /**
   * Turns a picture of any size into the numbers that the network reads, row-major {@code
   * [channels, height, width]}. Transparent parts count as a ground that contrasts with what is
   * drawn on them.
   */
  public float[] encode(BufferedImage image) {
    Plane[] planes =
        switch (style) {
          case PLAIN -> Pixels.cover(Pixels.planes(image, channels), height, width);
          case DIGIT -> new Plane[] {InkBox.digit(Pixels.planes(image, 1)[0], height, width)};
          case GARMENT -> new Plane[] {InkBox.garment(Pixels.planes(image, 1)[0], height, width)};
        };
    float[] values = new float[channels * height * width];
    for (int c = 0; c < channels; c++) {
      System.arraycopy(planes[c].values(), 0, values, c * height * width, height * width);
    }
    return encode(values);
  }

  /**
   * Normalises a picture that already has the right size.
   *
   * @param values row-major {@code [channels, height, width]}, 0 to 1
   * @throws DataException if there are too many or too few
   */
  public float[] encode(float[] values) {
    checkLength(values.length);
    float[] encoded = values.clone();
    encodeAll(encoded);
    return encoded;
  }

  /**
   * Normalises pictures that already have the right size, as an expression that may be part of a
   * model.
   *
   * @param values [n, channels, height, width], 0 to 1
   */
  public Tensor encode(Tensor values) {
    float[] m = new float[channels];
    float[] s = new float[channels];
    for (int c = 0; c < channels; c++) {
      m[c] = mean.get(c).floatValue();
      s[c] = std.get(c).floatValue();
    }
    Shape column = Shape.of(channels, 1, 1);
    return values.sub(Tensor.of(m, column)).div(Tensor.of(s, column));
  }

  /**
   * The picture that such numbers show, the reverse of {@link #encode(float[])}; values outside 0 …
   * 1 are clipped.
   *
   * @throws DataException if there are too many or too few numbers
   */
  public BufferedImage decode(float[] encoded) {
    checkLength(encoded.length);
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    var image = new BufferedImage(width, height, type);
    var raster = image.getRaster();
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < height * width; i++) {
        double value = encoded[c * height * width + i] * std.get(c) + mean.get(c);
        int sample = (int) Math.round(255 * Math.clamp(value, 0, 1));
        raster.setSample(i % width, i / width, c, sample);
      }
    }
    return image;
  }

  /**
   * The values of a picture that was encoded, from 0 to 1, {@code [channels, height, width]}; what
   * lies outside is clipped.
   *
   * @throws DataException if there are too many or too few numbers
   */
  public float[] values(float[] encoded) {
    checkLength(encoded.length);
    float[] values = encoded.clone();
    unitValues(values);
    return values;
  }

  /** Turns encoded values back into values between 0 and 1, in place; others are clipped. */
  void unitValues(float[] encoded) {
    int plane = height * width;
    for (int c = 0; c < channels; c++) {
      double m = mean.get(c);
      double s = std.get(c);
      for (int i = c * plane; i < (c + 1) * plane; i++) {
        encoded[i] = (float) Math.clamp(encoded[i] * s + m, 0, 1);
      }
    }
  }

  /** Normalises one value of a channel. */
  float encode(float value, int channel) {
    return (float) ((value - mean.get(channel)) / std.get(channel));
  }

  /** Normalises pictures that lie one after the other, in place. */
  void encodeAll(float[] values) {
    int plane = height * width;
    for (int start = 0; start < values.length; start += plane) {
      int c = start / plane % channels;
      double m = mean.get(c);
      double s = std.get(c);
      for (int i = start; i < start + plane; i++) {
        values[i] = (float) ((values[i] - m) / s);
      }
    }
  }

  private void checkLength(int length) {
    if (length != channels * height * width) {
      throw new DataException(
          "an image of %d × %d × %d has %d values, not %d"
              .formatted(channels, height, width, channels * height * width, length));
    }
  }
}
