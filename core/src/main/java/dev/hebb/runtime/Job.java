package dev.hebb.runtime;

/** A kernel with its operands, and its tasks counted: they depend on its size alone. */
public final class Job {
  final Kernel kernel;
  final Operands operands;

  /** The number of tasks of each phase. */
  final int[] tasks;

  /** Whether a second thread can be of any use. */
  final boolean isParallel;

  /** Binds a kernel to operands, which may be set anew between runs. */
  public Job(Kernel kernel, Operands operands) {
    this.kernel = kernel;
    this.operands = operands;
    this.tasks = new int[kernel.phases()];
    boolean parallel = false;
    for (int p = 0; p < tasks.length; p++) {
      tasks[p] = kernel.tasks(p);
      parallel |= tasks[p] > 1;
    }
    this.isParallel = parallel;
  }

  /** Runs all tasks on this thread. */
  void runAlone(Scratch s) {
    for (int p = 0; p < tasks.length; p++) {
      int n = tasks[p];
      s.beginAlone();
      for (int t = 0; t < n; t++) {
        kernel.run(p, t, operands, s);
      }
    }
  }
}
