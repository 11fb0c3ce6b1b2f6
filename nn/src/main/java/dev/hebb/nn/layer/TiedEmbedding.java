package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;

/**
 * A body between an embedding and its transpose, which share their weights (Press and Wolf, 2017):
 * y = body(w[x])·wᵀ, the logits of each step's next token. x is integers [n, steps], y [n, steps,
 * vocabulary]. The table is {@code w}, [vocabulary, units], and counts once.
 *
 * @param embedding the table
 * @param body takes and gives [steps, units]
 */
public record TiedEmbedding(Embedding embedding, Layer body) implements Layer {
  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 1) {
      throw p.mismatch(this, "integers [steps]", in, "");
    }
    Tensor w = embedding.table(in, p);
    Shape vectors = Shape.of(p.dtype(), in.dim(0), embedding.units());
    Block inner = p.build("body", body, vectors);
    if (!inner.out().sameDims(vectors)) {
      throw new ShapeError(
          "the body gives %s, but the table takes %s back; end it with dense(%d)"
              .formatted(inner.out(), vectors, embedding.units()));
    }
    return Block.of(
        vectors.withLast(embedding.vocabulary()),
        x -> inner.apply(embedding.look(w, x)).matmul(w.transpose()));
  }

  @Override
  public String toString() {
    return "Tied(" + embedding + ", " + body + ")";
  }
}
