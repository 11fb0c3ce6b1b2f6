package dev.hebb.nn.weights;

import dev.hebb.nn.Net;
import dev.hebb.nn.layer.BatchNorm;
import dev.hebb.nn.layer.Conv1d;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.nn.layer.Conv3d;
import dev.hebb.nn.layer.ConvTranspose1d;
import dev.hebb.nn.layer.ConvTranspose2d;
import dev.hebb.nn.layer.ConvTranspose3d;
import dev.hebb.nn.layer.Dense;
import dev.hebb.nn.layer.DepthwiseConv2d;
import dev.hebb.nn.layer.Embedding;
import dev.hebb.nn.layer.GroupNorm;
import dev.hebb.nn.layer.Gru;
import dev.hebb.nn.layer.LayerNorm;
import dev.hebb.nn.layer.Lstm;
import dev.hebb.nn.layer.MultiHeadAttention;
import dev.hebb.nn.layer.PRelu;
import dev.hebb.nn.layer.Recurrence;
import dev.hebb.nn.layer.RmsNorm;
import dev.hebb.nn.layer.Rnn;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names and shapes as in PyTorch's state dicts, whose modules stand in order of declaration. */
final class PyTorchLayout implements ForeignLayout {
  /** Attention's last product is a module within it. */
  private static final String OUT_PROJ = ".out_proj";

  @Override
  public @Nullable Place place(String tensor) {
    int dot = tensor.lastIndexOf('.');
    String module = tensor.substring(0, Math.max(dot, 0));
    String name = tensor.substring(dot + 1);
    if (name.equals("num_batches_tracked")) {
      return null;
    }
    return module.endsWith(OUT_PROJ)
        ? new Place(
            module.substring(0, module.length() - OUT_PROJ.length()),
            OUT_PROJ.substring(1) + "." + name)
        : new Place(module, name);
  }

  @Override
  public String join(String module, String name) {
    return module.isEmpty() ? name : module + "." + name;
  }

  @Override
  public boolean fits(String module, Weighty part) {
    return true; // the order says it
  }

  @Override
  public List<Rule> rules(Net net, Weighty part) {
    return switch (part.layer()) {
      case Dense _ -> List.of(Rule.of("w", "weight", Tensor::transpose), Rule.same("b", "bias"));
      case Conv1d _,
          Conv2d _,
          Conv3d _,
          DepthwiseConv2d _,
          ConvTranspose1d _,
          ConvTranspose2d _,
          ConvTranspose3d _ ->
          List.of(Rule.same("w", "weight"), Rule.same("b", "bias"));
      case BatchNorm _ ->
          List.of(
              Rule.same("scale", "weight"),
              Rule.same("shift", "bias"),
              Rule.same("mean", "running_mean"),
              Rule.same("variance", "running_var"));
      case LayerNorm _, GroupNorm _, RmsNorm _ ->
          List.of(Rule.same("scale", "weight"), Rule.same("shift", "bias"));
      case Embedding _ -> List.of(Rule.same("w", "weight"));
      case PRelu _ -> List.of(Rule.same("alpha", "weight"));
      case Rnn l -> recurrent(l.recurrence(), false);
      case Lstm l -> recurrent(l.recurrence(), false);
      case Gru l -> recurrent(l.recurrence(), true);
      case MultiHeadAttention _ -> attention();
      default -> List.of();
    };
  }

  private static List<Rule> recurrent(Recurrence r, boolean isGru) {
    List<Rule> rules = new ArrayList<>();
    for (int layer = 0; layer < r.layers(); layer++) {
      for (boolean back : r.twoWay() ? new boolean[] {false, true} : new boolean[] {false}) {
        String place =
            (r.layers() > 1 ? layer + "." : "")
                + (r.twoWay() ? (back ? "backward." : "forward.") : "");
        String end = "_l" + layer + (back ? "_reverse" : "");
        List<String> biases = List.of("bias_ih" + end, "bias_hh" + end);
        rules.add(Rule.of(place + "w", "weight_ih" + end, Tensor::transpose));
        rules.add(Rule.of(place + "u", "weight_hh" + end, Tensor::transpose));
        if (isGru) {
          int gates = 2 * r.units(); // the new state's own bias is multiplied by the reset gate
          rules.add(
              new Rule(
                  place + "b",
                  biases,
                  b ->
                      b.getFirst()
                          .narrow(0, 0, gates)
                          .add(b.getLast().narrow(0, 0, gates))
                          .concat(0, b.getFirst().narrow(0, gates, r.units()))));
          rules.add(Rule.of(place + "v", biases.getLast(), b -> b.narrow(0, gates, r.units())));
        } else {
          rules.add(new Rule(place + "b", biases, b -> b.getFirst().add(b.getLast())));
        }
      }
    }
    return rules;
  }

  private static List<Rule> attention() {
    List<Rule> rules = new ArrayList<>();
    List<String> names = List.of("query", "key", "value");
    for (int i = 0; i < names.size(); i++) {
      int third = i;
      rules.add(Rule.of(names.get(i) + ".w", "in_proj_weight", w -> third(w, third).transpose()));
      rules.add(Rule.of(names.get(i) + ".b", "in_proj_bias", b -> third(b, third)));
    }
    rules.add(Rule.of("out.w", "out_proj.weight", Tensor::transpose));
    rules.add(Rule.same("out.b", "out_proj.bias"));
    return rules;
  }

  private static Tensor third(Tensor x, int i) {
    int units = x.dim(0) / 3;
    return x.narrow(0, i * units, units);
  }
}
