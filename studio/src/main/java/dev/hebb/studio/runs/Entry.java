package dev.hebb.studio.runs;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run's log holds, one a line. Numbers that are not finite are NaN here. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Entry.Started.class, name = "started"),
  @JsonSubTypes.Type(value = Entry.Steps.class, name = "steps"),
  @JsonSubTypes.Type(value = Entry.Epoch.class, name = "epoch"),
  @JsonSubTypes.Type(value = Entry.Inside.class, name = "inside"),
  @JsonSubTypes.Type(value = Entry.Action.class, name = "action"),
  @JsonSubTypes.Type(value = Entry.Warning.class, name = "warning"),
  @JsonSubTypes.Type(value = Entry.Ended.class, name = "ended")
})
public sealed interface Entry {
  /**
   * The run begins.
   *
   * @param at when, ISO 8601 in UTC
   * @param owner who trains
   * @param plan what is going to happen
   * @param subject what is trained
   */
  record Started(String at, Owner owner, Plan plan, Subject subject) implements Entry {}

  /**
   * Some steps. Where steps come faster than they can be shown, an element stands for several:
   * their mean, at the last of them.
   *
   * @param epoch the epoch of the last
   * @param heap the memory in use, in MiB
   * @param step the numbers of the steps since the run first began
   * @param values {@code loss}, {@code learningRate}, {@code examplesPerSecond} and {@code
   *     seconds}, an element for each of {@code step}
   */
  record Steps(int epoch, double heap, long[] step, Map<String, double[]> values)
      implements Entry {}

  /**
   * An epoch is complete.
   *
   * @param epoch its number, from 1
   * @param step the steps taken by then
   * @param seconds how long it took
   * @param values {@code loss}, the metrics, and the same on validation data
   */
  record Epoch(int epoch, long step, double seconds, Map<String, Double> values) implements Entry {}

  /**
   * How the network looks from inside.
   *
   * @param step the steps taken by then
   * @param layers one for each layer, in the order of computation
   */
  record Inside(long step, List<Layer> layers) implements Entry {}

  /**
   * Somebody steered.
   *
   * @param at when, ISO 8601 in UTC
   * @param what {@code pause}, {@code resume}, {@code stop}, {@code learningRate}, {@code
   *     checkpoint}
   * @param value the new learning rate, the checkpoint's file name, or null
   * @param step the steps taken by then
   */
  record Action(String at, String what, @Nullable String value, long step) implements Entry {}

  /** Something is wrong, and training goes on. */
  record Warning(String message) implements Entry {}

  /**
   * The run is over.
   *
   * @param rule why, in a word: {@code epochs}, {@code stopped}, {@code diverged}, …
   * @param why in a sentence
   * @param step the steps taken by then
   * @param seconds how long the run took
   */
  record Ended(String rule, String why, long step, double seconds) implements Entry {}

  // ---- what they are made of

  /**
   * The process that trains; two numbers, because numbers of processes are used again.
   *
   * @param pid its number
   * @param began when it began, as {@link #began(ProcessHandle)} says
   * @param link where it can be steered, without a token; null where it serves no page
   */
  record Owner(long pid, long began, @Nullable String link) {
    /** Where, after the name in brackets, Linux tells the start of a process. */
    private static final int START = 20;

    /**
     * Returns when a process began, the same number to all who ask: on Linux in ticks since the
     * machine has started, for what Java makes of them moves when the clock is adjusted, as it is
     * when a virtual machine has stood still; elsewhere in milliseconds since 1970; 0 where the
     * system does not tell.
     */
    public static long began(ProcessHandle process) {
      try {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')')).split(" ")[START]);
      } catch (IOException | RuntimeException e) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
      }
    }
  }

  /**
   * What is going to happen.
   *
   * @param epochs how many epochs at most
   * @param steps how many batches an epoch has
   * @param goals the values of an epoch, and whether {@code smaller} or {@code larger} is better
   * @param settings loss, optimiser, batch size, …
   * @param provenance Hebb, Java, system, seed, data
   */
  record Plan(
      int epochs,
      int steps,
      Map<String, String> goals,
      Map<String, String> settings,
      Map<String, String> provenance) {}

  /**
   * What is trained, on what.
   *
   * @param name the run's name
   * @param data the training data
   * @param parameters how many numbers are learnt
   * @param graph the network's parts
   * @param labels the names of the classes; empty where numbers are predicted
   * @param input what goes in
   */
  record Subject(
      String name,
      String data,
      long parameters,
      List<Node> graph,
      List<String> labels,
      Input input) {}

  /**
   * A part of the network.
   *
   * @param path its place
   * @param kind its class
   * @param text the layer as it is written
   * @param in the shape of one example that goes in
   * @param out the shape of one example that comes out
   * @param level how many parts it lies in
   * @param parameters how many numbers it learns itself
   * @param flops its floating-point operations for one example
   */
  record Node(
      String path,
      String kind,
      String text,
      int[] in,
      int[] out,
      int level,
      long parameters,
      long flops) {}

  /**
   * What goes into the network.
   *
   * @param kind {@code image}, {@code table}, {@code text} or {@code numbers}
   * @param width of a picture; else 0
   * @param height of a picture; else 0
   * @param channels of a picture; else 0
   * @param fields of a table; else empty
   */
  record Input(String kind, int width, int height, int channels, List<Field> fields) {}

  /**
   * A column of a table.
   *
   * @param choices its categories; null where it holds numbers
   * @param value a usual one
   */
  record Field(String name, @Nullable List<String> choices, String value) {}

  /**
   * A layer at one moment.
   *
   * @param path its place
   * @param weights its parameters; null where it has none
   * @param gradients the gradients of its parameters for a fixed batch
   * @param activations what it computes for that batch
   * @param ratios what follows from these
   */
  record Layer(
      String path,
      @Nullable Histogram weights,
      @Nullable Histogram gradients,
      @Nullable Histogram activations,
      Ratios ratios) {}

  /**
   * Numbers that tell at a glance whether a layer learns; NaN where they mean nothing.
   *
   * @param update the length of one update of its parameters, divided by their own length
   * @param gradientNorm the length of its gradient
   * @param dead the share of its units that give 0 for every example
   * @param saturated the share of its values where a bounded activation is flat
   */
  record Ratios(double update, double gradientNorm, double dead, double saturated) {}

  /**
   * How values are spread.
   *
   * @param counts how many lie in each of equal intervals from {@code min} to {@code max}
   */
  record Histogram(double min, double max, double mean, double std, int[] counts) {}
}
