package dev.hebb.nn.zoo;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.lstm;
import static dev.hebb.nn.Layers.sequential;

import dev.hebb.nn.Layers;
import dev.hebb.nn.layer.Chain;

/**
 * A recurrent network that writes text character by character: an embedding, LSTM layers, and
 * logits of the next character. With v characters, an embedding of e and layers of u units it has
 * v·e + 4u(e + u + 1) + (layers − 1)·4u(2u + 1) + v(u + 1) parameters: 65 characters, 64 and two
 * layers of 256 make 874,881.
 *
 * @param vocabulary how many characters
 * @param embedding the length of a character's vector
 * @param units of each LSTM layer
 * @param depth how many LSTM layers
 * @param dropout between the layers
 * @see <a href="https://arxiv.org/abs/1308.0850">Graves, “Generating sequences with recurrent
 *     neural networks”, 2013</a>
 */
public record CharRnn(int vocabulary, int embedding, int units, int depth, double dropout)
    implements Network {
  /** Checks the ranges. */
  public CharRnn {
    Check.positive("char-rnn", "the vocabulary", vocabulary);
    Check.positive("char-rnn", "the number of layers", depth);
  }

  /** A small one: one layer of 128. */
  public static CharRnn of(int vocabulary) {
    return new CharRnn(vocabulary, 32, 128, 1, 0);
  }

  /** With other widths. */
  public CharRnn units(int embeddingUnits, int lstmUnits) {
    return new CharRnn(vocabulary, embeddingUnits, lstmUnits, depth, dropout);
  }

  /** With so many LSTM layers. */
  public CharRnn depth(int layers) {
    return new CharRnn(vocabulary, embedding, units, layers, dropout);
  }

  /** With dropout between the layers. */
  public CharRnn dropout(double rate) {
    return new CharRnn(vocabulary, embedding, units, depth, rate);
  }

  @Override
  public Chain layers() {
    return sequential(
        Layers.embedding(vocabulary, embedding),
        lstm(units).layers(depth).dropout(dropout),
        dense(vocabulary));
  }
}
