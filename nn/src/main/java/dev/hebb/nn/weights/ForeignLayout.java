package dev.hebb.nn.weights;

import dev.hebb.nn.Net;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is particular about another framework's weights. */
interface ForeignLayout {
  /**
   * A tensor's place.
   *
   * @param module the module that it belongs to
   * @param name its name within it
   */
  record Place(String module, String name) {}

  /** Where a tensor belongs; null where it is no weight of a layer. */
  @Nullable Place place(String tensor);

  /** The full name of a module's tensor, for the report. */
  String join(String module, String name);

  /** Whether a module may be a part, by what kinds they are. */
  boolean fits(String module, Weighty part);

  /** How a part's variables are made; empty where it has no counterpart there. */
  List<Rule> rules(Net net, Weighty part);
}
