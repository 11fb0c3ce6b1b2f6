package dev.hebb.train;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands, beside its weights and its optimiser's variables.
 *
 * @param identity what must be the same when it is resumed; see {@link Identity}
 * @param epochs how many epochs are complete
 * @param batches how many batches of the next one are done
 * @param steps how many steps were taken in all; random numbers depend on it
 * @param lossSum the sum of the unfinished epoch's losses over its examples so far
 * @param examples how many examples that epoch has read so far
 * @param epochSeconds how long that epoch took so far
 * @param seconds how long the run took so far
 * @param history the results of the complete epochs
 * @param memory what subscribers remember, by their keys
 * @param warnings what was wrong so far
 * @param ending the rule that has ended the run; null while it goes on
 */
record TrainState(
    Map<String, String> identity,
    int epochs,
    int batches,
    long steps,
    double lossSum,
    long examples,
    double epochSeconds,
    double seconds,
    List<EpochResult> history,
    Map<String, Map<String, Double>> memory,
    List<String> warnings,
    @Nullable Ending ending) {}
