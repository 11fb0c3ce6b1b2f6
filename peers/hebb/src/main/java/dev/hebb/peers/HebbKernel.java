package dev.hebb.peers;

import dev.hebb.runtime.Gang;
import dev.hebb.runtime.Kernel;
import dev.hebb.runtime.Operands;
import dev.hebb.runtime.Phases;
import dev.hebb.runtime.simd.Conv2dForward;
import dev.hebb.runtime.simd.Conv2dInputGrad;
import dev.hebb.runtime.simd.Conv2dWeightGrad;
import dev.hebb.runtime.simd.ConvShape;
import dev.hebb.runtime.simd.Epilogue;
import dev.hebb.runtime.simd.Gemm;
import dev.hebb.runtime.simd.GemmShape;
import java.util.stream.LongStream;

/**
 * Single kernels of Hebb. Packing is a part of each run; with -Dprepared=true that of weights is done
 * once, as a program does it that does not change them.
 */
final class HebbKernel {
  private static final boolean PREPARED = Boolean.getBoolean("prepared");

  private HebbKernel() {}

  static Session open(Single single, int threads) {
    Gang.threads(threads);
    return switch (single) {
      case Single.Product p -> {
        var s = GemmShape.dense(1, p.m(), p.n(), p.k(), p.transA(), p.transB());
        Kernel k = PREPARED ? Gemm.prepared(s, Epilogue.NONE) : Gemm.of(s);
        yield run(k, p.m() * p.k(), p.k() * p.n(), p.m() * p.n());
      }
      case Single.Convolution c -> {
        int k = c.kernel();
        int pad = c.pad();
        var s =
            new ConvShape(
                c.n(), c.side(), c.side(), c.cin(), c.cout(), k, k, 1, 1, pad, pad, pad, pad, 1, 1, 1);
        int x = c.n() * c.side() * c.side() * c.cin();
        int w = c.kernel() * c.kernel() * c.cin() * c.cout();
        int y = c.n() * c.out() * c.out() * c.cout();
        yield switch (c.direction()) {
          case "fwd" -> run(Conv2dForward.of(s), x, w, y);
          case "dx" -> run(Conv2dInputGrad.of(s), y, w, x);
          default -> run(Conv2dWeightGrad.of(s), x, y, w);
        };
      }
    };
  }

  private static Session run(Kernel k, int a, int b, int result) {
    long[] memory = LongStream.of(k.prepared(), k.workspace()).filter(n -> n > 0).toArray();
    var x = new Operands(3 + memory.length);
    float[] y = new float[result];
    x.set(0, Single.random(a), 0);
    x.set(1, Single.random(b), 0);
    x.set(2, y, 0);
    for (int i = 0; i < memory.length; i++) {
      x.set(3 + i, new float[Math.toIntExact(memory[i])], 0);
    }
    Gang gang = Gang.shared();
    if (!PREPARED || k.prepares() < 0) {
      return Single.session(() -> gang.run(k, x), () -> y[0]);
    }
    gang.run(new Phases(k, 0, 1), x);
    Kernel rest = new Phases(k, 1, k.phases() - 1);
    return Single.session(() -> gang.run(rest, x), () -> y[0]);
  }
}
