package dev.hebb.cli;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.zoo.Dcgan;
import dev.hebb.nn.zoo.Vae;
import dev.hebb.nn.zoo.Zoo;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.train.Adversarial;
import dev.hebb.train.Run;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Images;
import dev.hebb.train.data.Splits;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains a network that makes pictures, and writes some of them.
 *
 * @param console where to print
 * @param data the pictures
 * @param epochs how many times to go through them
 * @param batch how many per step
 * @param rate the learning rate
 * @param seed of the weights, the order and the random numbers
 * @param file where the model goes; the pictures go beside it
 */
record Generative(
    Console console, Splits data, int epochs, int batch, double rate, Seed seed, Path file) {
  private static final int COLUMNS = 10;
  private static final int SAMPLES = 100;
  private static final int SCALE = 2;
  private static final int EPOCHS = 10;
  private static final int BATCH = 64;

  /** Half of the paper's: pictures here are small. */
  private static final int FEATURES = 32;

  /** With what the user said; 0 for what suits. */
  static Generative of(
      Console console, Splits data, int epochs, int batch, double rate, Seed seed, Path file) {
    return new Generative(
        console, data, epochs > 0 ? epochs : EPOCHS, batch > 0 ? batch : BATCH, rate, seed, file);
  }

  /** Trains the network of an entry on the data. */
  void run(Zoo.Entry entry) {
    if (!(data.preprocessing() instanceof ImagePrep prep)) {
      throw new HebbException(
          "the network '%s' makes pictures, but the data are %s; use digits, mnist, fashion or a folder of pictures"
              .formatted(entry.name(), data.shape()));
    }
    console.line("%s: %s", data.name(), data.train());
    if (entry.kind() == Zoo.Kind.GENERATOR) {
      adversarial(entry, prep);
    } else {
      restoring(entry, prep);
    }
  }

  // ---- autoencoders

  private void restoring(Zoo.Entry entry, ImagePrep prep) {
    Shape shape = data.shape();
    boolean variational = entry.name().equals("vae");
    Loss loss = variational ? Vae.of(shape).loss() : Losses.bceWithLogits();
    Net net = entry.layers(shape, data.outputs(), data.train().size()).build(shape, seed);
    console.line("%s: %,d parameters", entry.name(), net.summary().parameters());
    Run run =
        Trainer.of(net, loss, Adam.of(rate > 0 ? rate : 1e-3))
            .with(console.subscribers())
            .fit(
                data.train().restored().shuffle(seed).batch(batch).prefetch(),
                data.test().restored().batch(500),
                epochs);
    console.line("trained in %s", Text.duration(run.seconds()));
    List<BufferedImage> pictures = new ArrayList<>();
    int columns = variational ? COLUMNS : Math.clamp(data.test().size(), 1, COLUMNS);
    ImagePrep unit = unit(prep, 0, 1);
    if (variational) {
      for (float[] logits :
          Adversarial.examples(net.part(Vae.DECODER), SAMPLES, seed.split("samples"))) {
        pictures.add(unit.decode(probabilities(logits)));
      }
    } else { // a row of pictures, below it what became of them
      for (int row = 0; row < Math.min(SAMPLES / COLUMNS, data.test().size() / columns); row++) {
        List<BufferedImage> restored = new ArrayList<>();
        for (int i = row * columns; i < (row + 1) * columns; i++) {
          float[] x = data.test().input(i);
          pictures.add(prep.decode(x));
          restored.add(unit.decode(probabilities(net.predict(x))));
        }
        pictures.addAll(restored);
      }
    }
    finish(net, pictures, columns);
  }

  private static float[] probabilities(float[] logits) {
    float[] p = new float[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = (float) (1 / (1 + Math.exp(-logits[i])));
    }
    return p;
  }

  // ---- adversaries

  private void adversarial(Zoo.Entry entry, ImagePrep prep) {
    ImagePrep centred = unit(prep, 0.5, 0.5); // values in −1 … 1, as the generator gives them
    Dataset pictures = Examples.rescaled(data.train(), centred);
    Dcgan dcgan = Dcgan.of(data.shape()).features(FEATURES);
    Net generator = dcgan.generator().build(Shape.of(dcgan.noise()), seed.split("generator"));
    Net discriminator = dcgan.discriminator().build(data.shape(), seed.split("discriminator"));
    console.line(
        "%s: %,d parameters, against %,d",
        entry.name(), generator.summary().parameters(), discriminator.summary().parameters());
    Adversarial.of(generator, discriminator, Adam.of(rate > 0 ? rate : 2e-4).betas(0.5, 0.999))
        .seed(seed)
        .each(balance -> {
          console.line(balance.toString());
          balance.warnings().forEach(w -> console.line("warning: " + w));
        })
        .fit(pictures.shuffle(seed).batch(batch).dropLast(), epochs);
    List<BufferedImage> made = new ArrayList<>();
    for (float[] x : Adversarial.examples(generator, SAMPLES, seed.split("samples"))) {
      made.add(centred.decode(x));
    }
    finish(generator, made, COLUMNS);
  }

  // ----

  /** The same pictures with values of another mean and deviation. */
  private static ImagePrep unit(ImagePrep prep, double mean, double std) {
    int c = prep.channels();
    return new ImagePrep(
        prep.height(),
        prep.width(),
        c,
        java.util.Collections.nCopies(c, mean),
        java.util.Collections.nCopies(c, std),
        prep.style(),
        prep.labels());
  }

  private void finish(Net net, List<BufferedImage> pictures, int columns) {
    net.save(file);
    console.line("model    %s   (Net.load in a program)", file);
    String name = file.getFileName().toString().replaceFirst("\\.hebb$", "");
    Path samples = file.resolveSibling(name + "-samples.png");
    Images.write(Images.grid(pictures, columns, SCALE), samples);
    console.line("pictures %s", samples);
  }
}
