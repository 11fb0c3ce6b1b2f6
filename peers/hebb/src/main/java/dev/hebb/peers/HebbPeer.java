package dev.hebb.peers;

import dev.hebb.bench.Workload;
import dev.hebb.runtime.Gang;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;

/** Hebb itself. */
public final class HebbPeer implements Peer {
  @Override
  public String version() {
    return "Hebb 0.1.0";
  }

  @Override
  public Session open(String w, int threads) {
    if (Single.isOne(w)) {
      return HebbKernel.open(Single.of(w), threads);
    }
    if (Arrays.stream(Workload.values()).noneMatch(v -> v.name().equals(w))) {
      return null;
    }
    Gang.threads(threads);
    Workload.Run run = Workload.valueOf(w).open();
    boolean isRead = w.equals("W8");
    return new Session() {
      private Tensor last;
      private float read;

      @Override
      public long params() {
        return run.parameters();
      }

      @Override
      public void step() {
        last = run.step().get();
        if (isRead) {
          read = last.toFloats()[0];
        }
      }

      @Override
      public float loss() {
        return isRead ? read : last.toFloats()[0];
      }
    };
  }
}
