package dev.hebb.nn;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import java.util.List;

/**
 * Where a layer declares its parameters while it is built. It knows the layer's place in the
 * network, so that names are unique ({@code 0.conv2d.w}), each layer draws its initial weights from
 * a stream of its own, and errors can say where they happened.
 */
public final class Params {
  private final Assembly assembly;
  private final String part;
  private final String path;
  private final String place;
  private final String before;

  /**
   * A place.
   *
   * @param path the prefix of names here, empty at the root
   * @param place how messages call it: {@code net[1]}
   * @param before what the input comes from: {@code Conv2d(32, 3) at net[0]}, or empty
   */
  Params(Assembly assembly, String path, String place, String before) {
    this(assembly, path, path, place, before);
  }

  /** A place within the part that its parameters count for. */
  private Params(Assembly assembly, String part, String path, String place, String before) {
    this.assembly = assembly;
    this.part = part;
    this.path = path;
    this.place = place;
    this.before = before;
  }

  /** The element type of parameters: float64 if the network's input is, else float32. */
  public DType dtype() {
    return assembly.dtype();
  }

  /** The seed of this layer; {@link Seed#split} it where several streams are needed. */
  public Seed seed() {
    return assembly.seed().split(path);
  }

  // ---- declaring

  /**
   * A parameter that training changes.
   *
   * @param name unique within the layer, such as {@code "w"}
   * @param init its initial values
   */
  public Tensor param(String name, Shape shape, Init init) {
    return assembly.param(part, join(path, name), shape.as(dtype()), init);
  }

  /** A parameter drawn by Glorot and Bengio's rule, uniform: for tanh, sigmoid or no activation. */
  public Tensor glorot(String name, int... dims) {
    return param(name, Shape.of(dims), Init.glorotUniform());
  }

  /** A parameter drawn by He's rule, normal: for ReLU and its kin. */
  public Tensor he(String name, int... dims) {
    return param(name, Shape.of(dims), Init.heNormal());
  }

  /** A parameter of zeros, as biases are. */
  public Tensor zeros(String name, int... dims) {
    return param(name, Shape.of(dims), Init.zeros());
  }

  /** A parameter of ones, as scales are. */
  public Tensor ones(String name, int... dims) {
    return param(name, Shape.of(dims), Init.ones());
  }

  /**
   * A variable that is saved with the network but not trained by gradients, such as a running mean;
   * the layer sets it itself.
   */
  public Variable state(String name, Tensor initial) {
    return assembly.state(part, join(path, name), initial.cast(dtype()));
  }

  /** Whether somebody wants to see inner values: {@link Net#activations}. */
  public boolean isWatched() {
    return Assembly.TAP.isBound();
  }

  /**
   * Shows an inner value to whoever asks {@link Net#activations} while the network is applied.
   *
   * @param name unique within the layer, such as {@code "forget"}
   */
  public void show(String name, Tensor value) {
    if (isWatched()) {
      Assembly.TAP.get().put(join(path, name), value);
    }
  }

  // ---- layers inside layers

  /** The same layer's parameters under a longer name: {@code scope("gate").zeros("b", 3)}. */
  public Params scope(String name) {
    return new Params(assembly, part, join(path, name), place, before);
  }

  /** Builds the {@code index}-th of several layers that get the same input. */
  public Block build(int index, Layer layer, Shape in) {
    return build(index, layer, in, before);
  }

  /** Builds a layer inside this one under a name. */
  public Block build(String name, Layer layer, Shape in) {
    return assembly.build(
        new Params(assembly, join(path, name), place + "." + name, before), layer, in);
  }

  /** Builds layers one after the other, each with the output of the one before. */
  public Block sequence(List<Layer> layers, Shape in) {
    Block[] blocks = new Block[layers.size()];
    Shape shape = in;
    String from = before;
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = build(i, layers.get(i), shape, from);
      shape = blocks[i].out();
      from = layers.get(i) + " at " + place + "[" + i + "]";
    }
    return Block.of(
        shape,
        x -> {
          Tensor y = x;
          for (Block b : blocks) {
            y = b.apply(y);
          }
          return y;
        });
  }

  private Block build(int index, Layer layer, Shape in, String from) {
    String name = Assembly.segment(index, layer);
    return assembly.build(
        new Params(assembly, join(path, name), place + "[" + index + "]", from), layer, in);
  }

  // ---- messages

  /**
   * The error of a layer that cannot take its input. It reads “Dense(10) at net[1] takes a vector
   * per example, but Conv2d(32, 3) at net[0] gives [32, 26, 26] (channels, height, width). Put
   * flatten() between them.”
   *
   * @param layer the layer
   * @param takes what it takes: {@code "a vector per example"}
   * @param in what it was given
   * @param put what to put in front of it, such as {@code "flatten()"}; empty if nothing helps
   */
  public ShapeError mismatch(Layer layer, String takes, Shape in, String put) {
    String axes =
        switch (in.rank()) {
          case 2 -> " (positions, features)";
          case 3 -> " (channels, height, width)";
          default -> "";
        };
    String fix =
        put.isEmpty()
            ? ""
            : " Put " + put + (before.isEmpty() ? " in front of it." : " between them.");
    return new ShapeError(
        "%s at %s takes %s, but %s %s%s.%s"
            .formatted(
                layer,
                place,
                takes,
                before.isEmpty() ? "the network's input is" : before + " gives",
                in,
                axes,
                fix));
  }

  String path() {
    return path;
  }

  String place() {
    return place;
  }

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
