package dev.hebb.tensor;

import java.util.List;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Held exclusively while a program updates variables, shared while one only reads them.
 *
 * <p>Variables that some program uses together have one lock, so that a run takes one, however many
 * variables it uses. Programs without a variable in common, directly or by way of others, never
 * wait for each other: a network answers while another one is trained.
 */
public final class VariableLock {
  private final StampedLock lock = new StampedLock();

  /** The lock that has taken this one's place; set once, by who holds this one exclusively. */
  private volatile @Nullable VariableLock successor;

  VariableLock() {}

  /** The lock of all these from now on. Waits for runs that hold one of their locks. */
  public static synchronized VariableLock of(List<Variable> variables) {
    VariableLock one =
        variables.isEmpty() ? new VariableLock() : variables.getFirst().lock().last();
    for (Variable v : variables) {
      VariableLock other = v.lock().last();
      if (other != one) {
        long stamp = other.lock.writeLock();
        other.successor = one;
        other.lock.unlockWrite(stamp);
      }
    }
    return one;
  }

  private VariableLock last() {
    VariableLock last = this;
    for (VariableLock next = successor; next != null; next = next.successor) {
      last = next;
    }
    return last;
  }

  /** Waits for whoever uses the variables, if one of both changes them. */
  public long lock(boolean exclusively) {
    while (true) {
      VariableLock last = last();
      long stamp = exclusively ? last.lock.writeLock() : last.lock.readLock();
      if (last.successor == null) {
        return stamp; // and while it is held nothing takes its place
      }
      last.lock.unlock(stamp);
    }
  }

  /** Ends what {@link #lock} began. */
  public void unlock(long stamp) {
    last().lock.unlock(stamp);
  }
}
