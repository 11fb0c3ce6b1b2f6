package dev.hebb.conformance;

import dev.hebb.tensor.Tensor;
import dev.hebb.train.io.SafeTensors;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One case that PyTorch computed in float64: its inputs, its outputs (the names that begin with
 * {@code output}), and the gradients {@code grad.NAME} of Σ output · grad.output with respect to
 * the input NAME; a scalar output counts once.
 *
 * @param area the file that it is in
 * @param name its name there
 * @param tensors what belongs to it
 */
record Fixture(String area, String name, Map<String, Tensor> tensors) {
  private static final Map<String, Map<String, Tensor>> FILES = new ConcurrentHashMap<>();

  /** A case by its name, such as {@code "losses/huber"}. */
  static Fixture of(String path) {
    String area = path.substring(0, path.indexOf('/'));
    String name = path.substring(area.length() + 1);
    Map<String, Tensor> own = new LinkedHashMap<>();
    file(area)
        .forEach((key, tensor) -> {
          if (key.startsWith(name + "/")) {
            own.put(key.substring(name.length() + 1), tensor);
          }
        });
    if (own.isEmpty()) {
      throw new AssertionError(area + " has no case " + name + "; it has " + names(area));
    }
    return new Fixture(area, name, own);
  }

  /** All cases of an area. */
  static Set<String> names(String area) {
    Set<String> names = new LinkedHashSet<>();
    file(area).keySet().forEach(key -> names.add(key.substring(0, key.indexOf('/'))));
    return names;
  }

  private static Map<String, Tensor> file(String area) {
    return FILES.computeIfAbsent(
        area,
        a -> {
          String name = "/fixtures/" + a + ".safetensors";
          var found = Objects.requireNonNull(Fixture.class.getResource(name), name);
          try {
            return SafeTensors.read(Path.of(found.toURI()));
          } catch (URISyntaxException e) {
            throw new AssertionError(e);
          }
        });
  }

  /** One of its tensors. */
  Tensor get(String tensor) {
    Tensor t = tensors.get(tensor);
    if (t == null) {
      throw new AssertionError(this + " has no " + tensor + "; it has " + tensors.keySet());
    }
    return t;
  }

  @Override
  public String toString() {
    return area + "/" + name;
  }
}
