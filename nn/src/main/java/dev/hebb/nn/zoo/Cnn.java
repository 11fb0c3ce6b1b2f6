package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.dropout;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.maxPool;

import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;
import java.util.ArrayList;
import java.util.List;

/**
 * A plain convolutional network: 3 × 3 convolutions with ReLU, each followed by a maximum over 2 ×
 * 2, from 32 channels on and ever twice as many up to 128; then 128 hidden units.
 *
 * @param stages how many convolutions; each takes two pixels off the picture's sides and halves
 *     them
 * @param classes how many numbers come out
 */
public record Cnn(int stages, int classes) implements Network {
  private static final int FIRST = 32;
  private static final int MOST = 128;

  /** Pictures are halved until they are smaller than this. */
  private static final int SMALL = 8;

  /** Checks the ranges. */
  public Cnn {
    Check.positive("cnn", "the number of stages", stages);
    Check.positive("cnn", "the number of classes", classes);
  }

  /** As many stages as make a picture whose shorter side has so many pixels small. */
  public static Cnn of(int side, int classes) {
    int stages = 0;
    int left = side;
    do {
      left = (left - 2) / 2;
      stages++;
    } while (left >= SMALL);
    return new Cnn(stages, classes);
  }

  @Override
  public Chain layers() {
    List<Layer> layers = new ArrayList<>();
    int channels = FIRST;
    for (int i = 0; i < stages; i++) {
      layers.add(conv2d(channels, 3).relu());
      layers.add(maxPool(2));
      channels = Math.min(2 * channels, MOST);
    }
    layers.addAll(
        List.of(flatten(), dropout(0.1), dense(128).relu(), dropout(0.3), dense(classes)));
    return new Chain(layers);
  }
}
