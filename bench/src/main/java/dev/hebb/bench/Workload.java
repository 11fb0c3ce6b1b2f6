package dev.hebb.bench;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.Layers.sigmoid;

import dev.hebb.nn.Flops;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Loss;
import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.optim.Optimizer;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.op.Activation;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/**
 * Something worth timing as a whole: a training step, a prediction or a large expression, on
 * synthetic data. The names and sizes are those that the peers' harness uses, so that numbers can
 * stand side by side.
 */
public enum Workload {
  /** What a step costs beyond its arithmetic. */
  W0("XOR 2-8-1, batch 4, SGD step") {
    @Override
    public Run open() {
      Tensor x = Tensor.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
      Tensor y = Tensor.of(new float[] {0, 1, 1, 0}, Shape.of(4, 1));
      Layer net = sequential(dense(8), sigmoid(), dense(1));
      return training(net, Losses.bceWithLogits(), Sgd.of(0.5), x, y);
    }
  },
  /** A small multi-layer perceptron. */
  W1("MLP 784-128-10, batch 64, SGD step") {
    @Override
    public Run open() {
      Layer net = sequential(dense(128), relu(), dense(10));
      return training(net, Losses.crossEntropy(), Sgd.of(0.1), uniform(64, 784), labels(10, 64));
    }
  },
  /** A large one. */
  W2("MLP 784-1024-1024-10, batch 256, Adam step") {
    @Override
    public Run open() {
      Layer net = sequential(dense(1024), relu(), dense(1024), relu(), dense(10));
      return training(
          net, Losses.crossEntropy(), Adam.of(1e-3), uniform(256, 784), labels(10, 256));
    }
  },
  /** The lecture's convolutional network. */
  W3("LeNet 20/50/500, batch 64, momentum step") {
    @Override
    public Run open() {
      return training(
          Networks.leNet(),
          Losses.crossEntropy(),
          Sgd.of(0.01).momentum(0.9),
          uniform(64, 1, 28, 28),
          labels(10, 64));
    }
  },
  /** A residual network with batch normalisation. */
  W4("ResNet for 3×32×32, batch 32, momentum step") {
    @Override
    public Run open() {
      return training(
          Networks.resNet(),
          Losses.crossEntropy(),
          Sgd.of(0.01).momentum(0.9),
          uniform(32, 3, 32, 32),
          labels(10, 32));
    }
  },
  /** A deep network of many small convolutions predicts. */
  W5i("GoogLeNet 224×224, inference of 1") {
    @Override
    public Run open() {
      return inference(Networks.googLeNet(), uniform(1, 3, 224, 224));
    }
  },
  /** The same network learns. */
  W5t("GoogLeNet 224×224, batch 8, momentum step") {
    @Override
    public Run open() {
      return training(
          Networks.googLeNet(),
          Losses.crossEntropy(),
          Sgd.of(0.001).momentum(0.9),
          uniform(8, 3, 224, 224),
          labels(1000, 8));
    }
  },
  /** Recurrence. */
  W6("embedding 64, LSTM 256, dense, T 64, batch 32, Adam step") {
    @Override
    public Run open() {
      return training(
          Networks.characterModel(),
          Losses.crossEntropy(),
          Adam.of(1e-3),
          labels(64, 32, 64),
          labels(64, 32, 64));
    }
  },
  /** Attention. */
  W7("Transformer encoder 2×128, T 64, batch 16, Adam step") {
    @Override
    public Run open() {
      return training(
          Networks.encoder(),
          Losses.mse(),
          Adam.of(1e-3),
          normal(16, 64, 128),
          normal(16, 64, 128));
    }
  },
  /** One row, and the result read in Java. */
  W8("one row through 784-128-10") {
    @Override
    public Run open() {
      return inference(sequential(dense(128), relu(), dense(10)), uniform(1, 784));
    }
  },
  /** A chain of elementwise functions. */
  EW("tanh(1.5x+.25)·sigmoid(x)+mish(x), 4 Mi floats") {
    @Override
    public Run open() {
      Tensor x = normal(ELEMENTS);
      Step step = Step.of(false, in -> List.of(expression(in.getFirst())));
      return new Run(0, 0, () -> step.run(x));
    }

    @Override
    public double bytes() {
      return 2.0 * Float.BYTES * ELEMENTS;
    }
  },
  /** The same with its gradient. */
  EWg("the same and the gradient of its sum") {
    @Override
    public Run open() {
      Tensor x = normal(ELEMENTS);
      Step step =
          Step.of(
              false,
              in -> {
                Tensor sum = expression(in.getFirst()).sum();
                return List.of(sum, sum.grad(in.getFirst()).getFirst());
              });
      return new Run(0, 0, () -> step.runAll(x).getFirst());
    }

    @Override
    public double bytes() {
      return 2.0 * Float.BYTES * ELEMENTS;
    }
  };

  /**
   * A workload, ready to be repeated.
   *
   * @param parameters how many numbers it trains
   * @param flops the floating-point operations of a step that are matrix products or convolutions
   * @param step one step: gives the loss, or some result
   */
  public record Run(long parameters, long flops, Supplier<Tensor> step) {}

  private static final int ELEMENTS = 1 << 22;
  private static final Seed SEED = Seed.of(1);

  private final String title;

  Workload(String title) {
    this.title = title;
  }

  /** What it does, in a few words. */
  public String title() {
    return title;
  }

  /** Builds everything; the first step records and compiles. */
  public abstract Run open();

  /**
   * The floating-point operations of a step's matrix products and convolutions, read off its graph:
   * the gradient of the network's input is not among them, because nobody asks for it. 0 where
   * there are none.
   */
  public double flops() {
    return open().flops();
  }

  /** The bytes that must cross the memory bus in a step; 0 where arithmetic is what counts. */
  public double bytes() {
    return 0;
  }

  private static Tensor uniform(int... dims) {
    return Random.uniformOnce(Shape.of(dims), Seed.of(6)).eval();
  }

  private static Tensor normal(int... dims) {
    return Random.normalOnce(Shape.of(dims), Seed.of(7)).eval();
  }

  private static Tensor labels(int classes, int... dims) {
    return Random.uniformOnce(Shape.of(dims), Seed.of(8)).mul(classes).cast(DType.INT32).eval();
  }

  private static Tensor expression(Tensor x) {
    return x.mul(1.5).add(0.25).tanh().mul(x.sigmoid()).add(x.apply(Activation.MISH));
  }

  private static Net build(Layer layers, Tensor x) {
    return layers.build(x.shape().drop(1), SEED);
  }

  private static Run inference(Layer layers, Tensor x) {
    Net net = build(layers, x);
    Step step = Step.of(false, in -> List.of(net.forward(in.getFirst())));
    long flops = Step.rehearse(() -> Flops.of(net.forward(x)));
    return new Run(parameters(net), flops, () -> step.run(x));
  }

  private static Run training(Layer layers, Loss loss, Optimizer optimizer, Tensor x, Tensor y) {
    Net net = build(layers, x);
    var bound = optimizer.bind(net.params());
    Step step =
        Step.trainStep((in, target) -> {
          Tensor l = loss.of(net.forward(in), target);
          bound.update(l.grad(net.params()));
          return l;
        });
    long flops =
        Step.rehearse(() -> {
          Tensor l = loss.of(net.forward(x), y);
          return Flops.of(l.grad(net.params()).toArray(Tensor[]::new));
        });
    return new Run(parameters(net), flops, () -> step.run(x, y));
  }

  private static long parameters(Net net) {
    return net.params().stream().mapToLong(p -> p.shape().size()).sum();
  }
}
