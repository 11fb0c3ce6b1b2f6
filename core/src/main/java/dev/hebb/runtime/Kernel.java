package dev.hebb.runtime;

/**
 * A loop over buffers, cut into tasks that any thread may run.
 *
 * <p>The work is a sequence of phases; each phase is a set of independent tasks. All tasks of a
 * phase are finished before one of the next begins. How the work is cut is decided by the size of
 * the problem alone, never by the number of threads, and each element is written by exactly one
 * task of a phase: so the result has the same bits however many threads share the work. The order
 * of a sum does not depend on the length of the machine's vectors, either.
 *
 * <p>A kernel is immutable and holds no buffer. The order of its operands is part of its
 * documentation.
 */
public interface Kernel {
  /** Returns the number of phases, at least 1. */
  int phases();

  /** Returns the number of independent tasks in a phase; zero is allowed. */
  int tasks(int phase);

  /**
   * Runs one task.
   *
   * @param phase the phase, from 0
   * @param task the task within the phase, from 0
   * @param x the buffers
   * @param s memory that belongs to the running thread; its contents are undefined at the start
   */
  void run(int phase, int task, Operands x, Scratch s);

  /**
   * Returns how many floats of shared workspace the kernel needs. If this is not zero, a float
   * buffer of at least that size is its last operand. Its contents are undefined before and after:
   * two runs at the same time need one each.
   */
  default long workspace() {
    return 0;
  }

  /**
   * Returns the operand that the first phase does nothing but prepare for the later ones, or −1. A
   * program runs such a phase only when the operand has changed.
   */
  default int prepares() {
    return -1;
  }

  /**
   * Returns how many floats the first phase leaves behind if it {@link #prepares} an operand, else
   * 0. If this is not zero, a float buffer of at least that size is the operand before the
   * workspace; later phases only read it, so that any number of runs may share it.
   */
  default long prepared() {
    return 0;
  }
}
