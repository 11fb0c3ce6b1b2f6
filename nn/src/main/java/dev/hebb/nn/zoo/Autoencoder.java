package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.flatten;

import dev.hebb.nn.Layer;
import dev.hebb.nn.layer.Chain;
import dev.hebb.op.Activation;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A deep autoencoder: fully connected layers that squeeze an example into a few numbers, the code,
 * and the same layers mirrored that restore it. The paper's 784-1000-500-250-30 for digits has
 * 2,837,314 parameters. Its parts are called {@code encoder} and {@code decoder}; the result is one
 * vector of logits per example, to be trained with {@code bceWithLogits} on the example's own
 * values between 0 and 1.
 *
 * <p>The paper's layers are logistic and were trained one by one first; with ReLU that is not
 * necessary.
 *
 * @param hidden the widths of the encoder's hidden layers, in order
 * @param code how many numbers an example becomes
 * @param activation what follows each hidden layer; the code is linear
 * @param outputs how many numbers an example has
 * @see <a href="https://doi.org/10.1126/science.1127647">Hinton and Salakhutdinov, “Reducing the
 *     dimensionality of data with neural networks”, 2006</a>
 */
public record Autoencoder(List<Integer> hidden, int code, Activation activation, int outputs)
    implements Network {
  /** Checks the ranges. */
  public Autoencoder {
    hidden = List.copyOf(hidden);
    hidden.forEach(h -> Check.positive("autoencoder", "each width", h));
    Check.positive("autoencoder", "the code", code);
    Check.positive("autoencoder", "the number of outputs", outputs);
  }

  /** With the paper's widths and ReLU, for examples of a shape. */
  public static Autoencoder of(Shape example) {
    return new Autoencoder(List.of(1000, 500, 250), 30, Activation.RELU, example.size());
  }

  /** With another size of code. */
  public Autoencoder code(int numbers) {
    return new Autoencoder(hidden, numbers, activation, outputs);
  }

  /** With other hidden layers. */
  public Autoencoder hidden(Integer... widths) {
    return new Autoencoder(List.of(widths), code, activation, outputs);
  }

  @Override
  public Chain layers() {
    return chain(encoder().named("encoder"), decoder().named("decoder"));
  }

  private Chain encoder() {
    List<Layer> layers = new ArrayList<>(List.of(flatten()));
    hidden.forEach(h -> layers.add(dense(h).activation(activation)));
    layers.add(dense(code));
    return new Chain(layers);
  }

  private Chain decoder() {
    List<Layer> layers = new ArrayList<>();
    hidden.reversed().forEach(h -> layers.add(dense(h).activation(activation)));
    layers.add(dense(outputs));
    return new Chain(layers);
  }
}
