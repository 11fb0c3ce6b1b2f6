package dev.hebb.train.io;

import dev.hebb.nn.Layer;
import dev.hebb.nn.LayerSpec;
import dev.hebb.nn.Net;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.train.data.Preprocessing;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .hebb} file: a zip file with
 *
 * <ul>
 *   <li>{@code model.json}: the layers, the shape of the input, the seed, and the notes (how input
 *       is made, the names of the classes, …);
 *   <li>{@code weights.safetensors}: all variables of the network;
 *   <li>{@code provenance.json}: where it comes from, see {@link Provenance};
 *   <li>in a checkpoint also {@code state.json}, {@code optimizer.safetensors} and {@code
 *       memory.safetensors}: where the run stands.
 * </ul>
 *
 * <p>It is written in one step. A file that is damaged, of another kind or made with evil intent
 * gives a {@link HebbException} that names it; nothing in it is executed or written to the disk.
 */
public final class HebbFile implements AutoCloseable {
  private static final String MODEL = "model";
  private static final String WEIGHTS = "weights";
  private static final String PROVENANCE = "provenance";
  private static final String STATE = "state";
  private static final String OPTIMIZER = "optimizer";
  private static final String MEMORY = "memory";

  private static final String FORMAT = "hebb model";
  private static final int VERSION = 1;

  private final Container container;

  private HebbFile(Container container) {
    this.container = container;
  }

  /**
   * What is in {@code model.json}.
   *
   * @param format says that it is ours
   * @param version of the format
   * @param input the shape of one example
   * @param type the name of its {@link DType}
   * @param seed the network's seed
   * @param layers as {@link LayerSpec} describes them
   * @param preprocessing how raw input becomes numbers
   * @param notes the other notes
   */
  record ModelDocument(
      String format,
      int version,
      List<Integer> input,
      DType type,
      long seed,
      Map<String, Object> layers,
      @Nullable Preprocessing preprocessing,
      Map<String, Object> notes) {}

  // ---- writing

  /**
   * Writes a network.
   *
   * @throws HebbException if it cannot be described, or the file cannot be written
   */
  public static void write(Path file, Net net) {
    draft(net).write(file);
  }

  /**
   * Writes a checkpoint: the network and where its training stands.
   *
   * @param state a record that can be written as JSON
   * @param optimizer the optimiser's variables by name
   * @param memory other tensors by name
   */
  public static void write(
      Path file, Net net, Record state, Map<String, Tensor> optimizer, Map<String, Tensor> memory) {
    draft(net).json(STATE, state).tensors(OPTIMIZER, optimizer).tensors(MEMORY, memory).write(file);
  }

  private static Container.Draft draft(Net net) {
    var notes = new LinkedHashMap<>(net.notes());
    Object preprocessing = notes.remove(Notes.PREPROCESSING);
    Object provenance = notes.remove(Notes.PROVENANCE);
    var document =
        new ModelDocument(
            FORMAT,
            VERSION,
            IntStream.of(net.in().dims()).boxed().toList(),
            net.in().dtype(),
            net.seed().value(),
            LayerSpec.describe(net.layer()),
            preprocessing instanceof Preprocessing p ? p : null,
            notes);
    var weights = new LinkedHashMap<String, Tensor>();
    net.variables().forEach(v -> weights.put(v.name(), v.value()));
    return new Container.Draft()
        .json(MODEL, document)
        .json(
            PROVENANCE,
            provenance instanceof Provenance p
                ? p
                : Provenance.now(
                    net.seed().value(), "not trained by a Trainer", Map.of(), Map.of()))
        .tensors(WEIGHTS, weights);
  }

  // ---- reading

  /**
   * Opens a file.
   *
   * @throws HebbException if it is missing or no {@code .hebb} file
   */
  public static HebbFile open(Path file) {
    return new HebbFile(Container.open(file));
  }

  /** Whether training can go on from here. */
  public boolean isCheckpoint() {
    return container.has(STATE, false);
  }

  /** Where the model comes from. */
  public Provenance provenance() {
    return container.json(PROVENANCE, Provenance.class);
  }

