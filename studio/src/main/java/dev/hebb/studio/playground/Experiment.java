package dev.hebb.studio.playground;

import dev.hebb.nn.Loss;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Bound;
import dev.hebb.nn.optim.Regularizer;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * One network learning from one set of points. Steps and looks are compiled once, when the
 * experiment is made, and replayed. Not for several threads at once.
 */
final class Experiment {
  /** The side of the output's surface, and that of a unit's, in points. */
  static final int SIDE = 50;

  static final int UNIT_SIDE = 20;

  private final Settings settings;
  private final Points points;
  private final Architecture architecture;
  private final Coding coding;
  private final Loss loss;
  private final Bound optimizer;
  private final Step step = Step.trainStep(this::learn);
  private final Step look = Step.of(false, none -> observe());
  private final Batches batches;
  private long steps;

  Experiment(Settings settings, Points points) {
    this.settings = settings;
    this.points = points;
    Settings.Learning learning = settings.learning();
    int classes = points.classes().size();
    this.coding = learning.objective().coding(classes, settings.layout().output());
    this.architecture = Architecture.of(settings, coding.outputs(classes), DType.FLOAT32);
    this.loss = learning.objective().loss(classes);
    this.optimizer = learning.rule().of(learning.rate()).bind(architecture.net().params());
    this.batches =
        new Batches(
            part(0, points.learnt()),
            targets(0, points.learnt()),
            batch(),
            Seed.of(settings.seed()).split("order"));
  }

  Settings settings() {
    return settings;
  }

  Points points() {
    return points;
  }

  Architecture architecture() {
    return architecture;
  }

  Coding coding() {
    return coding;
  }

  long steps() {
    return steps;
  }

  /** How often each point was learnt from, on average. */
  double epochs() {
    return (double) steps * batch() / points.learnt();
  }

  private int batch() {
    return Math.min(settings.learning().batch(), points.learnt());
  }

  // ---- learning

  private Tensor learn(Tensor x, Tensor y) {
    List<Variable> params = architecture.net().params();
    Tensor value = loss.of(architecture.net().forward(x), y);
    double strength = settings.restraint().strength();
    Tensor aim =
        switch (settings.restraint().penalty()) {
          case NONE -> value;
          case L1 -> value.add(Regularizer.l1(strength).penalty(params));
          case L2 -> value.add(Regularizer.l2(strength).penalty(params));
        };
    optimizer.update(aim.grad(params));
    return value;
  }

  /** Takes one step on the next batch. */
  void step() {
    Batches.Batch batch = batches.next();
    step.run(batch.x(), batch.y());
    steps++;
  }

  // ---- looking

  /** What a set of points makes of the network. */
  private record Score(Tensor loss, Tensor right) {}

  private List<Tensor> observe() {
    Net net = architecture.net();
    List<Tensor> results = new ArrayList<>();
    Tensor out = net.forward(grid(SIDE));
    results.add(coding.shown(out));
    results.add(coding.isOfSeveral() ? coding.decided(out) : Tensor.full(Shape.of(), 0));

    Map<String, Tensor> learnt = net.activations(part(0, points.learnt()));
    Score train = score(architecture.places().getLast().answer(learnt), 0, points.learnt());
    Score test =
        score(net.forward(part(points.learnt(), points.size())), points.learnt(), points.size());
    results.addAll(List.of(train.loss, train.right, test.loss, test.right));

    Map<String, Tensor> small = net.activations(grid(UNIT_SIDE));
    for (Architecture.Place place : architecture.places()) {
      results.add(train.loss.grad(architecture.weights(place).tensor()).getFirst().norm());
      if (hidden().contains(place)) {
        Tensor answers = place.answer(small);
        Tensor largest = answers.abs().max(0).maximum(1);
        results.add(answers.div(largest).transpose());
        Tensor a = place.answer(learnt);
        results.add(a.sum().grad(place.sum(learnt)).getFirst().abs().mean(0));
      }
    }
    return results;
  }

  private List<Architecture.Place> hidden() {
    return architecture.places().subList(0, architecture.places().size() - 1);
  }

  private Score score(Tensor out, int from, int to) {
    if (coding == Coding.NUMBER) {
      return new Score(loss.of(out, targets(from, to)), Tensor.full(Shape.of(), Double.NaN));
    }
    Tensor right = coding.decided(out).eq(answers(from, to).cast(DType.INT32));
    return new Score(loss.of(out, targets(from, to)), right.cast(DType.FLOAT32).mean());
  }

  private Tensor part(int from, int to) {
    List<Feature> features = settings.layout().features();
    int k = features.size();
    float[] rows = Arrays.copyOfRange(points.features(features), from * k, to * k);
    return Tensor.of(rows, Shape.of(to - from, k));
  }

  private Tensor targets(int from, int to) {
    return coding.targets(answers(from, to), points.classes().size());
  }

  /** Classes or numbers as they are, [to − from]. */
  private Tensor answers(int from, int to) {
    return Tensor.of(Arrays.copyOfRange(points.y(), from, to), Shape.of(to - from));
  }

  /** The plane in rows from top to bottom, points in the middle of their squares. */
  private Tensor grid(int side) {
    float[] x1 = new float[side * side];
    float[] x2 = new float[side * side];
    for (int i = 0; i < x1.length; i++) {
      int row = i / side;
      int column = i % side;
      x1[i] = (float) (((column + 0.5) / side * 2 - 1) * Points.REACH);
      x2[i] = (float) ((1 - (row + 0.5) / side * 2) * Points.REACH);
    }
    List<Feature> features = settings.layout().features();
    return Tensor.of(Points.features(features, x1, x2), Shape.of(x1.length, features.size()));
  }

  /** What the network is like now. */
  Frame look() {
    Iterator<Tensor> seen = look.runAll().iterator();
    String surface = Frame.bytes(seen.next().toFloats());
    Tensor decided = seen.next();
    Frame.Score train = Frame.Score.of(seen.next(), seen.next());
    Frame.Score test = Frame.Score.of(seen.next(), seen.next());
    List<Frame.Layer> layers = new ArrayList<>();
    for (Architecture.Place place : architecture.places()) {
      boolean isHidden = layers.size() < hidden().size();
      layers.add(
          new Frame.Layer(
              Frame.numbers(architecture.weights(place).value()),
              Frame.numbers(architecture.biases(place).value()),
              Frame.number(seen.next().item()),
              isHidden ? Frame.bytes(seen.next().toFloats()) : "",
              isHidden ? Frame.numbers(seen.next()) : List.of()));
    }
    String classes = coding.isOfSeveral() ? Frame.bytes(decided.toInts()) : null;
    return new Frame(steps, epochs(), train, test, surface, classes, layers);
  }
}
