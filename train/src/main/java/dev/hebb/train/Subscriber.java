package dev.hebb.train;

/**
 * Someone who is told what happens in a training run: a progress bar, a log, a rule that stops it.
 *
 * <p>Events come one at a time and in order, in the thread that trains, which waits meanwhile. An
 * exception thrown at {@link TrainEvent.RunStarted} ends the run before it began: what is wrong
 * with the set-up is said at once. One thrown later must not cost hours of training: it becomes a
 * {@link TrainEvent.Warning}, and this subscriber is not called again. An {@link Error} always goes
 * through.
 */
@FunctionalInterface
public interface Subscriber {
  /** Takes note of an event. */
  void on(TrainEvent event);
}
