package dev.hebb.studio.playground;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A network as a Java program that predicts the same. */
final class JavaExport {
  private static final String PROGRAM =
      """
      import static dev.hebb.nn.Layers.*;
      import static dev.hebb.nn.Losses.*;
      import static dev.hebb.op.Activation.*;

      import dev.hebb.nn.Init;
      import dev.hebb.nn.Loss;
      import dev.hebb.nn.Net;
      import dev.hebb.nn.optim.*;
      import dev.hebb.tensor.Seed;
      import dev.hebb.tensor.Shape;
      import dev.hebb.tensor.Step;
      import dev.hebb.tensor.Tensor;

      /** The network as it was in the playground after %steps% steps. */
      Net net() {
        var net =
            sequential(
                    %layers%)
                .build(Shape.of(%inputs%), Seed.of(%seed%L));
        net.assign(
            Map.ofEntries(
                %weights%));
        return net;
      }

      /** What the network is told about a point. */
      float[] features(double x1, double x2) {%scaling%
        return new float[] {%features%};
      }

      /** Learning as in the playground: each run takes a batch [n, %inputs%] and its targets one step on. */
      Step learning(Net net) {
        Loss loss = %loss%;
        var optimizer = %optimizer%.bind(net.params());
        return Step.trainStep((x, y) -> {
          var value = loss.of(net.forward(x), y);
          optimizer.update(value%penalty%.grad(net.params()));
          return value;
        });
      }

      /** Takes the two numbers of a point; %answer%. */
      void main(String[] numbers) {
        double x1 = Double.parseDouble(numbers[0]);
        double x2 = Double.parseDouble(numbers[1]);
        IO.println(Arrays.toString(net().predict(features(x1, x2))));
      }
      """;

  private JavaExport() {}

  /**
   * The source of a program.
   *
   * @throws HebbException if a weight is not finite
   */
  static String of(Experiment experiment) {
    Settings settings = experiment.settings();
    int classes = experiment.points().classes().size();
    String features =
        settings.layout().features().stream()
            .map(f -> "(float) (" + f.code() + ")")
            .collect(Collectors.joining(", "));
    String weights =
        experiment.architecture().net().variables().stream()
            .map(JavaExport::entry)
            .collect(Collectors.joining(",\n          "));
    return PROGRAM
        .replace("%steps%", Long.toString(experiment.steps()))
        .replace("%layers%", String.join(",\n              ", layers(experiment)))
        .replace("%inputs%", Integer.toString(settings.layout().features().size()))
        .replace("%seed%", Long.toString(settings.seed()))
        .replace("%weights%", weights)
        .replace("%scaling%", scaling(experiment.points().axes()))
        .replace("%features%", features)
        .replace("%loss%", settings.learning().objective().code(classes))
        .replace("%optimizer%", settings.learning().rule().code(settings.learning().rate()))
        .replace("%penalty%", penalty(settings.restraint()))
        .replace("%answer%", answer(experiment.coding()));
  }

  private static List<String> layers(Experiment experiment) {
    Settings.Layout layout = experiment.settings().layout();
    double dropout = experiment.settings().restraint().dropout();
    int outputs = experiment.coding().outputs(experiment.points().classes().size());
    String start = ".init(" + layout.start().code() + ")";
    List<String> lines = new ArrayList<>();
    for (Settings.Hidden h : layout.hidden()) {
      lines.add("dense(%d)%s, activation(%s)".formatted(h.units(), start, h.activation()));
      if (dropout > 0) {
        lines.add("dropout(" + dropout + ")");
      }
    }
    lines.add("dense(%d)%s, activation(%s)".formatted(outputs, start, layout.output()));
    return lines;
  }

  private static String entry(Variable v) {
    Tensor value = v.value();
    var numbers = new ArrayList<String>();
    for (float f : value.toFloats()) {
      if (!Float.isFinite(f)) {
        throw new HebbException(
            "the network has diverged: %s is not finite; take a smaller learning rate and start again"
                .formatted(v.name()));
      }
      numbers.add(f + "f");
    }
    return "Map.entry(\"%s\", Tensor.of(new float[] {%s}, Shape.of(%s)))"
        .formatted(
            v.name(),
            String.join(", ", numbers),
            Arrays.stream(value.shape().dims())
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ")));
  }

  /** The user's own points were scaled into the plane. */
  private static String scaling(List<Axis> axes) {
    var lines = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      Axis axis = axes.get(i);
      if (axis.centre() != 0 || axis.factor(Points.SPREAD) != 1) {
        lines.append(
            "\n  x%d = (x%d - %s) * %s;"
                .formatted(i + 1, i + 1, axis.centre(), axis.factor(Points.SPREAD)));
      }
    }
    return lines.toString();
  }

  private static String penalty(Settings.Restraint restraint) {
    return switch (restraint.penalty()) {
      case NONE -> "";
      case L1 -> ".add(Regularizer.l1(%s).penalty(net.params()))".formatted(restraint.strength());
      case L2 -> ".add(Regularizer.l2(%s).penalty(net.params()))".formatted(restraint.strength());
    };
  }

  private static String answer(Coding coding) {
    return switch (coding) {
      case LOGIT -> "prints the logit of class 1, which is the answer above 0";
      case SIGN -> "prints a number that is above 0 for class 1";
      case PROBABILITY -> "prints the probability of class 1";
      case INDEX, ONE_HOT -> "prints a number for each class; the largest is the answer";
      case NUMBER -> "prints the answer, scaled to −1 … 1";
    };
  }
}
