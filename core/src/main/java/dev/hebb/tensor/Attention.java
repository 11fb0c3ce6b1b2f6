package dev.hebb.tensor;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How {@link AttentionMethods} are computed: at once, or for blocks of queries whose scores are
 * {@linkplain Checkpoint computed again} for the gradient.
 */
final class Attention {
  /** Fewer scores, or rows of fewer, are no trouble to keep, and faster computed once. */
  private static final int MANY_SCORES = 1 << 22;

  private static final int MANY_KEYS = 1024;

  /** The scores of one block, which should stay in a near cache from product to product. */
  private static final int BLOCK_SCORES = 1 << 18;

  /** Fewer queries than this make slow products. */
  private static final int LEAST_QUERIES = 64;

  /** More blocks than this would make the program large. */
  private static final int MOST_BLOCKS = 128;

  /** Causal blocks read as many different counts of keys; each is packed for itself. */
  private static final int KEY_COUNTS = 8;

  /** Stands for −∞ where a key may not be seen; e to its power is 0. */
  private static final double UNSEEN = -1e30;

  private Attention() {}

  static Tensor of(
      Tensor q,
      Tensor k,
      Tensor v,
      @Nullable Tensor mask,
      boolean causal,
      UnaryOperator<Tensor> weights) {
    check(q, k, v, causal);
    int queries = q.dim(-2);
    long scores = (long) q.shape().size() / Math.max(1, q.shape().last()) * k.dim(-2);
    if (scores < MANY_SCORES || k.dim(-2) < MANY_KEYS) {
      return of(q, k, v, mask, causal, weights, queries);
    }
    long fitting = (long) BLOCK_SCORES * queries / scores;
    long least = Math.max(LEAST_QUERIES, Math.ceilDiv(queries, MOST_BLOCKS));
    int rows = (int) Math.clamp(fitting, least, Math.max(least, queries));
    return of(q, k, v, mask, causal, weights, rows);
  }

  private static void check(Tensor q, Tensor k, Tensor v, boolean causal) {
    boolean matrices = q.rank() >= 2 && k.rank() >= 2 && v.rank() >= 2;
    if (!matrices || q.shape().last() != k.shape().last() || k.dim(-2) != v.dim(-2)) {
      throw new ShapeError(
          ("attention: takes queries […, t, d], keys […, s, d] and values […, s, e], not %s, %s"
                  + " and %s")
              .formatted(q.shape(), k.shape(), v.shape()));
    }
    if (causal && k.dim(-2) < q.dim(-2)) {
      throw new ShapeError(
          "causalAttention: %d queries have only %d keys; each needs its own and those before it"
              .formatted(q.dim(-2), k.dim(-2)));
    }
  }

  /**
   * With so many queries at a time. These are cut outside of what is computed again, so that their
   * gradients come together as one concatenation; keys inside, so that theirs are added up in turn.
   */
  static Tensor of(
      Tensor q,
      Tensor k,
      Tensor v,
      @Nullable Tensor mask,
      boolean causal,
      UnaryOperator<Tensor> weights,
      int rows) {
    int t = q.dim(-2);
    int s = k.dim(-2);
    boolean mayBeEmpty = mask != null;
    if (rows >= t) {
      Tensor visible = causal ? both(past(0, t, s, s - t), mask) : mask;
      return block(q, k, v, visible, mayBeEmpty, weights);
    }
    Tensor[] blocks = new Tensor[Math.ceilDiv(t, rows)];
    for (int i = 0; i < blocks.length; i++) {
      int from = i * rows;
      int n = Math.min(rows, t - from);
      Tensor some = q.narrow(-2, from, n);
      Tensor visible =
          mask == null || mask.rank() < 2 || mask.dim(-2) == 1 ? mask : mask.narrow(-2, from, n);
      blocks[i] =
          Checkpoint.of(() -> {
            if (!causal) {
              return block(some, k, v, visible, mayBeEmpty, weights);
            }
            int step = Math.ceilDiv(s, KEY_COUNTS);
            int seen = Math.min(Math.ceilDiv(from + n + s - t, step) * step, s);
            Tensor keys = k.narrow(-2, 0, seen);
            Tensor past = past(from, n, seen, s - t);
            Tensor given =
                visible == null || visible.shape().last() == 1
                    ? visible
                    : visible.narrow(-1, 0, seen);
            Tensor values = v.narrow(-2, 0, seen);
            return block(some, keys, values, both(past, given), mayBeEmpty, weights);
          });
    }
    return blocks[0].concat(-2, Arrays.copyOfRange(blocks, 1, blocks.length));
  }

  /** Which of the first s keys the queries from the given one on see. */
  private static Tensor past(int from, int n, int s, int more) {
    Tensor query = Tensor.arange(n).reshape(n, 1).add(from + more);
    return Tensor.arange(s).le(query);
  }

  private static Tensor both(Tensor past, @Nullable Tensor mask) {
    return mask == null ? past : past.and(mask);
  }

  private static Tensor block(
      Tensor q,
      Tensor k,
      Tensor v,
      @Nullable Tensor mask,
      boolean mayBeEmpty,
      UnaryOperator<Tensor> change) {
    Tensor scores = q.matmul(k.transpose()).mul(1 / Math.sqrt(q.shape().last()));
    if (mask == null) {
      return change.apply(scores.softmax(-1)).matmul(v);
    }
    Tensor weights = mask.where(scores, UNSEEN).softmax(-1);
    return change.apply(mayBeEmpty ? mask.where(weights, 0) : weights).matmul(v);
  }
}
