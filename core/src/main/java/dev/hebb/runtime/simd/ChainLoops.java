package dev.hebb.runtime.simd;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The loops of chains: operation by operation along the tile and, where the vector module is there
 * and the chain worth it, generated code that keeps what it computes in vector registers.
 */
public final class ChainLoops {
  private ChainLoops() {}

  private static final ConcurrentHashMap<Chain, ChainLoop> CACHE = new ConcurrentHashMap<>();

  /** The loop of a chain; chains of equal structure share it. */
  public static ChainLoop of(Chain chain) {
    return CACHE.computeIfAbsent(chain, c -> new Tiered(c, new Stepwise(c)));
  }

  /** Whether an operation can be part of a chain. */
  public static boolean accepts(Chain.Op op) {
    return Simd.available() && Vectors.accepts(op);
  }

  /** The chain in generated code; the twin does what is left of the last vector. */
  static ChainLoop generated(Chain chain) {
    return new WholeVectors(Vectors.generate(chain), new Stepwise(chain), Vectors.lanes());
  }

  /** One operation after the other. */
  static final class Stepwise implements ChainLoop {
    private final Step[] steps;

    /** A loop and which of its operands are single elements: these do not move. */
    private record Step(Loop loop, Chain.Op op, int movesA, int movesB) {}

    Stepwise(Chain chain) {
      steps = chain.ops().stream().map(op -> step(chain, op)).toArray(Step[]::new);
    }

    private static Step step(Chain chain, Chain.Op op) {
      boolean first = chain.roles().get(op.a()) == Chain.Role.NUMBER;
      boolean second = chain.roles().get(op.b()) == Chain.Role.NUMBER;
      if (op.f().arity() == 2 && first != second) {
        Loop loop = Loops.withScalar(op.f(), first ? 0 : 1);
        return new Step(loop, op, first ? 0 : 1, second ? 0 : 1);
      }
      return new Step(Loops.of(op.f(), op.from(), op.to()), op, 1, 1);
    }

    @Override
    public void run(Object[] at, int[] off, int[] place, int from, int to) {
      for (Step s : steps) {
        int a = place[s.op.a()];
        int b = place[s.op.b()];
        int c = place[s.op.c()];
        int d = place[s.op.d()];
        s.loop.run(
            at[a],
            off[a] + from * s.movesA,
            at[b],
            off[b] + from * s.movesB,
            at[c],
            off[c] + from,
            at[d],
            off[d] + from,
            to - from);
      }
    }
  }

  /** Generated code up to the last whole vector. */
  private record WholeVectors(ChainLoop generated, ChainLoop twin, int lanes) implements ChainLoop {
    @Override
    public void run(Object[] at, int[] off, int[] place, int from, int to) {
      int end = to - (to - from) % lanes;
      generated.run(at, off, place, from, end);
      if (end < to) {
        twin.run(at, off, place, end, to);
      }
    }
  }

  /** All that needs the vector module; not loaded without it. */
  private static final class Vectors {
    static boolean accepts(Chain.Op op) {
      return VectorCode.has(op);
    }

    static ChainLoop generate(Chain chain) {
      return ChainGenerator.generate(chain);
    }

    static int lanes() {
      return VectorMath.S.length();
    }
  }

  /** A chain that becomes generated code when it is worth it. */
  private static final class Tiered implements ChainLoop {
    /** Loops of single operations serve other chains, too: they are warmed up a little earlier. */
    private static final int LESS_URGENT = 2;

    private final int ops;
    private final LoopTier<ChainLoop> tier;

    Tiered(Chain chain, ChainLoop plain) {
      ops = chain.ops().size();
      tier = new LoopTier<>(plain, () -> generated(chain), () -> List.of(exercise(chain)));
    }

    @Override
    public void run(Object[] at, int[] off, int[] place, int from, int to) {
      tier.pick((to - from) * ops / LESS_URGENT).run(at, off, place, from, to);
    }

    /** Moderate numbers, all in registers of their own. */
    private static Consumer<ChainLoop> exercise(Chain chain) {
      int n = 24 * Vectors.lanes();
      int values = chain.roles().size();
      Object[] at = new Object[values];
      int[] place = new int[values];
      for (int v = 0; v < values; v++) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
          x[i] = chain.roles().get(v) == Chain.Role.NUMBER ? 0.5f : 4f * i / n - 1.9f;
        }
        at[v] = x;
        place[v] = v;
      }
      return loop -> loop.run(at, new int[values], place, 0, n);
    }
  }
}
