package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.maxPool;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.layer.Chain;
import dev.hebb.nn.layer.Skip;

/**
 * U-Net, which gives a class for every pixel: down a ladder of ever smaller pictures with ever more
 * channels, and up again, each step with what the step down had seen at its size. In the paper's
 * form (convolutions without padding, 2 × 2 transposed convolutions upward, 64 channels first, one
 * channel in, two classes) 31,030,658 parameters; pictures of 572 × 572 become maps of 388 × 388.
 *
 * <p>Without padding a picture's sides must be such that each step down halves an even number: 572,
 * 188, … With padding the map has the picture's size if that divides by 2^steps.
 *
 * @param features how many channels the first convolutions give; each step down doubles them
 * @param steps how many steps down, 4 in the paper
 * @param padded whether convolutions keep their picture's size
 * @param classes how many logits each pixel gets
 * @see <a href="https://arxiv.org/abs/1505.04597">Ronneberger, Fischer and Brox, “U-Net:
 *     convolutional networks for biomedical image segmentation”, 2015</a>
 */
public record UNet(int features, int steps, boolean padded, int classes) implements Network {
  /** Checks the ranges. */
  public UNet {
    Check.positive("unet", "the number of features", features);
    Check.positive("unet", "the number of steps", steps);
    Check.positive("unet", "the number of classes", classes);
  }

  /** As in the paper. */
  public static UNet of(int classes) {
    return new UNet(64, 4, false, classes);
  }

  /** With convolutions that keep their picture's size. */
  public UNet withPadding() {
    return new UNet(features, steps, true, classes);
  }

  /** With another number of channels and of steps down. */
  public UNet size(int channels, int down) {
    return new UNet(channels, down, padded, classes);
  }

  @Override
  public Chain layers() {
    return chain(level(features, steps), conv2d(classes, 1));
  }

  /** Two convolutions; around all that is smaller, and two more. */
  private Layer level(int channels, int left) {
    if (left == 0) {
      return convolutions(channels);
    }
    Layer up = Layers.convTranspose2d(channels, 2).stride(2);
    return chain(
        convolutions(channels),
        new Skip(chain(maxPool(2), level(2 * channels, left - 1), up)),
        convolutions(channels));
  }

  private Layer convolutions(int channels) {
    int pad = padded ? 1 : 0;
    return chain(conv2d(channels, 3).pad(pad).relu(), conv2d(channels, 3).pad(pad).relu());
  }
}
