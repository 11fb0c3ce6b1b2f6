package dev.hebb.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.*;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.*;
import ai.djl.training.initializer.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.*;
import java.util.function.*;

/**
 * PyTorch through DJL, written the way its documentation does: Blocks, Trainer, GradientCollector.
 */
public final class DjlPeer implements Peer {
  @Override
  public String version() {
    return "DJL "
        + Engine.getDjlVersion()
        + " "
        + Engine.getInstance().getEngineName()
        + " "
        + Engine.getInstance().getVersion();
  }

  @Override
  public Session open(String w, int threads) {
    Engine.getInstance().setRandomSeed(1);
    NDManager m = NDManager.newBaseManager(Device.cpu());
    switch (w) {
      case "W0":
        return train(
            m,
            new SequentialBlock().add(lin(8)).add(Activation.sigmoidBlock()).add(lin(1)),
            Loss.sigmoidBinaryCrossEntropyLoss(),
            sgd(0.5f, 0),
            m.create(Workloads.XOR_X, new Shape(4, 2)),
            m.create(Workloads.XOR_Y, new Shape(4, 1)));
      case "W1":
        return train(
            m,
            mlp(128),
            Loss.softmaxCrossEntropyLoss(),
            sgd(0.1f, 0),
            m.create(Workloads.uniform(64 * 784, 42), new Shape(64, 784)),
            m.create(Workloads.labels(64, 10, 43)));
      case "W2":
        return train(
            m,
            mlp(1024, 1024),
            Loss.softmaxCrossEntropyLoss(),
            adam(),
            m.create(Workloads.uniform(256 * 784, 42), new Shape(256, 784)),
            m.create(Workloads.labels(256, 10, 43)));
      case "W3":
        return train(
            m,
            new SequentialBlock()
                .add(conv(20, 5, 1, 0, true))
                .add(Pool.maxPool2dBlock(s2(2), s2(2)))
                .add(conv(50, 5, 1, 0, true))
                .add(Pool.maxPool2dBlock(s2(2), s2(2)))
                .add(Blocks.batchFlattenBlock())
                .add(lin(500))
                .add(Activation.reluBlock())
                .add(lin(10)),
            Loss.softmaxCrossEntropyLoss(),
            sgd(0.01f, 0.9f),
            m.create(Workloads.uniform(64 * 784, 42), new Shape(64, 1, 28, 28)),
            m.create(Workloads.labels(64, 10, 43)));
      case "W4":
        {
          SequentialBlock b =
              new SequentialBlock()
                  .add(conv(64, 3, 1, 1, false))
                  .add(bn())
                  .add(Activation.reluBlock());
          b.add(res(64, 1, false))
              .add(res(64, 1, false))
              .add(res(128, 2, true))
              .add(res(128, 1, false))
              .add(res(128, 1, false));
          b.add(Pool.globalAvgPool2dBlock()).add(Blocks.batchFlattenBlock()).add(lin(10));
          return train(
              m,
              b,
              Loss.softmaxCrossEntropyLoss(),
              sgd(0.01f, 0.9f),
              m.create(Workloads.normal(32 * 3 * 1024, 42), new Shape(32, 3, 32, 32)),
              m.create(Workloads.labels(32, 10, 43)));
        }
      case "W5t":
        return train(
            m,
            googlenet(),
            Loss.softmaxCrossEntropyLoss(),
            sgd(0.001f, 0.9f),
            m.create(Workloads.normal(8 * 3 * 224 * 224, 42), new Shape(8, 3, 224, 224)),
            m.create(Workloads.labels(8, 1000, 43)));
      case "W5i":
        return infer(
            m,
            googlenet(),
            m.create(Workloads.normal(3 * 224 * 224, 42), new Shape(1, 3, 224, 224)));
      case "W6":
        {
          SequentialBlock b =
              new SequentialBlock()
                  .add(new Emb(64, 64))
                  .add(
                      LSTM.builder()
                          .setStateSize(256)
                          .setNumLayers(1)
                          .optBatchFirst(true)
                          .optReturnState(false)
                          .build())
                  .add(lin(64))
                  .add(x -> new NDList(x.singletonOrThrow().reshape(32 * 64, 64)));
          return train(
              m,
              b,
              Loss.softmaxCrossEntropyLoss(),
              adam(),
              m.create(Workloads.labels(32 * 64, 64, 42), new Shape(32, 64)),
              m.create(Workloads.labels(32 * 64, 64, 43)));
        }
      case "W7":
        {
          SequentialBlock b = new SequentialBlock();
          for (int i = 0; i < 2; i++)
            b.add(new TransformerEncoderBlock(128, 4, 512, 0f, Activation::relu));
          return train(
              m,
              b,
              Loss.l2Loss("l2", 1f),
              adam(),
              m.create(Workloads.normal(16 * 64 * 128, 42), new Shape(16, 64, 128)),
              m.create(Workloads.normal(16 * 64 * 128, 43), new Shape(16, 64, 128)));
        }
      case "W8":
        return infer(m, mlp(128), m.create(Workloads.uniform(784, 42), new Shape(1, 784)));
      case "EW":
        {
          NDArray x = m.create(Workloads.normal(Workloads.EWN, 42));
          return new Session() {
            float last;

            @Override
            public long params() {
              return 0;
            }

            @Override
            public void step() {
              try (NDManager s = m.newSubManager()) {
                x.attach(s);
                NDArray y =
                    x.mul(1.5f)
                        .add(0.25f)
                        .tanh()
                        .mul(Activation.sigmoid(x))
                        .add(Activation.mish(x));
                last = y.getFloat(0);
                x.attach(m);
              }
            }

            @Override
            public float loss() {
              return last;
            }
          };
        }
      default:
        return null;
    }
  }

