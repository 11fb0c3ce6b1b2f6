package dev.hebb.runtime;

/**
 * Some phases of a kernel, as a kernel.
 *
 * @param kernel the whole kernel
 * @param first the first phase
 * @param phases how many
 */
public record Phases(Kernel kernel, int first, int phases) implements Kernel {
  @Override
  public int tasks(int phase) {
    return kernel.tasks(first + phase);
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    kernel.run(first + phase, task, x, s);
  }

  @Override
  public long workspace() {
    return kernel.workspace();
  }

  @Override
  public long prepared() {
    return kernel.prepared();
  }

  @Override
  public String toString() {
    return (first == 0 ? "prepare " : "") + kernel;
  }
}
