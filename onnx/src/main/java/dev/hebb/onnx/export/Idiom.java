package dev.hebb.onnx.export;

import dev.hebb.op.Activation;
import dev.hebb.op.Curve;
import dev.hebb.op.Leaf;
import dev.hebb.op.View;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A function that ONNX has one operator for and Hebb an expression of several. The expression
 * itself is the pattern: applied to holes in place of its operands, and to NaN in place of its
 * numbers, it is looked for in the graph.
 *
 * @param operator the ONNX operator
 * @param holes the shapes of the operands, in the operator's order
 * @param expression what Hebb computes of them
 * @param numbers how many different numbers it has
 * @param attributes the operator's attributes, given the numbers in the order of computation
 * @param limits whether the numbers are operands, behind the others
 */
record Idiom(
    String operator,
    List<Shape> holes,
    Function<List<Tensor>, Tensor> expression,
    int numbers,
    Function<List<Double>, Map<String, ?>> attributes,
    boolean limits) {
  /** Stands for any number. */
  private static final double ANY = Double.NaN;

  /** An activation without numbers of its own, or with those of its definition. */
  private static Idiom of(
      String operator, Shape x, Function<Tensor, Tensor> f, Map<String, ?> attributes) {
    return new Idiom(operator, List.of(x), in -> f.apply(in.getFirst()), 0, _ -> attributes, false);
  }

  /** An activation with one number, the attribute alpha. */
  private static Idiom alpha(String operator, Shape x, Function<Tensor, Tensor> f) {
    return new Idiom(
        operator,
        List.of(x),
        in -> f.apply(in.getFirst()),
        1,
        numbers -> Map.of("alpha", numbers.getFirst()),
        false);
  }

  /** The idioms that a result of this shape may be. */
  static List<Idiom> of(Shape shape) {
    var all = new ArrayList<Idiom>();
    if (shape.dtype() == DType.FLOAT32) { // runtimes have few of them in double precision
      all.addAll(activations(shape));
      if (shape.rank() >= 2) {
        all.addAll(norms(shape));
      }
    }
    if (shape.dtype().isFloating()) {
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        int a = axis;
        Map<String, ?> attributes = Map.of("axis", (long) a);
        all.add(of("Softmax", shape, x -> x.softmax(a), attributes));
        all.add(of("LogSoftmax", shape, x -> x.logSoftmax(a), attributes));
      }
    }
    return all;
  }

  private static List<Idiom> activations(Shape s) {
    return List.of(
        of(
            "Selu",
            s,
            Activation.SELU::of,
            Map.of("alpha", 1.6732632423543772, "gamma", 1.0507009873554805)),
        of("Elu", s, Activation.ELU::of, Map.of("alpha", 1.0)),
        alpha("Elu", s, x -> Curve.ELU.of(x, ANY)),
        alpha("Celu", s, x -> Curve.CELU.of(x, ANY)),
        alpha("LeakyRelu", s, x -> Curve.LEAKY_RELU.of(x, ANY)),
        alpha("ThresholdedRelu", s, x -> Curve.THRESHOLDED_RELU.of(x, ANY)),
        of("Softsign", s, Activation.SOFTSIGN::of, Map.of()),
        of("Mish", s, Activation.MISH::of, Map.of()),
        of("Gelu", s, Activation.GELU::of, Map.of()),
        of("Gelu", s, Activation.GELU_TANH::of, Map.of("approximate", "tanh")),
        of("HardSwish", s, Activation.HARD_SWISH::of, Map.of()),
        of("HardSigmoid", s, Activation.HARD_SIGMOID::of, Map.of("alpha", 1.0 / 6, "beta", 0.5)),
        new Idiom("Clip", List.of(s), in -> in.getFirst().clamp(ANY, ANY), 2, _ -> Map.of(), true));
  }

  /** Batch norm with running statistics, and layer norm. */
  private static List<Idiom> norms(Shape s) {
    Shape channel = Shape.of(s.dim(1));
    int[] column = new int[s.rank() - 1];
    Arrays.fill(column, 1);
    column[0] = s.dim(1);
    Shape last = Shape.of(s.last());
    return List.of(
        new Idiom(
            "BatchNormalization",
            List.of(s, channel, channel, channel, channel),
            in -> {
              Tensor factor = in.get(1).div(in.get(4).add(ANY).sqrt());
              return in.get(0)
                  .sub(in.get(3).reshape(column))
                  .mul(factor.reshape(column))
                  .add(in.get(2).reshape(column));
            },
            1,
            numbers -> Map.of("epsilon", numbers.getFirst()),
            false),
        new Idiom(
            "LayerNormalization",
            List.of(s, last, last),
            in -> {
              Tensor x = in.get(0);
              Tensor centred = x.sub(x.mean(-1).keepDims(x, -1));
              Tensor variance = centred.square().mean(-1).keepDims(x, -1);
              return centred.div(variance.add(ANY).sqrt()).mul(in.get(1)).add(in.get(2));
            },
            1,
            numbers -> Map.of("axis", -1L, "epsilon", numbers.getFirst()),
            false));
  }

  /** Finds idioms in one graph. */
  static final class Finder {
    private final BatchGraph graph;
    private final Map<Shape, List<Pattern>> patterns = new HashMap<>();

    /** An idiom's expression of holes. */
    private record Pattern(Idiom idiom, List<Tensor> holes, Tensor root) {}

    /**
     * An idiom in the graph.
     *
     * @param operands the nodes that it is applied to
     * @param numbers the numbers in it, in the order of computation
     */
    record Found(Idiom idiom, List<Integer> operands, List<Double> numbers) {
      boolean isLike(Found other) {
        return operands.equals(other.operands) && numbers.equals(other.numbers);
      }
    }

    Finder(BatchGraph graph) {
      this.graph = graph;
    }

    /** The idioms that a node is, usually none. */
    List<Found> find(int node) {
      var found = new ArrayList<Found>();
      List<Shape> shapes = graph.get(node).shapes();
      for (int i = 0; i < patterns(shapes.getFirst()).size(); i++) {
        Found first = null;
        boolean fits = true;
        for (int k = 0; fits && k < shapes.size(); k++) {
          Found here = match(patterns(shapes.get(k)).get(i), node, k);
          fits = here != null && (first == null || here.isLike(first));
          first = here;
        }
        if (fits && first != null) {
          found.add(first);
        }
      }
      return found;
    }

    private List<Pattern> patterns(Shape shape) {
      return patterns.computeIfAbsent(
          shape, s -> Idiom.of(s).stream().map(Finder::pattern).toList());
    }

    private static Pattern pattern(Idiom idiom) {
      // Detached copies of an operand have the same operation, so that is what marks a hole.
      List<Tensor> holes =
          idiom.holes.stream()
              .map(s -> Tensor.apply(new View.Late(), Tensor.apply(new Leaf.Input(s))))
              .toList();
      return new Pattern(idiom, holes, idiom.expression.apply(holes));
    }

    private @Nullable Found match(Pattern pattern, int node, int size) {
      var match = new Match(pattern, size);
      boolean fits =
          match.matches(pattern.root, node)
              && IntStream.of(match.at).allMatch(a -> a >= 0)
              && match.numbers.size() == pattern.idiom.numbers;
      return fits
          ? new Found(
              pattern.idiom,
              IntStream.of(match.at).boxed().toList(),
              List.copyOf(match.numbers.values()))
          : null;
    }

    /** A pattern laid over the graph at one batch size. */
    private final class Match {
      private final Pattern pattern;
      private final int size;
      private final int[] at;
      private final Map<Integer, Double> numbers = new LinkedHashMap<>();

      Match(Pattern pattern, int size) {
        this.pattern = pattern;
        this.size = size;
        this.at = new int[pattern.holes.size()];
        Arrays.fill(at, -1);
      }

      /** Whether a node is computed as the pattern says. */
      boolean matches(Tensor t, int node) {
        BatchGraph.Node n = graph.get(node);
        if (t.op() instanceof View.Late) {
          int hole = hole(t);
          boolean fits = at[hole] < 0 || at[hole] == node;
          at[hole] = node;
          return fits && n.shapes().get(size).equals(t.shape());
        }
        if (t.op() instanceof Leaf.Fill(Shape shape, double value)
            && Double.isNaN(value)
            && n.ops().get(size) instanceof Leaf.Fill fill) {
          numbers.put(node, fill.value());
          return fill.shape().equals(shape);
        }
        List<Tensor> in = t.inputs();
        if (!t.op().equals(n.ops().get(size)) || in.size() != n.in().size()) {
          return false;
        }
        for (int i = 0; i < in.size(); i++) {
          if (!matches(in.get(i), n.in().get(i))) {
            return false;
          }
        }
        return true;
      }

      private int hole(Tensor t) {
        for (int i = 0; i < at.length; i++) {
          if (pattern.holes.get(i).inputs().equals(t.inputs())) {
            return i;
          }
        }
        throw new IllegalStateException();
      }
    }
  }
}
