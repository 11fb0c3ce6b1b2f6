package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.nn.Side;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention (Vaswani et al., <a href="https://arxiv.org/abs/1706.03762">“Attention is
 * all you need”</a>, 2017): each head h takes for every step a mean of values, weighted by how well
 * their keys fit the step's query, and the heads' results are mixed:
 *
 * <pre>{@code
 * Q = x·w_q + b_q,   K = s·w_k + b_k,   V = s·w_v + b_v,   each cut into heads of d numbers
 * y = [… softmax(Q_h·K_hᵀ / √d)·V_h …]·w_o + b_o
 * }</pre>
 *
 * <p>x is [n, t, units], and so is y; d = units / heads. s is x itself, or for {@link #cross} the
 * {@link Side#MEMORY} [n, s, units], usually an encoder's output. The weights are {@code query.w}
 * [units, units], {@code key.w} and {@code value.w} [units, keyHeads · d] and {@code out.w} [units,
 * units], the biases {@code query.b} and so on. PyTorch's {@code nn.MultiheadAttention} is the same
 * with {@code in_proj_weight} = [w_qᵀ; w_kᵀ; w_vᵀ], one below the other, and {@code
 * out_proj.weight} = w_oᵀ.
 *
 * <p>Padding, by {@link Side#MASK} or {@link Side#LENGTHS} (for {@link #cross} by {@link
 * Side#MEMORY_MASK}), is not seen; {@link Side#ATTENTION} says more exactly who sees what. A query
 * that sees nothing gets the mean 0. The weights [n, heads, t, s] are shown by {@link
 * dev.hebb.nn.Net#activations} as {@code weights}, unless there are so many that they are never in
 * memory at once.
 *
 * @param heads how many queries each step has, and how many keys
 * @param sees what queries see
 * @param rotaryBase the base of rotary positions' wave lengths, usually 10,000; 0 for none
 * @param dropout the probability that a weight is dropped in training, in [0, 1)
 * @param bias whether the b are there
 * @param init how the w start
 */
public record MultiHeadAttention(
    Heads heads, Sees sees, double rotaryBase, double dropout, boolean bias, Init init)
    implements Layer {
  /** What queries see. */
  public enum Sees {
    /** All steps. */
    ALL,
    /** Their own step and those before it. */
    PAST,
    /** The memory, not the steps. */
    MEMORY
  }

  /**
   * Numbers of heads.
   *
   * @param queries how many queries each step has; units must be a multiple
   * @param keys how many keys and values each step has, of which queries must be a multiple: as
   *     many in multi-head attention, fewer with grouped queries (Ainslie et al., 2023), 1 in
   *     multi-query attention (Shazeer, 2019)
   */
  public record Heads(int queries, int keys) {
    /** Checks the numbers. */
    public Heads {
      if (queries < 1 || keys < 1 || queries % keys != 0) {
        throw new HebbException(
            "attention: %d heads of queries cannot share %d heads of keys; take a divisor"
                .formatted(queries, keys));
      }
    }
  }

  /** Checks the ranges. */
  public MultiHeadAttention {
    Rates.check("attention", dropout);
    if (!(rotaryBase >= 0 && rotaryBase < Double.POSITIVE_INFINITY)
        || rotaryBase > 0 && rotaryBase <= 1) {
      throw new HebbException("attention: rotary's base must be above 1, not " + rotaryBase);
    }
    if (rotaryBase > 0 && sees == Sees.MEMORY) {
      throw new HebbException(
          "attention: rotary positions say how far query and key lie apart in one sequence; cross"
              + " attention has two. Leave rotary() away");
    }
  }

  /** Queries see their own step and those before it. */
  public MultiHeadAttention causal() {
    return new MultiHeadAttention(heads, Sees.PAST, rotaryBase, dropout, bias, init);
  }

  /** Queries see the memory of {@link Side#MEMORY}. */
  public MultiHeadAttention cross() {
    return new MultiHeadAttention(heads, Sees.MEMORY, rotaryBase, dropout, bias, init);
  }

  /** Each key and value belongs to several queries. */
  public MultiHeadAttention keyHeads(int n) {
    return new MultiHeadAttention(
        new Heads(heads.queries, n), sees, rotaryBase, dropout, bias, init);
  }

  /** With rotary positions (Su et al., 2021) of base 10,000. */
  public MultiHeadAttention rotary() {
    return rotary(10_000);
  }

  /**
   * With rotary positions: queries and keys are turned in the plane of each pair (i, i + d/2) by
   * position · base^(−2i/d), so that only the distance counts. The pairs are those of GPT-NeoX and
   * LLaMA; the paper's are (2i, 2i + 1), which is the same after reordering the weights' columns.
   */
  public MultiHeadAttention rotary(double base) {
    return new MultiHeadAttention(heads, sees, base, dropout, bias, init);
  }

  /** With dropout of the weights in training. */
  public MultiHeadAttention dropout(double rate) {
    return new MultiHeadAttention(heads, sees, rotaryBase, rate, bias, init);
  }

  /** Without the b. */
  public MultiHeadAttention noBias() {
    return new MultiHeadAttention(heads, sees, rotaryBase, dropout, false, init);
  }

  /** With other initial weights. */
  public MultiHeadAttention init(Init weights) {
    return new MultiHeadAttention(heads, sees, rotaryBase, dropout, bias, weights);
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 2 || in.dim(0) == 0 || in.dim(1) == 0) {
      throw p.mismatch(
          this, "a sequence of vectors per example", in, "embedding(vocabulary, units)");
    }
    int units = in.last();
    int d = units / heads.queries;
    if (units % heads.queries != 0 || rotaryBase > 0 && d % 2 != 0) {
      throw p.mismatch(
          this,
          "vectors of a multiple of %d numbers".formatted(heads.queries * (rotaryBase > 0 ? 2 : 1)),
          in,
          "");
    }
    Linear query = linear(p.scope("query"), units, heads.queries * d);
    Linear key = linear(p.scope("key"), units, heads.keys * d);
    Linear value = linear(p.scope("value"), units, heads.keys * d);
    Linear out = linear(p.scope("out"), units, units);
    Seed seed = p.seed();
    return Block.of(
        in.as(p.dtype()),
        x -> {
          Tensor s = sees == Sees.MEMORY ? memory(x, in) : x;
          Tensor q = turned(split(query.of(x), heads.queries));
          Tensor k = turned(split(key.of(s), heads.keys));
          Tensor mean = mean(p, seed, grouped(q), k, split(value.of(s), heads.keys), visible(x, s));
          Tensor joined = mean.reshape(x.dim(0), heads.queries, x.dim(1), d).permute(0, 2, 1, 3);
          return out.of(joined.reshape(x.dim(0), x.dim(1), units));
        });
  }

  /** x·w + b. */
  private record Linear(Tensor w, @Nullable Tensor b) {
    Tensor of(Tensor x) {
      Tensor y = x.matmul(w);
      return b == null ? y : y.add(b);
    }
  }

  private Linear linear(Params p, int from, int to) {
    return new Linear(p.param("w", Shape.of(from, to), init), bias ? p.zeros("b", to) : null);
  }

  private Tensor memory(Tensor x, Shape in) {
    Tensor memory = Side.require(this, Side.MEMORY, in.with(0, 1));
    if (memory.rank() != 3 || memory.dim(0) != x.dim(0) || memory.dim(2) != x.dim(2)) {
      throw new ShapeError(
          "%s: the memory is %s, but the queries %s; it must be [n, steps, units] with the same n and"
                  .formatted(this, memory.shape(), x.shape())
              + " units: end the encoder with dense("
              + x.dim(2)
              + ")");
    }
    return memory;
  }

  /** [n, t, heads · d] as [n, heads, t, d]. */
  private static Tensor split(Tensor x, int heads) {
    return x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads).permute(0, 2, 1, 3);
  }

  /** Queries that share a key side by side: [n, keys, queries / keys, t, d]. */
  private Tensor grouped(Tensor q) {
    int each = heads.queries / heads.keys;
    return each == 1 ? q : q.reshape(q.dim(0), heads.keys, each, q.dim(2), q.dim(3));
  }

  private Tensor mean(Params p, Seed seed, Tensor q, Tensor k, Tensor v, @Nullable Tensor visible) {
    boolean grouped = heads.queries != heads.keys;
    List<Tensor> seen = new ArrayList<>();
    Tensor mean =
        q.attention(
            grouped ? k.unsqueeze(2) : k,
            grouped ? v.unsqueeze(2) : v,
            visible,
            sees == Sees.PAST,
            weights -> {
              seen.add(weights);
              return Dropout.drop(weights, dropout, seed);
            });
    if (p.isWatched() && seen.size() == 1) {
      int t = q.dim(-2);
      p.show("weights", seen.getFirst().reshape(q.dim(0), heads.queries, t, k.dim(2)));
    }
    return mean;
  }

  /** Which keys each query sees, apart from causality: bool, broadcast to the scores. */
  private @Nullable Tensor visible(Tensor x, Tensor s) {
    Tensor real = sees == Sees.MEMORY ? Side.find(Side.MEMORY_MASK) : Side.maskOf(this, x);
    if (real != null && !real.shape().sameDims(Shape.of(s.dim(0), s.dim(1)))) {
      throw new ShapeError(
          "%s: the memory's mask is %s, but the memory %s; it must be [n, steps]"
              .formatted(this, real.shape(), s.shape()));
    }
    Tensor visible = real == null ? null : real.reshape(s.dim(0), 1, 1, s.dim(1));
    Tensor pairs = sees == Sees.MEMORY ? null : Side.find(Side.ATTENTION);
    if (pairs != null) {
      Tensor all = pairs(pairs, x, s);
      visible = visible == null ? all : all.and(visible);
    }
    if (visible == null || heads.queries == heads.keys) {
      return visible;
    }
    return visible.dim(1) == 1
        ? visible.unsqueeze(2)
        : visible.reshape(
            visible.dim(0), heads.keys, heads.queries / heads.keys, visible.dim(2), s.dim(1));
  }

  private Tensor pairs(Tensor pairs, Tensor x, Tensor s) {
    Tensor all = pairs.rank() == 3 ? pairs.unsqueeze(1) : pairs;
    boolean fits =
        all.rank() == 4
            && all.dtype() == DType.BOOL
            && (all.dim(1) == 1 || all.dim(1) == heads.queries)
            && all.dim(0) == x.dim(0)
            && all.dim(2) == x.dim(1)
            && all.dim(3) == s.dim(1);
    if (!fits) {
      throw new ShapeError(
          "%s: \"%s\" is %s; it must be truth values [%d, %d, %d], or with %d heads behind the batch"
              .formatted(
                  this,
                  Side.ATTENTION,
                  pairs.shape(),
                  x.dim(0),
                  x.dim(1),
                  s.dim(1),
                  heads.queries));
    }
    return all;
  }

  /** Queries or keys [n, heads, t, d], turned by their positions. */
  private Tensor turned(Tensor x) {
    if (rotaryBase == 0) {
      return x;
    }
    int half = x.dim(3) / 2;
    Tensor angle = Positions.angles(x.dim(2), half, rotaryBase, x.dtype());
    Tensor cos = angle.cos();
    Tensor sin = angle.sin();
    Tensor a = x.narrow(-1, 0, half);
    Tensor b = x.narrow(-1, half, half);
    return a.mul(cos).sub(b.mul(sin)).concat(-1, b.mul(cos).add(a.mul(sin)));
  }

  @Override
  public String toString() {
    var text = new StringBuilder("Attention(").append(heads.queries);
    if (heads.keys != heads.queries) {
      text.append(" queries, ").append(heads.keys).append(" keys");
    }
    text.append(sees == Sees.PAST ? ", causal" : sees == Sees.MEMORY ? ", cross" : "");
    text.append(rotaryBase > 0 ? ", rotary" : "");
    return text.append(dropout > 0 ? ", dropout " + dropout + ")" : ")").toString();
  }
}
