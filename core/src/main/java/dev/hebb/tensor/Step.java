package dev.hebb.tensor;

import dev.hebb.compile.Engine;
import dev.hebb.ir.Capture;
import dev.hebb.ir.Executable;
import dev.hebb.runtime.Pool;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A computation that is recorded once for each shape of its inputs, compiled, and replayed: fused,
 * in one planned piece of memory, updating variables in place and allocating almost nothing.
 *
 * <pre>{@code
 * var step = trainStep((x, y) -> {
 *   var loss = net.forward(x).crossEntropy(y);
 *   opt.update(loss.grad(net.params()));
 *   return loss;
 * });
 * for (var b : batches) step.run(b.x(), b.y());
 * }</pre>
 *
 * <p>The body runs only while it is recorded: Java control flow in it is decided then, and values
 * cannot be read in it. Several threads may run one step; those that update variables take turns.
 */
public final class Step {
  private record Recorded(
      List<Shape> shapes, Capture capture, Executable program, Pool<Call> calls) {
    Recorded(List<Shape> shapes, Capture capture, Executable program) {
      this(shapes, capture, program, new Pool<>());
    }
  }

  /** What a call passes on, kept for the next one. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Call(@Nullable Object[] inputs, @Nullable Object[] results) {}

  private final Function<List<Tensor>, List<Tensor>> body;
  private final boolean training;
  private final Variable counter;
  private final Map<List<Shape>, Recorded> recordings = new ConcurrentHashMap<>();
  private volatile Recorded last = new Recorded(List.of(), Capture.EMPTY, in -> new Object[0]);

  private Step(Function<List<Tensor>, List<Tensor>> body, boolean training) {
    this.body = body;
    this.training = training;
    this.counter = Variable.of("step", Tensor.of(new long[] {0}, Shape.of()));
  }

  /** A train step without inputs. */
  public static Step trainStep(Supplier<Tensor> body) {
    return new Step(in -> List.of(body.get()), true);
  }

  /** A train step of one input. */
  public static Step trainStep(UnaryOperator<Tensor> body) {
    return new Step(in -> List.of(body.apply(arity(in, 1).get(0))), true);
  }

  /** A train step of two inputs, usually examples and targets. */
  public static Step trainStep(BinaryOperator<Tensor> body) {
    return new Step(in -> List.of(body.apply(arity(in, 2).get(0), in.get(1))), true);
  }

  /** A step of any number of inputs and results, in training or evaluation mode. */
  public static Step of(boolean training, Function<List<Tensor>, List<Tensor>> body) {
    return new Step(body, training);
  }

  /**
   * Runs a body as if to record it, and forgets the recording: shapes are checked, nothing is
   * computed, no variable is read or changed.
   */
  public static <T> T rehearse(Supplier<T> body) {
    return new Trace(Variable.of("step", Tensor.of(new long[] {0}, Shape.of()))).record(body);
  }

  private static List<Tensor> arity(List<Tensor> in, int n) {
    if (in.size() != n) {
      throw new ShapeError("this step takes " + n + " input(s), got " + in.size());
    }
    return in;
  }

  /** How many times this step has run; random numbers depend on it, so a resumed run sets it. */
  public Variable counter() {
    return counter;
  }

  /** Runs the step and returns its first result. */
  public Tensor run(Tensor... in) {
    return runAll(in).getFirst();
  }

  /** Runs the step and returns its results. */
  public List<Tensor> runAll(Tensor... in) {
    Recorded r = recorded(in);
    List<Tensor> bound = r.capture.inputs();
    Object[] arrays = new Object[bound.size()];
    for (int i = 0; i < arrays.length; i++) {
      int place = r.capture.places()[i];
      Tensor t = place < 0 ? bound.get(i) : in[place];
      arrays[i] = known(t);
    }
    Object[] results = r.program.run(arrays);
    List<Shape> shapes = r.capture.results();
    Tensor[] out = new Tensor[results.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Tensor.wrap(shapes.get(i), results[i]);
    }
    return Arrays.asList(out);
  }

  /**
   * Runs a step of one float32 input and one float32 result on arrays. In steady state this
   * allocates nothing.
   *
   * @param x the input, row-major
   * @param shape its shape
   * @param y takes the result, row-major
   * @throws ShapeError if x or y has another length than its shape asks for
   */
  public void run(float[] x, Shape shape, float[] y) {
    Recorded r = last;
    if (r.shapes.size() != 1 || !r.shapes.getFirst().equals(shape)) {
      r = recorded(List.of(shape));
    }
    List<Shape> results = r.capture.results();
    if (shape.dtype() != DType.FLOAT32
        || results.size() != 1
        || results.getFirst().dtype() != DType.FLOAT32) {
      throw new ShapeError(
          "run(x, shape, y): takes one f32 input to one f32 result, not %s to %s"
              .formatted(shape, results));
    }
    checkLength("x", x, shape);
    checkLength("y", y, results.getFirst());
    Call held = r.calls.take();
    Call call =
        held == null ? new Call(new Object[r.capture.inputs().size()], new Object[1]) : held;
    for (int i = 0; i < call.inputs.length; i++) {
      call.inputs[i] = r.capture.places()[i] < 0 ? known(r.capture.inputs().get(i)) : x;
    }
    call.results[0] = y;
    r.program.run(call.inputs, call.results);
    Arrays.fill(call.inputs, null);
    call.results[0] = null;
    r.calls.put(call);
  }

  private static void checkLength(String name, float[] array, Shape shape) {
    if (array.length != shape.size()) {
      throw new ShapeError(
          "run(x, shape, y): %s has %d elements, but its shape is %s with %d"
              .formatted(name, array.length, shape, shape.size()));
    }
  }

  private static Object known(Tensor t) {
    return Objects.requireNonNull(t.eval().valueOrNull());
  }

  /** The recorded graph, the fused program and the memory plan for inputs of these shapes. */
  public String explain(Tensor... in) {
    Recorded r = recorded(in);
    return r.capture.graph() + "\n" + r.program.describe();
  }

  private Recorded recorded(Tensor[] in) {
    Recorded r = last;
    if (!fits(r, in)) {
      r = recorded(Arrays.stream(in).map(Tensor::shape).toList());
    }
    return r;
  }

  private Recorded recorded(List<Shape> shapes) {
    Recorded r = recordings.get(shapes);
    if (r == null) {
      r = record(shapes);
      recordings.put(shapes, r);
    }
    last = r;
    return r;
  }

  private static boolean fits(Recorded r, Tensor[] in) {
    if (r.capture == Capture.EMPTY || r.shapes.size() != in.length) {
      return false;
    }
    for (int i = 0; i < in.length; i++) {
      if (!r.shapes.get(i).equals(in[i].shape())) {
        return false;
      }
    }
    return true;
  }

  private Recorded record(List<Shape> shapes) {
    var trace = new Trace(counter);
    List<Tensor> places = shapes.stream().map(Tensor::placeholder).toList();
    Capture capture =
        trace.record(() -> {
          List<Tensor> results =
              training ? Mode.training(() -> body.apply(places)) : body.apply(places);
          if (training) {
            counter.set(counter.tensor().add(1));
          }
          return Capture.of(results, trace.writes(), places);
        });
    return new Recorded(shapes, capture, Engine.compile(capture.graph()));
  }
}
