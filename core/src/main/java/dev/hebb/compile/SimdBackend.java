package dev.hebb.compile;

import dev.hebb.ir.Backend;
import dev.hebb.ir.Executable;
import dev.hebb.ir.Graph;
import dev.hebb.ir.Verifier;

/**
 * Compiles for the CPU: join sums, simplify, fold, normalise, fuse, schedule, plan memory, choose
 * kernels.
 */
public final class SimdBackend implements Backend {
  @Override
  public Executable compile(Graph graph) {
    assert Verifier.check("capture", graph);
    Graph summed = Sums.run(graph);
    assert Verifier.check("sums", summed);
    Graph simple = Simplify.run(summed);
    assert Verifier.check("simplify", simple);
    Graph folded = Folding.run(simple);
    assert Verifier.check("folding", folded);
    Graph normal = Normalise.run(folded);
    assert Verifier.check("normalise", normal);
    return new Lowering(normal, new Schedule(normal, Fusion.run(normal))).program();
  }
}
