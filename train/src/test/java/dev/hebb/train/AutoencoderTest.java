package dev.hebb.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.zoo.Autoencoder;
import dev.hebb.nn.zoo.Vae;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.DataException;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Images;
import dev.hebb.train.data.Iris;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Digits are squeezed, restored and made anew. */
class AutoencoderTest {
  @TempDir private Path folder;

  @Test
  void digitsAreRestoredBetterThanByTheirMean() {
    var digits = Digits.load();
    Dataset train = digits.train().take(1500).restored();
    Dataset test = digits.test().take(300).restored();
    Net net = Autoencoder.of(digits.shape()).hidden(128).code(16).build(digits.shape(), Seed.of(1));
    Run run =
        Trainer.of(net, Losses.bceWithLogits(), Adam.of(3e-3))
            .fit(train.shuffle(Seed.of(2)).batch(50), test.batch(300), 8);
    // What the best constant picture costs: the cross entropy of each pixel's mean with itself.
    double[] mean = new double[784];
    for (int i = 0; i < train.size(); i++) {
      float[] x = train.target(i);
      for (int k = 0; k < 784; k++) {
        mean[k] += x[k] / train.size();
      }
    }
    double constant = 0;
    for (double m : mean) {
      constant -= m > 0 && m < 1 ? (m * Math.log(m) + (1 - m) * Math.log(1 - m)) / 784 : 0;
    }
    assertThat(run.last("val.loss")).isLessThan(0.65 * constant);
  }

  @Test
  void l65AVariationalAutoencoderMakesDigits() throws IOException {
    var digits = Digits.load();
    Dataset train = digits.train().take(2000).restored();
    Vae vae = Vae.of(digits.shape()).hidden(128).code(8);
    Net net = vae.build(digits.shape(), Seed.of(1));
    Run run =
        Trainer.of(net, vae.loss(), Adam.of(3e-3)).fit(train.shuffle(Seed.of(2)).batch(50), 8);
    assertThat(run.last("loss")).isLessThan(150); // about 206 for the mean picture, in nats
    double kl = vae.loss().divergence(net.forward(train.take(500).all().x())).item();
    assertThat(kl).as("nats of the code").isBetween(8.0, 30.0);

    // Samples of the prior vary as real digits do, and are pictures.
    float[][] made = Adversarial.examples(net.part(Vae.DECODER), 100, Seed.of(3));
    ImagePrep prep = ImagePrep.of(28, 28, 1, ImagePrep.Style.DIGIT);
    List<BufferedImage> pictures = new ArrayList<>();
    for (int i = 0; i < made.length; i++) {
      made[i] = Tensor.of(made[i]).sigmoid().toFloats();
      pictures.add(prep.decode(made[i]));
    }
    assertThat(Coverage.modes(made, means(train), Double.POSITIVE_INFINITY))
        .as("samples nearest to the mean of each digit; a single picture would have nine zeros")
        .doesNotContain(0);
    Path file = folder.resolve("samples.png");
    Images.write(Images.grid(pictures, 10, 1), file);
    BufferedImage grid = ImageIO.read(file.toFile());
    assertThat(grid.getWidth()).isEqualTo(10 * 30 + 2);
    double ink = 0;
    for (int x = 0; x < grid.getWidth(); x++) {
      for (int y = 0; y < grid.getHeight(); y++) {
        ink += (grid.getRGB(x, y) & 255) / 255.0;
      }
    }
    assertThat(ink / (100 * 784)).as("share of ink; 0.13 in real digits").isBetween(0.07, 0.2);
  }

  /** The mean picture of each digit. */
  private static float[][] means(Dataset pictures) {
    float[][] means = new float[10][784];
    int[] counts = new int[10];
    Dataset labelled = Digits.load().train().take(pictures.size());
    for (int i = 0; i < pictures.size(); i++) {
      counts[labelled.label(i)]++;
    }
    for (int i = 0; i < pictures.size(); i++) {
      int digit = labelled.label(i);
      float[] x = pictures.target(i);
      for (int k = 0; k < x.length; k++) {
        means[digit][k] += x[k] / counts[digit];
      }
    }
    return means;
  }

  @Test
  void onlyPicturesAreRestored() {
    assertThatThrownBy(() -> Iris.load().train().restored())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("only pictures");
    Dataset digits = Digits.load().test().take(5);
    Dataset restored = digits.subset(3).restored();
    float[] x = restored.target(0);
    assertThat(x).hasSize(784);
    BufferedImage picture = ((ImagePrep) digits.preprocessing()).decode(digits.input(3));
    for (int i = 0; i < x.length; i++) {
      assertThat(Math.round(255 * x[i]))
          .isEqualTo(picture.getRaster().getSample(i % 28, i / 28, 0));
    }
    assertThatThrownBy(() -> Images.grid(List.of(), 1, 1)).hasMessageContaining("at least one");
  }
}
