package dev.hebb.studio.playground;

import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Bound;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The forward and the backward pass of one point with every number of the chain rule, in float64,
 * and one step of plain gradient descent on this point alone.
 *
 * @param point the number of the point
 * @param isTest whether the network does not learn from it
 * @param inputs what goes in
 * @param layers the layers with weights, the output's last
 * @param loss what is made small
 * @param rate the learning rate η of the step
 */
record Arithmetic(
    int point, boolean isTest, List<Input> inputs, List<Layer> layers, Error loss, double rate) {
  /** A feature and its value. */
  record Input(String label, double value) {}

  /**
   * A layer.
   *
   * @param formula f(z)
   * @param slope ∂a/∂z as one writes it
   */
  record Layer(String activation, String formula, String slope, List<Unit> units) {}

  /**
   * A neuron: z = Σ w·x + b, a = f(z).
   *
   * @param dJda ∂J/∂a
   * @param dadz ∂a/∂z
   * @param dJdz their product, ∂J/∂z
   * @param weights one for each input of the layer
   */
  record Unit(
      double z,
      double a,
      double dJda,
      double dadz,
      double dJdz,
      List<Weight> weights,
      Weight bias) {}

  /**
   * A weight or a bias.
   *
   * @param gradient ∂J/∂w
   * @param next what one step makes of it
   */
  record Weight(double value, double gradient, double next) {}

  /**
   * The loss of the point.
   *
   * @param formula J
   * @param slope ∂J/∂a as one writes it
   * @param targets y, one for each output
   * @param value J with these weights
   * @param next J with the weights after the step
   */
  record Error(String formula, String slope, List<Double> targets, double value, double next) {}

  /**
   * Computes all numbers of one point.
   *
   * @throws HebbException if there is no such point
   */
  static Arithmetic of(Experiment experiment, int point) {
    Points points = experiment.points();
    if (point < 0 || point >= points.size()) {
      throw new HebbException(
          "there is no point %d; they are numbered from 0 to %d"
              .formatted(point, points.size() - 1));
    }
    return new Trace(experiment, point).tell();
  }

  /** The computation; its tensors are evaluated all at once. */
  private static final class Trace {
    private final Experiment experiment;
    private final int point;
    private final Architecture architecture;
    private final Tensor x;
    private final Tensor y;
    private final Objective objective;
    private final int classes;
    private final double rate;

    Trace(Experiment experiment, int point) {
      this.experiment = experiment;
      this.point = point;
      Settings settings = experiment.settings();
      Points points = experiment.points();
      this.classes = points.classes().size();
      this.objective = settings.learning().objective();
      this.rate = settings.learning().rate();
      this.architecture =
          Architecture.of(settings, experiment.coding().outputs(classes), DType.FLOAT64);
      this.architecture.net().assign(exact(experiment.architecture().net()));
      int k = settings.layout().features().size();
      float[] rows = points.features(settings.layout().features());
      this.x =
          Tensor.of(Arrays.copyOfRange(rows, point * k, (point + 1) * k), Shape.of(1, k))
              .cast(DType.FLOAT64);
      Tensor answer = Tensor.of(new double[] {points.y()[point]}, Shape.of(1));
      this.y = experiment.coding().targets(answer, classes);
    }

    private static Map<String, Tensor> exact(Net net) {
      Map<String, Tensor> values = new HashMap<>();
      for (Variable v : net.variables()) {
        values.put(v.name(), v.value().cast(DType.FLOAT64));
      }
      return values;
    }

    Arithmetic tell() {
      Iterator<Tensor> seen = Step.of(false, none -> passes()).runAll().iterator();
      double loss = seen.next().item();
      step();
      List<Layer> layers = new ArrayList<>();
      for (Architecture.Place place : architecture.places()) {
        layers.add(layer(place, seen));
      }
      double after = objective.loss(classes).of(architecture.net().predict(x), y).item();
      Tensor targets =
          experiment.coding() == Coding.INDEX ? y.oneHot(classes).cast(DType.FLOAT64) : y;
      Settings.Layout layout = experiment.settings().layout();
      double[] values = x.toDoubles();
      List<Input> inputs = new ArrayList<>();
      for (int i = 0; i < values.length; i++) {
        inputs.add(new Input(layout.features().get(i).label(), values[i]));
      }
      return new Arithmetic(
          point,
          point >= experiment.points().learnt(),
          inputs,
          layers,
          new Error(
              objective.formula(classes),
              objective.slope(classes),
              Arrays.stream(targets.toDoubles()).boxed().toList(),
              loss,
              after),
          rate);
    }

    /** J, then z, a, ∂J/∂a, ∂a/∂z, ∂J/∂z, w, ∂J/∂w, b and ∂J/∂b of each layer. */
    private List<Tensor> passes() {
      Map<String, Tensor> seen = architecture.net().activations(x);
      Tensor out = architecture.places().getLast().answer(seen);
      Tensor loss = objective.loss(classes).of(out, y);
      List<Tensor> results = new ArrayList<>(List.of(loss));
      for (Architecture.Place place : architecture.places()) {
        Tensor z = place.sum(seen);
        Tensor a = place.answer(seen);
        Tensor w = architecture.weights(place).tensor();
        Tensor b = architecture.biases(place).tensor();
        List<Tensor> back = loss.grad(a, z, w, b);
        results.addAll(
            List.of(
                z,
                a,
                back.get(0),
                a.sum().grad(z).getFirst(),
                back.get(1),
                w,
                back.get(2),
                b,
                back.get(3)));
      }
      return results;
    }

    /** From here on, the variables hold what comes after the step. */
    private void step() {
      Net net = architecture.net();
      Bound descent = Sgd.of(rate).bind(net.params());
      Step.trainStep(
              () -> {
                Tensor loss = objective.loss(classes).of(net.forward(x), y);
                descent.update(loss.grad(net.params()));
                return loss;
              })
          .run();
    }

    private Layer layer(Architecture.Place place, Iterator<Tensor> seen) {
      double[] z = seen.next().toDoubles();
      double[] a = seen.next().toDoubles();
      double[] dJda = seen.next().toDoubles();
      double[] dadz = seen.next().toDoubles();
      double[] dJdz = seen.next().toDoubles();
      List<Weight> weights = weights(seen, architecture.weights(place));
      List<Weight> biases = weights(seen, architecture.biases(place));
      List<Unit> units = new ArrayList<>();
      for (int i = 0; i < z.length; i++) {
        List<Weight> own = new ArrayList<>();
        for (int j = i; j < weights.size(); j += z.length) {
          own.add(weights.get(j));
        }
        units.add(new Unit(z[i], a[i], dJda[i], dadz[i], dJdz[i], own, biases.get(i)));
      }
      return new Layer(
          place.activation().title(),
          place.activation().formula().replace('x', 'z'),
          Derivative.of(place.activation()).formula(),
          units);
    }

    private static List<Weight> weights(Iterator<Tensor> seen, Variable next) {
      double[] now = seen.next().toDoubles();
      double[] gradient = seen.next().toDoubles();
      double[] then = next.value().toDoubles();
      List<Weight> weights = new ArrayList<>();
      for (int i = 0; i < now.length; i++) {
        weights.add(new Weight(now[i], gradient[i], then[i]));
      }
      return weights;
    }
  }
}
