package dev.hebb.nn.optim;

import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Different rules, or the same with different options, for different parameters:
 *
 * <pre>{@code
 * ParamGroups.of(AdamW.of(1e-3))
 *     .group(p -> p.name().endsWith(".b"), AdamW.of(1e-3).weightDecay(0))
 *     .group(p -> p.name().startsWith("body."), AdamW.of(1e-5))
 * }</pre>
 *
 * <p>The first group that takes a parameter has it; what none takes follows the main rule. The norm
 * is limited by the main rule, over all gradients; changing the learning rate while training
 * changes those of all groups in proportion.
 *
 * @param rest the main rule
 * @param groups the others, in order
 */
public record ParamGroups(Optimizer rest, List<Group> groups) implements Optimizer {
  /**
   * Some parameters and their rule.
   *
   * @param which the parameters
   * @param rule their rule
   */
  public record Group(Predicate<Variable> which, Optimizer rule) {}

  /** Keeps a copy of the list. */
  public ParamGroups {
    groups = List.copyOf(groups);
    for (Group g : groups) {
      Tuning.checkNoNorm("a group", g.rule);
    }
  }

  /** With one rule for all parameters as yet. */
  public static ParamGroups of(Optimizer rest) {
    return new ParamGroups(rest, List.of());
  }

  /** With another rule for parameters that no earlier group takes. */
  public ParamGroups group(Predicate<Variable> which, Optimizer rule) {
    var all = new ArrayList<>(groups);
    all.add(new Group(which, rule));
    return new ParamGroups(rest, all);
  }

  @Override
  public Tuning tuning() {
    return rest.tuning();
  }

  @Override
  public List<String> moments() {
    return rest.moments();
  }

  @Override
  public Optimizer ruleFor(Variable param) {
    for (Group g : groups) {
      if (g.which.test(param)) {
        return g.rule.ruleFor(param);
      }
    }
    return rest.ruleFor(param);
  }

  @Override
  public Tensor next(Update u) {
    return rest.next(u);
  }
}
