package dev.hebb.bench;

import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.maxPool;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.sequential;
import static dev.hebb.nn.Layers.sigmoid;

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

/**
 * Something worth timing as a whole: a training step or a large expression, on synthetic data. The
 * names and sizes are those that the peers' harness uses, so that numbers can stand side by side.
 */
enum Workload {
  /** What a step costs beyond its arithmetic. */
  W0("XOR 2-8-1, batch 4, SGD step") {
    @Override
    Run open() {
      var net = sequential(dense(8), sigmoid(), dense(1)).build(Shape.of(2), SEED);
      Tensor x = Tensor.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
      Tensor y = Tensor.of(new float[] {0, 1, 1, 0}, Shape.of(4, 1));
      return training(net, Losses.bceWithLogits(), Sgd.of(0.1), x, y);
    }
  },
  /** A small multi-layer perceptron. */
  W1("MLP 784-128-10, batch 64, SGD step") {
    @Override
    Run open() {
      var net = sequential(dense(128), relu(), dense(10)).build(Shape.of(784), SEED);
      return training(net, Losses.crossEntropy(), Sgd.of(0.01), normal(64, 784), labels(64));
    }
  },
  /** A large one. */
  W2("MLP 784-1024-1024-10, batch 256, Adam step") {
    @Override
    Run open() {
      var net =
          sequential(dense(1024), relu(), dense(1024), relu(), dense(10))
              .build(Shape.of(784), SEED);
      return training(net, Losses.crossEntropy(), Adam.of(1e-3), normal(256, 784), labels(256));
    }
  },
  /** The lecture's convolutional network. */
  W3("LeNet 20/50/500, batch 64, momentum step") {
    @Override
    Run open() {
      var net =
          sequential(
                  conv2d(20, 5),
                  maxPool(2),
                  conv2d(50, 5),
                  maxPool(2),
                  flatten(),
                  dense(500),
                  relu(),
                  dense(10))
              .build(Shape.of(1, 28, 28), SEED);
      return training(
          net,
          Losses.crossEntropy(),
          Sgd.of(0.01).momentum(0.9),
          normal(64, 1, 28, 28),
          labels(64));
    }
  },
  /** A chain of elementwise functions. */
  EW("tanh(1.5x+.25)·sigmoid(x)+mish(x), 4 Mi floats") {
    @Override
    Run open() {
      Tensor x = normal(1 << 22);
      Step step = Step.of(false, in -> List.of(expression(in.getFirst())));
      return () -> step.run(x);
    }
  },
  /** The same with its gradient. */
  EWg("the same and the gradient of its sum") {
    @Override
    Run open() {
      Tensor x = normal(1 << 22);
      Step step = Step.of(false, in -> expression(in.getFirst()).sum().grad(in.getFirst()));
      return () -> step.run(x);
    }
  };

  /** One step, ready to be repeated. */
  interface Run {
    Tensor step();
  }

  private static final Seed SEED = Seed.of(1);

  private final String title;

  Workload(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Builds everything; the first step records and compiles. */
  abstract Run open();

  private static Tensor normal(int... dims) {
    return Random.normalOnce(Shape.of(dims), Seed.of(7)).eval();
  }

  private static Tensor labels(int n) {
    return Random.uniformOnce(Shape.of(n), Seed.of(8)).mul(10).cast(DType.INT32).eval();
  }

  private static Tensor expression(Tensor x) {
    return x.mul(1.5).add(0.25).tanh().mul(x.sigmoid()).add(x.apply(Activation.MISH));
  }

  private static Run training(Net net, Loss loss, Optimizer optimizer, Tensor x, Tensor y) {
    var bound = optimizer.bind(net.params());
    Step step =
        Step.trainStep((in, target) -> {
          Tensor l = loss.of(net.forward(in), target);
          bound.update(l.grad(net.params()));
          return l;
        });
    return () -> step.run(x, y);
  }
}
