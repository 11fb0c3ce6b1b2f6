package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.op.Activation;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** L57: activations by depth on two half-moons. */
final class ActivationGrid {
  private static final int N = 120;
  private static final int STEPS = 300;
  private static final Activation[] TRIED = {
    Activation.RELU, Activation.ELU, Activation.SWISH, Activation.TANH, Activation.SIGMOID
  };
  private static final int[] HIDDEN = {1, 2, 8};

  private ActivationGrid() {}

  static Lesson lesson() {
    return Lesson.of(
        "L57",
        "Which activation? A grid of activations and depths",
        "选哪个激活函数？激活函数与深度的网格实验",
        ActivationGrid::tell);
  }

  private static void tell(Page page) {
    page.say(
        "Two classes on two half-moons, 120 points; hidden layers of 16 units, Glorot's initial"
            + " weights, Adam 0.01, %d steps. Each number is the share of right answers on the"
                .formatted(STEPS)
            + " training points: how well the network can be trained at all.",
        "两类点排成两个半月形，共 120 点；隐藏层每层 16 个单元，Glorot 初始化，Adam 0.01，%d 步。每个数字是训练点上的正确率：看网络究竟能不能训练起来。"
            .formatted(STEPS));
    page.part("1. The grid", "1. 网格");
    double[][] right = new double[TRIED.length][HIDDEN.length];
    double[][] slopes = new double[TRIED.length][HIDDEN.length];
    var rows = new ArrayList<List<String>>();
    for (int f = 0; f < TRIED.length; f++) {
      var row = new ArrayList<>(List.of(TRIED[f].title()));
      for (int d = 0; d < HIDDEN.length; d++) {
        Net net = net(TRIED[f], HIDDEN[d]);
        slopes[f][d] = firstGradient(net);
        right[f][d] = trained(net);
        row.add(num(100 * right[f][d], 1) + " %");
        page.note(TRIED[f].title() + HIDDEN[d], right[f][d]);
      }
      rows.add(row);
    }
    var header = new ArrayList<>(List.of(page.pick("activation", "激活函数")));
    for (int hidden : HIDDEN) {
      header.add(hidden + page.pick(hidden == 1 ? " hidden layer" : " hidden layers", " 个隐藏层"));
    }
    page.table(header, rows);
    double[] shallow = Arrays.stream(right).mapToDouble(r -> r[0]).sorted().toArray();
    page.note("shallow spread", shallow[shallow.length - 1] - shallow[0]);
    page.holds(
        right[0][2] > 0.95 && right[TRIED.length - 1][2] < right[0][2] - 0.05,
        "with eight hidden layers, relu still learns and sigmoid falls behind",
        "八个隐藏层时，relu 仍能学会，sigmoid 落在后面");
    page.say(
        "With few hidden layers the differences are small; compare the columns, not the rows.",
        "隐藏层少时差别不大；要比的是列，不是行。");
    page.part("2. Why: the gradient that reaches the first layer", "2. 原因：到达第一层的梯度");
    var reach = new ArrayList<List<String>>();
    for (int f = 0; f < TRIED.length; f++) {
      var row = new ArrayList<>(List.of(TRIED[f].title()));
      for (int d = 0; d < HIDDEN.length; d++) {
        row.add(num(slopes[f][d], 6));
      }
      reach.add(row);
    }
    page.table(header, reach);
    page.say(
        "The length of ∂L/∂W of the first layer before the first step. Each sigmoid multiplies it by a"
            + " slope of at most 0.25; eight of them leave almost nothing.",
        "这是第一步之前第一层 ∂L/∂W 的长度。每个 sigmoid 都乘上一个至多 0.25 的斜率；八层之后几乎什么都不剩。");
    page.note("sigmoid reach", slopes[TRIED.length - 1][2]);
    page.note("relu reach", slopes[0][2]);
    page.holds(
        slopes[TRIED.length - 1][2] * 100 < slopes[0][2],
        "behind eight layers, sigmoid's gradient is less than a hundredth of relu's",
        "隔着八层，sigmoid 的梯度不到 relu 的百分之一");
    page.say(
        "“hebb lesson L37” has the order in which to try activations.",
        "尝试激活函数的顺序见“hebb lesson L37”。");
  }

  private static Net net(Activation f, int hidden) {
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < hidden; i++) {
      layers.add(Layers.dense(16).init(Init.glorotUniform()).activation(f));
    }
    layers.add(Layers.dense(1));
    return Layers.sequential(layers.toArray(Layer[]::new)).build(Shape.of(2), Seed.of(3));
  }

  private static double firstGradient(Net net) {
    return net.forward(points())
        .bceWithLogits(classes())
        .grad(net.params())
        .getFirst()
        .norm()
        .item();
  }

  private static double trained(Net net) {
    Tensor x = points();
    Tensor y = classes();
    var opt = Adam.of(0.01).bind(net.params());
    Step step =
        Step.trainStep(() -> {
          Tensor loss = net.forward(x).bceWithLogits(y);
          opt.update(loss.grad(net.params()));
          return loss;
        });
    for (int i = 0; i < STEPS; i++) {
      step.run();
    }
    double[] z = net.forward(x).toDoubles();
    double[] t = y.toDoubles();
    int right = 0;
    for (int i = 0; i < N; i++) {
      right += z[i] > 0 == t[i] > 0 ? 1 : 0;
    }
    return right / (double) N;
  }

  /** Two half-moons that reach into each other, without noise. */
  private static Tensor points() {
    float[] xy = new float[2 * N];
    for (int i = 0; i < N; i++) {
      double angle = Math.PI * Math.floorDiv(i, 2) / (N / 2 - 1.0);
      boolean upper = i % 2 == 0;
      xy[2 * i] = (float) (upper ? Math.cos(angle) : 1 - Math.cos(angle));
      xy[2 * i + 1] = (float) (upper ? Math.sin(angle) : 0.4 - Math.sin(angle));
    }
    return Tensor.of(xy, Shape.of(N, 2));
  }

  private static Tensor classes() {
    float[] y = new float[N];
    for (int i = 0; i < N; i++) {
      y[i] = i % 2;
    }
    return Tensor.of(y, Shape.of(N, 1));
  }
}