  static Session train(NDManager base, Block b, Loss loss, Optimizer opt, NDArray x, NDArray y) {
    Model model = Model.newInstance("m", Device.cpu());
    model.setBlock(b);
    Trainer t =
        model.newTrainer(
            new DefaultTrainingConfig(loss)
                .optOptimizer(opt)
                .optDevices(new Device[] {Device.cpu()}));
    t.initialize(x.getShape());
    return new Session() {
      float last;

      @Override
      public long params() {
        return count(b);
      }

      @Override
      public void step() {
        try (NDManager s = t.getManager().newSubManager()) {
          x.attach(s);
          y.attach(s);
          try (GradientCollector gc = t.newGradientCollector()) {
            NDArray l = loss.evaluate(new NDList(y), t.forward(new NDList(x)));
            gc.backward(l);
            last = l.getFloat();
          }
          t.step();
          x.attach(base);
          y.attach(base);
        }
      }

      @Override
      public float loss() {
        return last;
      }
    };
  }

  static Session infer(NDManager base, Block b, NDArray x) {
    b.initialize(base, DataType.FLOAT32, x.getShape());
    ParameterStore ps = new ParameterStore(base, false);
    return new Session() {
      float last;

      @Override
      public long params() {
        return count(b);
      }

      @Override
      public void step() {
        try (NDManager s = base.newSubManager()) {
          x.attach(s);
          last = b.forward(ps, new NDList(x), false).singletonOrThrow().toFloatArray()[0];
          x.attach(base);
        }
      }

      @Override
      public float loss() {
        return last;
      }
    };
  }

  static long count(Block b) {
    long c = 0;
    for (ai.djl.util.Pair<String, Parameter> p : b.getParameters())
      if (p.getValue().requiresGradient()) c += p.getValue().getArray().size();
    return c;
  }

  static Optimizer sgd(float lr, float mom) {
    return Optimizer.sgd().setLearningRateTracker(Tracker.fixed(lr)).optMomentum(mom).build();
  }

  static Optimizer adam() {
    return Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build();
  }

  static Shape s2(int k) {
    return new Shape(k, k);
  }

  static Block lin(int n) {
    return Linear.builder().setUnits(n).build();
  }

  static Block mlp(int... h) {
    SequentialBlock b = new SequentialBlock();
    for (int n : h) b.add(lin(n)).add(Activation.reluBlock());
    return b.add(lin(10));
  }

  static Block conv(int f, int k, int s, int p, boolean bias) {
    return Conv2d.builder()
        .setKernelShape(s2(k))
        .setFilters(f)
        .optStride(s2(s))
        .optPadding(s2(p))
        .optBias(bias)
        .build();
  }

  static Block bn() {
    return BatchNorm.builder().build();
  }

  static Block res(int ch, int stride, boolean proj) {
    SequentialBlock main =
        new SequentialBlock()
            .add(conv(ch, 3, stride, 1, false))
            .add(bn())
            .add(Activation.reluBlock())
            .add(conv(ch, 3, 1, 1, false))
            .add(bn());
    Block sc =
        proj
            ? new SequentialBlock().add(conv(ch, 1, stride, 0, false)).add(bn())
            : Blocks.identityBlock();
    return new ParallelBlock(
        l ->
            new NDList(
                Activation.relu(l.get(0).singletonOrThrow().add(l.get(1).singletonOrThrow()))),
        List.of(main, sc));
  }

  static SequentialBlock cr(int f, int k, int s, int p) {
    return new SequentialBlock().add(conv(f, k, s, p, true)).add(Activation.reluBlock());
  }

  static Block googlenet() {
    Supplier<Block> pool = () -> Pool.maxPool2dBlock(s2(3), s2(2), s2(0), true);
    SequentialBlock b =
        new SequentialBlock()
            .add(cr(64, 7, 2, 3))
            .add(pool.get())
            .add(cr(64, 1, 1, 0))
            .add(cr(192, 3, 1, 1))
            .add(pool.get());
    for (int[] r : Workloads.INCEPTION) {
      if (r.length == 1) {
        b.add(pool.get());
        continue;
      }
      b.add(
          new ParallelBlock(
              l ->
                  new NDList(
                      NDArrays.concat(
                          new NDList(
                              l.get(0).head(), l.get(1).head(), l.get(2).head(), l.get(3).head()),
                          1)),
              List.of(
                  cr(r[1], 1, 1, 0),
                  new SequentialBlock().add(cr(r[2], 1, 1, 0)).add(cr(r[3], 3, 1, 1)),
                  new SequentialBlock().add(cr(r[4], 1, 1, 0)).add(cr(r[5], 5, 1, 2)),
                  new SequentialBlock()
                      .add(Pool.maxPool2dBlock(s2(3), s2(1), s2(1)))
                      .add(cr(r[6], 1, 1, 0)))));
    }
    return b.add(Pool.globalAvgPool2dBlock()).add(Blocks.batchFlattenBlock()).add(lin(1000));
  }

  static final class Emb extends AbstractBlock {
    final Parameter w;
    final int n, d;

    Emb(int n, int d) {
      this.n = n;
      this.d = d;
      w =
          addParameter(
              Parameter.builder()
                  .setName("w")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(n, d))
                  .optInitializer(new NormalInitializer(1f))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps,
        NDList in,
        boolean training,
        ai.djl.util.PairList<String, Object> params) {
      NDArray x = in.singletonOrThrow();
      return Embedding.embedding(x, ps.getValue(w, x.getDevice(), training), SparseFormat.DENSE);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] in) {
      return new Shape[] {in[0].add(d)};
    }
  }
}
