package dev.hebb.train;

import dev.hebb.nn.GanLoss;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Bound;
import dev.hebb.nn.optim.Optimizer;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Loader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Trains two networks against each other, a GAN: the generator makes examples of random numbers,
 * the discriminator tells them from real ones, and each learns from the other (Goodfellow et al.,
 * “Generative adversarial nets”, 2014).
 *
 * <pre>{@code
 * var history = Adversarial.of(generator, discriminator, Adam.of(2e-4).betas(0.5, 0.999))
 *     .each(IO::println)
 *     .fit(digits.shuffle().batch(64), 10);
 * }</pre>
 *
 * <p>After each epoch a {@link Balance} says how the game stands: whether one network has won, and
 * whether the generator's examples have become all the same.
 *
 * @param generator takes vectors of standard normal numbers, gives examples
 * @param discriminator takes examples, gives one number each, without an activation
 * @param generatorRule changes the generator's weights
 * @param discriminatorRule changes the discriminator's weights
 * @param loss what each of them makes small
 * @param penalty the weight of the gradient penalty, not negative; 0 for none
 * @param discriminatorSteps how many steps the discriminator takes for each of the generator, ≥ 1
 * @param seed the origin of the generator's random numbers
 * @param each is told how every epoch went
 */
public record Adversarial(
    Net generator,
    Net discriminator,
    Optimizer generatorRule,
    Optimizer discriminatorRule,
    GanLoss loss,
    double penalty,
    int discriminatorSteps,
    Seed seed,
    Consumer<Balance> each) {
  /** Checks that the networks belong together. */
  public Adversarial {
    if (generator.in().rank() != 1 || !generator.out().sameDims(discriminator.in())) {
      throw new ShapeError(
          "the generator turns %s into %s; it must take a vector and give what the discriminator takes, %s"
              .formatted(generator.in(), generator.out(), discriminator.in()));
    }
    if (discriminator.out().size() != 1) {
      throw new ShapeError(
          "the discriminator gives %s for an example; it must give one number: end it with dense(1)"
              .formatted(discriminator.out()));
    }
    if (!(penalty >= 0 && penalty < Double.POSITIVE_INFINITY)) {
      throw new HebbException("gradientPenalty(" + penalty + "): it must not be negative");
    }
    if (discriminatorSteps < 1) {
      throw new HebbException(
          "discriminatorSteps(" + discriminatorSteps + "): it takes at least 1");
    }
  }

  /** Both networks by the same rule, with the usual loss and without a penalty. */
  public static Adversarial of(Net generator, Net discriminator, Optimizer rule) {
    return new Adversarial(
        generator, discriminator, rule, rule, GanLoss.NON_SATURATING, 0, 1, Seed.of(0), _ -> {});
  }

  /** With another rule for the discriminator. */
  public Adversarial discriminatorRule(Optimizer rule) {
    return new Adversarial(
        generator,
        discriminator,
        generatorRule,
        rule,
        loss,
        penalty,
        discriminatorSteps,
        seed,
        each);
  }

  /** With another loss. */
  public Adversarial loss(GanLoss other) {
    return new Adversarial(
        generator,
        discriminator,
        generatorRule,
        discriminatorRule,
        other,
        penalty,
        discriminatorSteps,
        seed,
        each);
  }

  /**
   * With λ · mean of (‖∂D/∂x̂‖ − 1)² added to the discriminator's loss, x̂ at random between a real
   * and a generated example (Gulrajani et al., 2017). The discriminator must then treat examples
   * one by one: no batch norm.
   *
   * @param lambda the weight; 10 in the paper
   */
  public Adversarial gradientPenalty(double lambda) {
    return new Adversarial(
        generator,
        discriminator,
        generatorRule,
        discriminatorRule,
        loss,
        lambda,
        discriminatorSteps,
        seed,
        each);
  }

  /** With so many steps of the discriminator for each of the generator. */
  public Adversarial discriminatorSteps(int steps) {
    return new Adversarial(
        generator,
        discriminator,
        generatorRule,
        discriminatorRule,
        loss,
        penalty,
        steps,
        seed,
        each);
  }

  /** With other random numbers. */
  public Adversarial seed(Seed other) {
    return new Adversarial(
        generator,
        discriminator,
        generatorRule,
        discriminatorRule,
        loss,
        penalty,
        discriminatorSteps,
        other,
        each);
  }

  /** Tells this of every epoch. */
  public Adversarial each(Consumer<Balance> listener) {
    return new Adversarial(
        generator,
        discriminator,
        generatorRule,
        discriminatorRule,
        loss,
        penalty,
        discriminatorSteps,
        seed,
        listener);
  }

  /**
   * Trains both networks. An interrupt of the thread ends it after the current step.
   *
   * @param data the real examples; what they are labelled with plays no part
   * @param epochs how many times to go through them
   * @return how each epoch went
   * @throws HebbException if the data do not fit, or a loss is no longer a finite number
   */
  public List<Balance> fit(Loader data, int epochs) {
    if (!data.data().shape().sameDims(discriminator.in())) {
      throw new ShapeError(
          "the discriminator takes examples of shape %s, but the data's are %s"
              .formatted(discriminator.in(), data.data().shape()));
    }
    if (epochs < 1 || data.size() == 0 || data.batchSize() < 2) {
      throw new HebbException(
          "fit: needs at least one epoch and one batch of two or more examples, not %d epochs of %d batches of %d"
              .formatted(epochs, data.size(), data.batchSize()));
    }
    return new Game(data, epochs).run();
  }

  /**
   * Examples that the generator makes now, as numbers, row by row.
   *
   * @param count how many
   * @param noise the same seed gives the same random numbers
   */
  public float[][] examples(int count, Seed noise) {
    return examples(generator, count, noise);
  }

  /** Examples of a generator or decoder: what it makes of standard normal numbers. */
  public static float[][] examples(Net generator, int count, Seed noise) {
    float[] z = Random.normalOnce(generator.in().prepend(count), noise).toFloats();
    int each = generator.in().size();
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = java.util.Arrays.copyOfRange(z, i * each, (i + 1) * each);
    }
    return generator.predict(rows);
  }

  // ---- one step of each

  /** The discriminator's step: its loss, the share of pairs told apart, the two distances. */
  private List<Tensor> discriminate(Tensor x, Bound rule) {
    int n = x.dim(0);
    Tensor fake = generator.forward(noise(n, 1)).detach();
    Tensor real = discriminator.forward(x).reshape(n);
    Tensor generated = discriminator.forward(fake).reshape(n);
    Tensor all = loss.discriminator(real, generated);
    if (penalty > 0) {
      all = all.add(steepness(x, fake).mul(penalty));
    }
    rule.update(all.grad(discriminator.params()));
    Tensor told = real.reshape(n, 1).gt(generated).cast(real.dtype()).mean();
    return List.of(all, told, nearest(fake), nearest(x));
  }

  /** The generator's step: its loss. */
  private List<Tensor> generate(int n, Bound rule) {
    Tensor fake = generator.forward(noise(n, 2));
    Tensor all = loss.generator(discriminator.forward(fake).reshape(n));
    rule.update(all.grad(generator.params()));
    return List.of(all);
  }

  private Tensor noise(int n, int stream) {
    return Random.normal(generator.in().prepend(n), seed.split(stream));
  }

  /** How far the discriminator's slopes between real and generated examples are from 1. */
  private Tensor steepness(Tensor real, Tensor fake) {
    int n = real.dim(0);
    int[] column = new int[real.rank()];
    java.util.Arrays.fill(column, 1);
    column[0] = n;
    Tensor share = Random.uniform(Shape.of(column).as(real.dtype()), seed.split(3));
    Tensor between = real.mul(share).add(fake.mul(share.neg().add(1)));
    Tensor slope = discriminator.forward(between).sum().grad(between).getFirst();
    // A root has no slope at 0; the small number keeps the second derivative finite.
    return slope.reshape(n, -1).square().sum(1).add(1e-12).sqrt().sub(1).square().mean();
  }

  /** The mean distance of the examples of a batch from their nearest neighbours in it. */
  private static Tensor nearest(Tensor batch) {
    int n = batch.dim(0);
    Tensor x = batch.reshape(n, -1);
    x = x.sub(x.mean(0)); // a common offset would cost digits
    Tensor squares = x.square().sum(1);
    Tensor squared = squares.reshape(n, 1).add(squares).sub(x.matmul(x.transpose()).mul(2)).relu();
    Tensor self = Tensor.eye(n).cast(x.dtype()).mul(Float.MAX_VALUE / 4);
    return squared.add(self).min(1).sqrt().mean();
  }

  /** One run: the loop, and what it has come to. */
  private final class Game {
    private final Loader data;
    private final int epochs;
    private final Bound generatorAtWork = generatorRule.bind(generator.params());
    private final Bound discriminatorAtWork = discriminatorRule.bind(discriminator.params());
    private final Step discriminate =
        Step.of(true, in -> Adversarial.this.discriminate(in.getFirst(), discriminatorAtWork));
    private final Step generate;
    private final List<Balance> history = new ArrayList<>();
    private long steps;

    Game(Loader data, int epochs) {
      this.data = data;
      this.epochs = epochs;
      int n = data.batchSize();
      this.generate = Step.of(true, _ -> Adversarial.this.generate(n, generatorAtWork));
    }

    List<Balance> run() {
      while (history.size() < epochs && !Thread.currentThread().isInterrupted()) {
        Balance balance = epoch(history.size() + 1);
        history.add(balance);
        each.accept(balance);
      }
      return List.copyOf(history);
    }

    private Balance epoch(int epoch) {
      long began = System.nanoTime();
      double[] sums = new double[4];
      double generatorLoss = 0;
      int count = 0;
      int moves = 0;
      for (Batch batch : data.batches(epoch - 1, 0)) {
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
        if (batch.size() < 2) {
          continue; // one example has no neighbour, and no statistics for batch norm
        }
        List<Tensor> results = discriminate.runAll(batch.x());
        for (int i = 0; i < sums.length; i++) {
          sums[i] += results.get(i).item();
        }
        count++;
        if (++steps % discriminatorSteps == 0) {
          generatorLoss += generate.runAll().getFirst().item();
          moves++;
        }
        if (!Double.isFinite(sums[0] + generatorLoss)) {
          throw new HebbException(
              "the losses are no longer finite in epoch %d after step %d; try smaller learning rates"
                  .formatted(epoch, count));
        }
      }
      int n = Math.max(count, 1);
      double told = sums[1] / n;
      boolean bounded = loss != GanLoss.WASSERSTEIN;
      double sure = bounded ? sums[0] / n : Double.POSITIVE_INFINITY;
      double diversity = sums[3] > 0 ? sums[2] / sums[3] : 1;
      return new Balance(
          epoch,
          epochs,
          sums[0] / n,
          generatorLoss / Math.max(moves, 1),
          told,
          diversity,
          (System.nanoTime() - began) / 1e9,
          Balance.judge(told, sure, diversity));
    }
  }
}
