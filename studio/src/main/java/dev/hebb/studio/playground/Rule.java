package dev.hebb.studio.playground;

import dev.hebb.nn.optim.AdaGrad;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.optim.Optimizer;
import dev.hebb.nn.optim.RmsProp;
import dev.hebb.nn.optim.Sgd;
import java.util.function.DoubleFunction;

/** The optimisers that can be chosen. */
enum Rule {
  SGD("Sgd.of(%s)", Sgd::of),
  MOMENTUM("Sgd.of(%s).momentum(0.9)", lr -> Sgd.of(lr).momentum(0.9)),
  NESTEROV("Sgd.of(%s).momentum(0.9).nesterov()", lr -> Sgd.of(lr).momentum(0.9).nesterov()),
  ADAGRAD("AdaGrad.of(%s)", AdaGrad::of),
  RMSPROP("RmsProp.of(%s)", RmsProp::of),
  ADAM("Adam.of(%s)", Adam::of);

  private final String code;
  private final DoubleFunction<Optimizer> make;

  Rule(String code, DoubleFunction<Optimizer> make) {
    this.code = code;
    this.make = make;
  }

  Optimizer of(double learningRate) {
    return make.apply(learningRate);
  }

  /** The rule as Java. */
  String code(double learningRate) {
    return code.formatted(Double.toString(learningRate));
  }
}