  /**
   * Builds the network with its weights and notes.
   *
   * @param own layer classes that are not Hebb's own
   */
  public Net net(Collection<? extends Class<? extends Layer>> own) {
    ModelDocument document = container.json(MODEL, ModelDocument.class);
    if (!FORMAT.equals(document.format()) || document.input() == null || document.type() == null) {
      throw container.damaged(MODEL, "it describes no network");
    }
    if (document.version() > VERSION) {
      throw new HebbException(
          "%s was written by a newer Hebb (format %d, this one reads up to %d); update Hebb"
              .formatted(container.file(), document.version(), VERSION));
    }
    Net net = build(document, own);
    document.notes().forEach(net::note);
    if (document.preprocessing() != null) {
      net.note(Notes.PREPROCESSING, document.preprocessing());
    }
    net.note(Notes.PROVENANCE, provenance());
    weightsInto(net);
    return net;
  }

  private Net build(ModelDocument document, Collection<? extends Class<? extends Layer>> own) {
    try {
      int[] dims = document.input().stream().mapToInt(Integer::intValue).toArray();
      Layer layer = LayerSpec.restore(document.layers(), own);
      return Net.blank(layer, Shape.of(document.type(), dims), Seed.of(document.seed()));
    } catch (HebbException e) {
      throw new HebbException(
          "%s: the network cannot be built: %s".formatted(container.file(), e.getMessage()), e);
    } catch (OutOfMemoryError | ArithmeticException | NegativeArraySizeException e) {
      throw new HebbException(
          "%s describes a network that does not fit into memory".formatted(container.file()), e);
    } catch (NullPointerException | StackOverflowError e) {
      throw container.damaged(MODEL, "it describes no network");
    }
  }

  /** Sets a network's variables from the file; nothing is read unless all of them fit. */
  public void weightsInto(Net net) {
    net.assign(container.tensors(WEIGHTS, shapes -> admit(shapes, net.variables(), WEIGHTS)));
  }

  /**
   * The state of the run.
   *
   * @throws HebbException if this is a finished model, not a checkpoint
   */
  public <T extends Record> T state(Class<T> type) {
    if (!isCheckpoint()) {
      throw new HebbException(
          "%s is a finished model, not a checkpoint: its training cannot go on"
              .formatted(container.file()));
    }
    return container.json(STATE, type);
  }

  /** Sets the optimiser's variables; nothing is read unless all of them fit. */
  public void optimizerInto(List<Variable> variables) {
    Map<String, Tensor> values =
        container.tensors(OPTIMIZER, shapes -> admit(shapes, variables, OPTIMIZER));
    for (Variable v : variables) {
      Tensor value = values.get(v.name());
      if (value != null) {
        v.set(value);
      }
    }
  }

  /** The other tensors of a checkpoint. */
  public Map<String, Tensor> memory() {
    return container.tensors(MEMORY, SafeTensors.Admission.ANY);
  }

  @Override
  public void close() {
    container.close();
  }

  private void admit(Map<String, Shape> shapes, List<Variable> variables, String what) {
    Set<String> left = new LinkedHashSet<>(shapes.keySet());
    for (Variable v : variables) {
      Shape shape = shapes.get(v.name());
      if (shape == null || !shape.equals(v.shape())) {
        String but = shape == null ? "is missing" : "is " + shape;
        throw misfit(what, "%s should be %s, but %s".formatted(v.name(), v.shape(), but));
      }
      left.remove(v.name());
    }
    if (!left.isEmpty()) {
      throw misfit(what, left.stream().limit(5).collect(Collectors.joining(", ")) + " too many");
    }
  }

  private HebbException misfit(String what, String why) {
    return new HebbException(
        "%s: its %s do not belong to this network: %s".formatted(container.file(), what, why));
  }

  /**
   * Reads the description of layers that a person wrote: JSON as in {@code model.json}'s {@code
   * layers}.
   *
   * @throws HebbException if it is missing, no JSON, or describes no layer
   */
  @SuppressWarnings("unchecked") // a JSON object is a map with texts for keys
  public static Layer readLayer(Path file) {
    return LayerSpec.restore((Map<String, Object>) Json.read(file, Map.class), List.of());
  }
}
