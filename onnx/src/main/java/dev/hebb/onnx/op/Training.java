package dev.hebb.onnx.op;

import dev.hebb.onnx.ElementType;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The steps of optimisers, and gradients: the domain ai.onnx.preview.training. */
final class Training {
  private Training() {}

  static void register(Registry.Entries r) {
    r.add("Adagrad", c -> update(c, 1, Training::adagrad));
    r.add("Adam", c -> update(c, 2, Training::adam));
    r.add("Momentum", c -> update(c, 1, Training::momentum));
    r.add("Gradient", Training::gradient);
  }

  /** The next value of a parameter and of its moments. */
  @FunctionalInterface
  private interface Rule {
    Tensor[] next(Call c, Tensor rate, Tensor step, Tensor x, Tensor g, Tensor[] moments);
  }

  /** Inputs are the rate, the step, then all parameters, all gradients, all first moments … */
  private static List<Value> update(Call c, int moments, Rule rule) {
    int kinds = 2 + moments;
    if ((c.inputs() - 2) % kinds != 0) {
      throw c.error(c.inputs() + " inputs do not share out");
    }
    int n = (c.inputs() - 2) / kinds;
    double decay = c.attributes().real("norm_coefficient", 0);
    Tensor rate = c.x(0).reshape();
    Tensor step = c.x(1).reshape().cast(DType.FLOAT64);
    Value[] out = new Value[n * (1 + moments)];
    for (int i = 0; i < n; i++) {
      Tensor x = c.x(2 + i);
      Tensor g = c.x(2 + n + i).add(x.mul(decay));
      Tensor[] m = new Tensor[moments];
      for (int k = 0; k < moments; k++) {
        m[k] = c.x(2 + (2 + k) * n + i);
      }
      Tensor[] next = rule.next(c, rate, step, x, g, m);
      ElementType type = c.type(2 + i);
      for (int k = 0; k < next.length; k++) {
        out[k * n + i] = Value.computed(next[k], type);
      }
    }
    return List.of(out);
  }

  private static Tensor[] adagrad(
      Call c, Tensor rate, Tensor step, Tensor x, Tensor g, Tensor[] m) {
    Tensor slower = step.mul(c.attributes().real("decay_factor", 0)).add(1).cast(x.dtype());
    Tensor h = m[0].add(g.square());
    Tensor by = h.sqrt().add(c.attributes().real("epsilon", 1e-6));
    return new Tensor[] {x.sub(rate.div(slower).mul(g).div(by)), h};
  }

  private static Tensor[] adam(Call c, Tensor rate, Tensor step, Tensor x, Tensor g, Tensor[] m) {
    double alpha = c.attributes().real("alpha", 0.9);
    double beta = c.attributes().real("beta", 0.999);
    Tensor v = m[0].mul(alpha).add(g.mul(1 - alpha));
    Tensor h = m[1].mul(beta).add(g.square().mul(1 - beta));
    Tensor by = h.sqrt().add(c.attributes().real("epsilon", 1e-6));
    Tensor correction = power(beta, step).neg().add(1).sqrt().div(power(alpha, step).neg().add(1));
    Tensor adjusted = rate.mul(step.gt(0).where(correction, 1).cast(x.dtype()));
    Tensor y = x.sub(adjusted.mul(v).div(by));
    return new Tensor[] {
      y.mul(1 - c.attributes().real("norm_coefficient_post", 0)).cast(x.dtype()), v, h
    };
  }

  private static Tensor power(double base, Tensor exponent) {
    return Tensor.of(base).pow(exponent);
  }

  private static Tensor[] momentum(
      Call c, Tensor rate, Tensor step, Tensor x, Tensor g, Tensor[] m) {
    double alpha = c.attributes().real("alpha", 0);
    Tensor beta = step.gt(0).where(c.attributes().real("beta", 0), Tensor.of(1.0)).cast(x.dtype());
    Tensor v = m[0].mul(alpha).add(beta.mul(g));
    boolean nesterov = c.attributes().text("mode", "standard").equals("nesterov");
    Tensor by = nesterov ? g.add(v.mul(alpha)) : v;
    return new Tensor[] {x.sub(rate.mul(by)), v};
  }

  /** The derivatives of the sum of a value by others that it was computed from. */
  private static List<Value> gradient(Call c) {
    List<String> xs = c.attributes().texts("xs");
    Tensor y = c.walk().value(c, c.attributes().text("y", "")).tensor();
    List<Tensor> by = new ArrayList<>();
    for (int i = 0; i < xs.size(); i++) {
      Tensor x = c.walk().value(c, xs.get(i)).tensor();
      if (x != c.x(i)) {
        throw c.unsupported("a gradient at another place than " + xs.get(i) + " itself");
      }
      by.add(x);
    }
    Tensor total = y.rank() == 0 ? y : y.sum();
    List<Tensor> gradients = total.grad(by.toArray(Tensor[]::new));
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      out.add(Value.computed(gradients.get(i), c.type(i)));
    }
    return out;
  }
}
