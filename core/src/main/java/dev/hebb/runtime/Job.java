package dev.hebb.runtime;

/**
 * Kernels that do not wait for each other, with their operands and their tasks counted: these
 * depend on sizes alone.
 */
public final class Job {
  /** As many kernels as a gang deals out at the same time. */
  public static final int MOST = 8;

  final Kernel[] kernels;
  final Operands[] operands;

  /** The number of tasks of each phase, kernel by kernel. */
  final int[][] tasks;

  /** Whether there is one task in all. */
  private final boolean isSingle;

  /** Whether a second thread can be of any use. */
  final boolean isParallel;

  /** Binds a kernel to operands, which may be set anew between runs. */
  public Job(Kernel kernel, Operands operands) {
    this(new Kernel[] {kernel}, new Operands[] {operands});
  }

  /** Binds at most {@link #MOST} kernels, none of which reads or writes what another one writes. */
  Job(Kernel[] kernels, Operands[] operands) {
    this.kernels = kernels;
    this.operands = operands;
    int phases = 0;
    for (Kernel k : kernels) {
      phases = Math.max(phases, k.phases());
    }
    this.tasks = new int[phases][kernels.length];
    boolean parallel = false;
    for (int p = 0; p < phases; p++) {
      for (int k = 0; k < kernels.length; k++) {
        tasks[p][k] = p < kernels[k].phases() ? kernels[k].tasks(p) : 0;
        parallel |= tasks[p][k] > 1;
      }
    }
    this.isParallel = parallel;
    this.isSingle = kernels.length == 1 && phases == 1 && tasks[0][0] == 1;
  }

  /** Runs all tasks on this thread. */
  void runAlone(Scratch s) {
    if (isSingle) {
      s.beginAlone();
      kernels[0].run(0, 0, operands[0], s);
      return;
    }
    for (int p = 0; p < tasks.length; p++) {
      for (int k = 0; k < kernels.length; k++) {
        int n = tasks[p][k];
        s.beginAlone();
        for (int t = 0; t < n; t++) {
          kernels[k].run(p, t, operands[k], s);
        }
      }
    }
  }
}
