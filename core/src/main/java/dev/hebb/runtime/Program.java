package dev.hebb.runtime;

import dev.hebb.ir.Executable;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Variable;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Kernels in the order they run, each with the buffers it reads and writes. Immutable; every run
 * takes a frame (the planned memory and the operands bound to it) from a pool, so runs in several
 * threads do not meet, and a replay allocates nothing but its results.
 */
public final class Program implements Executable {
  /**
   * A piece of memory.
   *
   * @param where what kind of memory
   * @param type its element type
   * @param number which input, variable, result or constant; 0 for planned memory
   * @param offset the first element
   */
  public record Buffer(Where where, DType type, int number, int offset) {
    /** Where memory comes from. */
    public enum Where {
      /** The planned memory of the frame. */
      ARENA,
      /** The input of that number. */
      INPUT,
      /** The variable of that number. */
      VARIABLE,
      /** The result of that number. */
      RESULT,
      /** The constant of that number. */
      CONSTANT
    }

    @Override
    public String toString() {
      String name = where.name().toLowerCase(Locale.ROOT);
      return where == Where.ARENA
          ? type.label() + "[" + offset + "]"
          : name + number + (offset == 0 ? "" : "[" + offset + "]");
    }
  }

  /** One kernel with its operands. */
  public record Instruction(Kernel kernel, List<Buffer> operands) {}

  /** The sizes of the results. */
  public record Result(DType type, int size) {}

  private final List<Instruction> instructions;
  private final int[] arena;
  private final Variable[] variables;
  private final boolean[] written;
  private final boolean writes;
  private final Result[] results;
  private final Object[] constants;
  private final String description;
  private final ConcurrentLinkedQueue<SoftReference<Frame>> frames = new ConcurrentLinkedQueue<>();

  /**
   * A program from its parts.
   *
   * @param arena elements of planned memory of each type, by {@link DType#ordinal}
   * @param variables those that are read or written
   * @param written which of them are written
   */
  public Program(
      List<Instruction> instructions,
      int[] arena,
      List<Variable> variables,
      List<Boolean> written,
      List<Result> results,
      List<Object> constants,
      String description) {
    this.instructions = List.copyOf(instructions);
    this.arena = arena.clone();
    this.variables = variables.toArray(Variable[]::new);
    this.writes = written.contains(true);
    this.written = new boolean[written.size()];
    for (int i = 0; i < this.written.length; i++) {
      this.written[i] = written.get(i);
    }
    this.results = results.toArray(Result[]::new);
    this.constants = constants.toArray();
    this.description = description;
  }

  /** A place in some instruction's operands that is bound anew when its array changes. */
  private record Patch(Operands operands, int at, int offset) {}

  private final class Frame {
    final Kernel[] kernels = new Kernel[instructions.size()];
    final Operands[] operands = new Operands[instructions.size()];
    final Patch[][] inputs;
    final Patch[][] cells;
    final Patch[][] outputs;
    final @Nullable Object[] bound = new @Nullable Object[variables.length];
    final SoftReference<Frame> reference = new SoftReference<>(this);

    Frame(int inputCount) {
      DType[] types = DType.values();
      Object[] memory = new Object[types.length];
      for (DType t : types) {
        memory[t.ordinal()] = t.newArray(arena[t.ordinal()]);
      }
      var in = lists(inputCount);
      var variable = lists(variables.length);
      var out = lists(results.length);
      for (int i = 0; i < kernels.length; i++) {
        Instruction instruction = instructions.get(i);
        kernels[i] = instruction.kernel;
        Operands x = new Operands(instruction.operands.size());
        operands[i] = x;
        for (int k = 0; k < instruction.operands.size(); k++) {
          Buffer b = instruction.operands.get(k);
          switch (b.where) {
            case ARENA -> x.set(k, memory[b.type.ordinal()], b.offset);
            case CONSTANT -> x.set(k, constants[b.number], b.offset);
            case INPUT -> in.get(b.number).add(new Patch(x, k, b.offset));
            case VARIABLE -> variable.get(b.number).add(new Patch(x, k, b.offset));
            case RESULT -> out.get(b.number).add(new Patch(x, k, b.offset));
          }
        }
      }
      inputs = arrays(in);
      cells = arrays(variable);
      outputs = arrays(out);
    }

    private static List<List<Patch>> lists(int n) {
      var all = new ArrayList<List<Patch>>();
      for (int i = 0; i < n; i++) {
        all.add(new ArrayList<>());
      }
      return all;
    }

    private static Patch[][] arrays(List<List<Patch>> all) {
      return all.stream().map(l -> l.toArray(Patch[]::new)).toArray(Patch[][]::new);
    }

    private static void bind(Patch[] patches, Object array) {
      for (Patch p : patches) {
        p.operands.set(p.at, array, p.offset);
      }
    }

    Object[] run(Object[] in) {
      for (int i = 0; i < in.length; i++) {
        bind(inputs[i], in[i]);
      }
      Object[] out = new Object[results.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = results[i].type.newArray(results[i].size);
        bind(outputs[i], out[i]);
      }
      for (int i = 0; i < variables.length; i++) {
        Object array = written[i] ? variables[i].writable() : variables[i].array();
        if (bound[i] != array) {
          bound[i] = array;
          bind(cells[i], array);
        }
      }
      Gang gang = Gang.shared();
      for (int i = 0; i < kernels.length; i++) {
        gang.run(kernels[i], operands[i]);
      }
      return out;
    }
  }

  @Override
  public Object[] run(Object[] inputs) {
    long stamp = writes ? Variable.LOCK.writeLock() : Variable.LOCK.readLock();
    try {
      SoftReference<Frame> held = frames.poll();
      Frame frame = held == null ? null : held.get();
      if (frame == null) {
        frame = new Frame(inputs.length);
      }
      Object[] out = frame.run(inputs);
      frames.offer(frame.reference);
      return out;
    } finally {
      Variable.LOCK.unlock(stamp);
    }
  }

  @Override
  public String describe() {
    return description;
  }
}
