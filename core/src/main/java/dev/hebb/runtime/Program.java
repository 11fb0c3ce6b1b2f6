package dev.hebb.runtime;

import dev.hebb.ir.Executable;
import dev.hebb.runtime.simd.CacheLines;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Variable;
import dev.hebb.tensor.VariableLock;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Kernels in the order they run, or at the same time, each with the buffers it reads and writes.
 * Immutable; every run takes a frame (the planned memory and the operands bound to it) from a pool,
 * so runs in several threads do not meet, and a replay allocates nothing but its results.
 *
 * <p>A prologue computes what depends on constants and on variables that the program only reads. It
 * runs before the body when one of these has changed, and all frames share its memory.
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
    /** For an operand that a kernel does not look at. */
    public static final Buffer UNUSED = new Buffer(Where.NOWHERE, DType.FLOAT32, 0, 0);

    /** Where memory comes from. */
    public enum Where {
      /** The planned memory of the frame. */
      ARENA,
      /** The planned memory of the prologue. */
      FROZEN,
      /** The input of that number. */
      INPUT,
      /** The variable of that number. */
      VARIABLE,
      /** The result of that number. */
      RESULT,
      /** The constant of that number. */
      CONSTANT,
      /** No memory at all. */
      NOWHERE
    }

    @Override
    public String toString() {
      String name = where.name().toLowerCase(Locale.ROOT);
      return switch (where) {
        case ARENA -> type.label() + "[" + offset + "]";
        case FROZEN -> "frozen " + type.label() + "[" + offset + "]";
        case NOWHERE -> "–";
        default -> name + number + (offset == 0 ? "" : "[" + offset + "]");
      };
    }
  }

  /** One kernel with its operands. */
  public record Instruction(Kernel kernel, List<Buffer> operands) {}

  /**
   * Instructions and the memory they share.
   *
   * @param waves in the order they run; those of one wave run at the same time
   * @param memory elements of planned memory of each type, by {@link DType#ordinal}
   */
  public record Code(List<List<Instruction>> waves, int[] memory) {
    /** Floats can be shifted to the beginning of a cache line. */
    Object[] allocate() {
      DType[] types = DType.values();
      Object[] arrays = new Object[types.length];
      for (DType t : types) {
        int n = memory[t.ordinal()];
        boolean moves = t == DType.FLOAT32 && n > 0;
        arrays[t.ordinal()] = t.newArray(moves ? Math.addExact(n, CacheLines.FLOATS) : n);
      }
      return arrays;
    }
  }

  /** The sizes of the results. */
  public record Result(DType type, int size) {}

  private final Code prologue;
  private final Code body;
  private final Variable[] variables;
  private final VariableLock lock;
  private final boolean[] written;
  private final boolean writes;
  private final Result[] results;
  private final Object[] constants;
  private final Supplier<String> description;
  private final Pool<SoftReference<Frame>> frames = new Pool<>();
  private volatile SoftReference<Prepared> prepared = new SoftReference<>(null);

  /**
   * A program from its parts.
   *
   * @param prologue what only has to run when a variable has changed that is not written
   * @param body what runs each time
   * @param variables those that are read or written
   * @param written which of them are written
   */
  public Program(
      Code prologue,
      Code body,
      List<Variable> variables,
      List<Boolean> written,
      List<Result> results,
      List<Object> constants,
      Supplier<String> description) {
    this.prologue = prologue;
    this.body = body;
    this.variables = variables.toArray(Variable[]::new);
    this.lock = VariableLock.of(variables);
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

  /** Instructions bound to memory. */
  private final class Bound {
    final Job[] jobs;
    final boolean isParallel;
    final List<Patch> planned = new ArrayList<>(); // the planned float32 memory
    final List<Patch> frozen = new ArrayList<>(); // and what the prologue leaves in it
    final List<List<Patch>> inputs = new ArrayList<>();
    final List<List<Patch>> cells = new ArrayList<>();
    final List<List<Patch>> outputs = new ArrayList<>();

    Bound(Code code, Object[] memory, Object[] early) {
      jobs = code.waves.stream().map(wave -> job(wave, memory, early)).toArray(Job[]::new);
      isParallel = Arrays.stream(jobs).anyMatch(j -> j.isParallel);
    }

    private Job job(List<Instruction> wave, Object[] memory, Object[] early) {
      Kernel[] kernels = wave.stream().map(Instruction::kernel).toArray(Kernel[]::new);
      Operands[] operands = new Operands[kernels.length];
      for (int i = 0; i < kernels.length; i++) {
        Instruction instruction = wave.get(i);
        Operands x = new Operands(instruction.operands.size());
        operands[i] = x;
        for (int k = 0; k < instruction.operands.size(); k++) {
          Buffer b = instruction.operands.get(k);
          var patch = new Patch(x, k, b.offset);
          switch (b.where) {
            case ARENA -> {
              x.set(k, memory[b.type.ordinal()], b.offset);
              if (b.type == DType.FLOAT32) {
                planned.add(patch);
              }
            }
            case FROZEN -> {
              x.set(k, early[b.type.ordinal()], b.offset);
              if (b.type == DType.FLOAT32) {
                frozen.add(patch);
              }
            }
            case CONSTANT -> x.set(k, constants[b.number], b.offset);
            case INPUT -> list(inputs, b.number).add(patch);
            case VARIABLE -> list(cells, b.number).add(patch);
            case RESULT -> list(outputs, b.number).add(patch);
            case NOWHERE -> {}
          }
        }
      }
      return new Job(kernels, operands);
    }

    private static List<Patch> list(List<List<Patch>> all, int i) {
      while (all.size() <= i) {
        all.add(new ArrayList<>());
      }
      return all.get(i);
    }

    static Patch[][] arrays(List<List<Patch>> all, int n) {
      Patch[][] patches = new Patch[n][];
      for (int i = 0; i < n; i++) {
        patches[i] = list(all, i).toArray(Patch[]::new);
      }
      return patches;
    }

    void run() {
      Gang gang = Gang.shared();
      if (!isParallel) {
        gang.run(jobs);
        return;
      }
      gang.enter();
      try {
        gang.run(jobs);
      } finally {
        gang.leave();
      }
    }
  }

  private static void bind(Patch[] patches, Object array, int shift) {
    for (Patch p : patches) {
      p.operands.set(p.at, array, p.offset + shift);
    }
  }

  /** What the prologue has computed, and from which versions of the variables. */
  private final class Prepared {
    final Object[] memory = prologue.allocate();
    final float[] floats = (float[]) memory[DType.FLOAT32.ordinal()];
    int shift; // of floats

    /** Set when all is computed: whoever finds them current may read the memory. */
    private volatile long @Nullable [] versions;

    boolean isCurrent() {
      long[] known = versions;
      if (known == null) {
        return false;
      }
      for (int i = 0; i < known.length; i++) {
        if (!written[i] && known[i] != variables[i].version()) {
          return false;
        }
      }
      return true;
    }

    void compute() {
      var bound = new Bound(prologue, memory, memory);
      bind(bound.frozen.toArray(Patch[]::new), floats, shift);
      Patch[][] cells = Bound.arrays(bound.cells, variables.length);
      long[] read = new long[variables.length];
      for (int i = 0; i < variables.length; i++) {
        bind(cells[i], variables[i].array(), 0);
        read[i] = variables[i].version();
      }
      Once.run(bound::run);
      versions = read;
    }

    /** Moves what was computed to another place in its memory; bound frames notice at a run. */
    void move(int to) {
      if (to != shift) {
        System.arraycopy(floats, shift, floats, to, floats.length - CacheLines.FLOATS);
        shift = to;
      }
    }
  }

  private final class Frame {
    final Prepared prepared;
    final Bound bound;
    final float[] memory;
    final Placement placement = new Placement();
    int shift;
    final Placement frozenPlacement = new Placement();
    final boolean canMove;
    int frozenShift;
    final Patch[] planned;
    final Patch[] frozen;
    final Patch[][] inputs;
    final Patch[][] cells;
    final Patch[][] outputs;
    final @Nullable Object[] arrays = new @Nullable Object[variables.length];
    final SoftReference<Frame> reference = new SoftReference<>(this);

    Frame(Prepared prepared, int inputCount) {
      this.prepared = prepared;
      canMove = prepared.floats.length >= CacheLines.LEAST;
      Object[] arrays = body.allocate();
      memory = (float[]) arrays[DType.FLOAT32.ordinal()];
      bound = new Bound(body, arrays, prepared.memory);
      planned = bound.planned.toArray(Patch[]::new);
      frozen = bound.frozen.toArray(Patch[]::new);
      inputs = Bound.arrays(bound.inputs, inputCount);
      cells = Bound.arrays(bound.cells, variables.length);
      outputs = Bound.arrays(bound.outputs, results.length);
    }

    void run(Object[] in, Object[] out) {
      int skip = placement.skip(memory);
      if (skip != shift) {
        shift = skip;
        bind(planned, memory, skip);
      }
      if (prepared.shift != frozenShift) {
        frozenShift = prepared.shift;
        bind(frozen, prepared.floats, frozenShift);
      }
      for (int i = 0; i < in.length; i++) {
        bind(inputs[i], in[i], 0);
      }
      for (int i = 0; i < out.length; i++) {
        bind(outputs[i], out[i], 0);
      }
      for (int i = 0; i < variables.length; i++) {
        Object array = written[i] ? variables[i].writable() : variables[i].array();
        if (arrays[i] != array) {
          arrays[i] = array;
          bind(cells[i], array, 0);
        }
      }
      bound.run();
    }
  }

  @Override
  public Object[] run(Object[] inputs) {
    Object[] out = new Object[results.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = results[i].type.newArray(results[i].size);
    }
    run(inputs, out);
    return out;
  }

  @Override
  public void run(Object[] inputs, Object[] out) {
    long stamp = lock.lock(writes);
    Prepared now;
    int line;
    try {
      now = prepared();
      SoftReference<Frame> held = frames.take();
      Frame frame = held == null ? null : held.get();
      if (frame == null || frame.prepared != now) {
        frame = new Frame(now, inputs.length);
      }
      frame.run(inputs, out);
      line = frame.canMove ? frame.frozenPlacement.look(now.floats) : CacheLines.UNKNOWN;
      frames.put(frame.reference);
    } finally {
      lock.unlock(stamp);
    }
    if (line != CacheLines.UNKNOWN) {
      move(now, line);
    }
  }

  /** Has what the prologue computed begin a cache line. Runs read it, so all of them wait. */
  private void move(Prepared prepared, int line) {
    long stamp = lock.lock(true);
    try {
      prepared.move(line);
    } finally {
      lock.unlock(stamp);
    }
  }

  /**
   * Runs the prologue if that is due. A variable changes only while nobody else holds the lock, so
   * no run of this program reads the memory that is computed anew.
   */
  private Prepared prepared() {
    Prepared known = prepared.get();
    if (known != null && known.isCurrent()) {
      return known;
    }
    synchronized (this) {
      Prepared p = prepared.get();
      if (p == null) {
        p = new Prepared();
      } else if (p.isCurrent()) {
        return p;
      }
      p.compute();
      prepared = new SoftReference<>(p);
      return p;
    }
  }

  @Override
  public String describe() {
    return description.get();
  }
}
