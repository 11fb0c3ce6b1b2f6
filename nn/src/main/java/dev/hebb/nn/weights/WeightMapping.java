package dev.hebb.nn.weights;

import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of somebody else's tensors become which of a network's variables, and how.
 *
 * <pre>{@code
 * net.load(TensorFile.open(Path.of("cnn.pt")).tensors(), WeightMapping.pyTorch());
 * net.load(tensors, WeightMapping.pyTorch().rename("fc", "head").ignore("aux"));
 * }</pre>
 *
 * <p>Tensors that belong to one layer there are a module: {@code features.0} has {@code weight} and
 * {@code bias}. Modules that {@link #rename} names go to the part named; of the others the first
 * goes to the network's first part with weights, the second to the second ({@link #pyTorch}), or
 * the first of each kind to the first of that kind ({@link #keras}, whose files have no order).
 * Floats become the network's float type.
 *
 * @param layout how the weights of layers lie there
 * @param renamed parts of the network by the names of modules
 * @param ignored modules or tensors that are not wanted
 * @param isPartial whether what fits is loaded where not all does
 */
public record WeightMapping(
    Layout layout, Map<String, String> renamed, List<String> ignored, boolean isPartial) {
  /** How the weights of layers lie in memory, and what they are called. */
  public enum Layout {
    /** As in Hebb: same names, same shapes. */
    HEBB,
    /**
     * As in PyTorch: {@code weight} [out, in] of a linear layer is transposed; a recurrent layer's
     * {@code weight_ih_l0} and {@code weight_hh_l0} are transposed and its two biases added (but
     * that of a GRU's new state kept apart); {@code in_proj_weight} of attention is cut into
     * queries, keys and values; convolutions are as here.
     */
    PYTORCH,
    /**
     * As in Keras: a convolution's kernel [height, width, in, out] is permuted to [out, in, height,
     * width]; the rows of a dense layer behind flatten() are reordered, because Keras flattens
     * channels last; a GRU's gates z, r, h become r, z, n.
     */
    KERAS
  }

  /** Takes copies. */
  public WeightMapping {
    renamed = Collections.unmodifiableMap(new LinkedHashMap<>(renamed));
    ignored = List.copyOf(ignored);
  }

  private static WeightMapping of(Layout layout) {
    return new WeightMapping(layout, Map.of(), List.of(), false);
  }

  /** Of Hebb's own names and shapes. */
  public static WeightMapping hebb() {
    return of(Layout.HEBB);
  }

  /** Of a PyTorch state dict. */
  public static WeightMapping pyTorch() {
    return of(Layout.PYTORCH);
  }

  /** Of a Keras 3 weights file. */
  public static WeightMapping keras() {
    return of(Layout.KERAS);
  }

  /**
   * Says which part a module is.
   *
   * @param module its name there: {@code "features.0"}, {@code "layers/dense"}
   * @param part the path of a part, as {@link Net#parts} has it: {@code "0.conv2d"}
   */
  public WeightMapping rename(String module, String part) {
    Map<String, String> more = new LinkedHashMap<>(renamed);
    if (more.put(module, part) != null) {
      throw new HebbException("rename: \"%s\" was given a part already".formatted(module));
    }
    return new WeightMapping(layout, more, ignored, isPartial);
  }

  /** Leaves out what has this name, or a name that goes on behind it with a dot or a slash. */
  public WeightMapping ignore(String name) {
    List<String> more = new ArrayList<>(ignored);
    more.add(name);
    return new WeightMapping(layout, renamed, more, isPartial);
  }

  /** Loads what fits, where else nothing would be loaded unless all fits. */
  public WeightMapping partial() {
    return new WeightMapping(layout, renamed, ignored, true);
  }

  /**
   * Sets a network's variables, as {@link Net#load(Map, WeightMapping)} does.
   *
   * @throws HebbException with the report, if something does not fit; then nothing is changed
   */
  public WeightReport load(Net net, Map<String, Tensor> weights) {
    return new WeightTransfer(net, weights, this).run();
  }

  /** Whether a tensor is not wanted. */
  boolean ignores(String name) {
    return ignored.stream()
        .anyMatch(i ->
            name.equals(i)
                || name.startsWith(i)
                    && (name.charAt(i.length()) == '.' || name.charAt(i.length()) == '/'));
  }
}
