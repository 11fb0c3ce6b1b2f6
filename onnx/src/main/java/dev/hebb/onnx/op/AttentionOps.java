package dev.hebb.onnx.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention with all its options, rotary positions, and attention by a state. */
final class AttentionOps {
  private AttentionOps() {}

  static void register(Registry.Entries r) {
    r.add("Attention", AttentionOps::attention);
    r.add("RotaryEmbedding", AttentionOps::rotary);
    r.add("LinearAttention", AttentionOps::linear);
  }

  /** [n, steps, heads · size] → [n, heads, steps, size]. */
  private static Tensor heads(Call c, Tensor x, int heads) {
    if (heads < 1 || x.dim(2) % heads != 0) {
      throw c.error("%s does not divide into %d heads".formatted(x.shape(), heads));
    }
    return x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads).permute(0, 2, 1, 3);
  }

  /** [n, heads, steps, size] → [n, steps, heads · size]. */
  private static Tensor joined(Tensor x) {
    return x.permute(0, 2, 1, 3).reshape(x.dim(0), x.dim(2), x.dim(1) * x.dim(3));
  }

  /** Each head several times in a row, so that groups of queries share it. */
  private static Tensor repeated(Tensor x, int times) {
    return times == 1
        ? x
        : x.unsqueeze(2)
            .expand(x.dim(0), x.dim(1), times, x.dim(2), x.dim(3))
            .reshape(x.dim(0), x.dim(1) * times, x.dim(2), x.dim(3));
  }

  private static List<Value> attention(Call c) {
    boolean packed = c.x(0).rank() == 3;
    int kvHeads = c.attributes().size("kv_num_heads", 0);
    Tensor q = packed ? heads(c, c.x(0), c.attributes().size("q_num_heads", 0)) : c.x(0);
    Tensor k = packed ? heads(c, c.x(1), kvHeads) : c.x(1);
    Tensor v = packed ? heads(c, c.x(2), kvHeads) : c.x(2);
    Tensor presentK = c.has(4) ? c.x(4).concat(2, k) : k;
    Tensor presentV = c.has(5) ? c.x(5).concat(2, v) : v;
    int times = q.dim(1) / Math.max(k.dim(1), 1);
    Tensor keys = repeated(presentK, times);
    double scale = c.attributes().real("scale", 1 / Math.sqrt(q.dim(3)));
    Tensor scores = q.matmul(keys.transpose()).mul(scale);
    double cap = c.attributes().real("softcap", 0);
    Tensor shown = scores;
    if (cap > 0) {
      scores = scores.div(cap).tanh().mul(cap);
      shown = scores;
    }
    Tensor bias = bias(c, q, presentK);
    scores = bias == null ? scores : scores.add(bias);
    int mode = c.attributes().size("qk_matmul_output_mode", 0);
    Tensor weights = scores.softmax(-1);
    Tensor y = weights.matmul(repeated(presentV, times));
    Tensor qk = mode == 2 ? scores : mode == 3 ? weights : shown;
    return c.same(packed ? joined(y) : y, presentK, presentV, qk);
  }

  /** What is added to the scores: 0 where a key is seen, −∞ where not, or the mask's numbers. */
  private static @Nullable Tensor bias(Call c, Tensor q, Tensor k) {
    int t = q.dim(2);
    int s = k.dim(2);
    Tensor bias = null;
    if (c.has(3)) {
      Tensor mask = c.x(3);
      boolean truth = mask.dtype() == DType.BOOL;
      Tensor numbers = truth ? unless(mask, q.dtype()) : mask;
      int more = s - mask.dim(-1);
      bias = more > 0 ? numbers.pad(mask.rank() - 1, 0, more, Double.NEGATIVE_INFINITY) : numbers;
    }
    Tensor lengths = c.has(6) ? c.x(6).cast(DType.INT64).reshape(q.dim(0), 1, 1, 1) : null;
    Tensor j = Tensor.arange(s).cast(DType.INT64);
    if (c.attributes().flag("is_causal", false)) {
      Tensor i = Tensor.arange(t).cast(DType.INT64).reshape(t, 1);
      Tensor first =
          c.has(4)
              ? Numbers.constant(c.x(4).dim(2))
              : lengths != null ? lengths.sub(t) : Numbers.constant(0);
      bias = plus(bias, unless(j.le(i.add(first)), q.dtype()));
    }
    return lengths == null ? bias : plus(bias, unless(j.lt(lengths), q.dtype()));
  }

  private static Tensor plus(@Nullable Tensor a, Tensor b) {
    return a == null ? b : a.add(b);
  }

  private static Tensor unless(Tensor seen, DType type) {
    Tensor none = Tensor.full(Shape.of(type), Double.NEGATIVE_INFINITY);
    return seen.where(Tensor.full(Shape.of(type), 0), none);
  }

  // ---- positions

  private static List<Value> rotary(Call c) {
    Tensor x = c.x(0);
    boolean packed = x.rank() == 3;
    Tensor h = packed ? heads(c, x, c.attributes().size("num_heads", 0)) : x;
    int size = h.dim(3);
    int turned = c.attributes().size("rotary_embedding_dim", 0);
    turned = turned == 0 ? size : turned;
    int half = turned / 2;
    Tensor cos = angles(c, 1);
    Tensor sin = angles(c, 2);
    Tensor part = h.narrow(3, 0, turned);
    boolean alternate = c.attributes().flag("interleaved", false);
    Tensor a = alternate ? Slices.strided(part, 3, 0, 2, half) : part.narrow(3, 0, half);
    Tensor b = alternate ? Slices.strided(part, 3, 1, 2, half) : part.narrow(3, half, half);
    Tensor re = a.mul(cos).sub(b.mul(sin));
    Tensor im = a.mul(sin).add(b.mul(cos));
    Tensor y = alternate ? re.stack(-1, im).reshape(part.shape().dims()) : re.concat(3, im);
    y = turned == size ? y : y.concat(3, h.narrow(3, turned, size - turned));
    return c.same(packed ? joined(y) : y);
  }

  /** Cosines or sines [n, 1, steps, half] for the positions of the node. */
  private static Tensor angles(Call c, int i) {
    Tensor table = c.has(3) ? c.x(i).gather(0, c.x(3)) : c.x(i);
    return table.unsqueeze(1);
  }

  // ---- by a state

  private static List<Value> linear(Call c) {
    int qHeads = c.attributes().size("q_num_heads", 0);
    int kvHeads = c.attributes().size("kv_num_heads", 0);
    String rule = c.attributes().text("update_rule", "gated_delta");
    boolean gated = rule.startsWith("gated");
    boolean delta = rule.endsWith("delta");
    Tensor q = heads(c, c.x(0), qHeads);
    Tensor k = heads(c, c.x(1), kvHeads);
    Tensor v = heads(c, c.x(2), kvHeads);
    int n = q.dim(0);
    int steps = q.dim(2);
    int dk = q.dim(3);
    double given = c.attributes().real("scale", 0);
    double scale = given == 0 ? 1 / Math.sqrt(dk) : given;
    Tensor state = c.has(3) ? c.x(3) : Normalisation.zeros(q.dtype(), n, kvHeads, dk, v.dim(3));
    Tensor decay = gated ? heads(c, c.x(4), kvHeads).exp() : null;
    Tensor beta = delta ? heads(c, c.x(5), c.x(5).dim(2)) : null;
    Tensor erase = c.has(6) ? heads(c, c.x(6), kvHeads) : null;
    Tensor[] ys = new Tensor[steps];
    for (int t = 0; t < steps; t++) {
      Tensor kt = k.narrow(2, t, 1); // [n, heads, 1, dk]
      Tensor vt = v.narrow(2, t, 1);
      if (decay != null) {
        state = state.mul(decay.narrow(2, t, 1).transpose());
      }
      if (beta != null) {
        Tensor ke = erase == null ? kt : kt.mul(erase.narrow(2, t, 1));
        vt = beta.narrow(2, t, 1).mul(vt.sub(ke.matmul(state)));
      }
      state = state.add(kt.transpose().mul(vt));
      ys[t] = q.narrow(2, t, 1).matmul(repeated(state, qHeads / kvHeads)).mul(scale);
    }
    Tensor y = ys[0].concat(2, Arrays.copyOfRange(ys, 1, steps));
    return List.of(
        Value.computed(joined(y), c.type(0)),
        Value.computed(state, c.has(3) ? c.type(3) : c.type(0)));
  }
}
