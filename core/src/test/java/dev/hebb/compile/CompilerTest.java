package dev.hebb.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import dev.hebb.ir.Capture;
import dev.hebb.ir.Graph;
import dev.hebb.ir.Verifier;
import dev.hebb.op.Contraction;
import dev.hebb.op.Elementwise;
import dev.hebb.op.Index;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Device;
import dev.hebb.tensor.Random;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Variable;
import dev.hebb.tensor.Window2d;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompilerTest {
  private static Graph capture(Tensor... roots) {
    return Capture.of(List.of(roots), Map.of(), List.of()).graph();
  }

  private static long count(Graph g, Predicate<Graph.Node> p) {
    return g.nodes().stream().filter(p).count();
  }

  @Test
  void equalExpressionsAreEqualGraphs() {
    Tensor x = Tensor.of(1f, 2f);
    assertThat(capture(x.exp().add(1))).isEqualTo(capture(Tensor.of(3f, 4f).exp().add(1)));
    assertThat(capture(x.exp().add(1))).isNotEqualTo(capture(x.exp().add(2)));
  }

  @Test
  void constantsAreFoldedAndNeutralOperationsDropped() {
    Tensor x = Tensor.of(1f, 2f);
    Tensor y =
        x.mul(1).add(0).div(1).pow(1).neg().neg().add(Tensor.full(Shape.of(2), 2).sqrt().mul(3));
    Graph g = Simplify.run(capture(y));
    assertThat(count(g, n -> n.op() instanceof Elementwise)).as("%s", g).isEqualTo(1);
  }

  @Test
  void reordersBetweenChannelsLastKernelsVanish() {
    Tensor x = Random.normalOnce(Shape.of(2, 3, 8, 8), Seed.of(1)).eval();
    Tensor w = Random.normalOnce(Shape.of(4, 3, 3, 3), Seed.of(2)).eval();
    Tensor v = Random.normalOnce(Shape.of(5, 4, 3, 3), Seed.of(3)).eval();
    Tensor b = Tensor.of(1f, 2f, 3f, 4f);
    Tensor y =
        x.conv2d(w, Window2d.of(3).same())
            .add(b.reshape(4, 1, 1))
            .relu()
            .maxPool2d(Window2d.of(2).stride(2))
            .conv2d(v)
            .tanh();
    Graph g = Simplify.run(capture(y));
    // x, w and v come in channels-first, the result leaves so; nothing is reordered in between
    assertThat(count(g, n -> n.op() instanceof View.Permute)).as("%s", g).isEqualTo(4);
  }

  @Test
  void softmaxCrossEntropyWithItsGradientsIsOneKernel() {
    Tensor z = Random.normalOnce(Shape.of(64, 10), Seed.of(1)).eval();
    Tensor y = Tensor.arange(64).mod(Tensor.of(new int[] {10}, Shape.of(1))).eval();
    Tensor loss = z.crossEntropy(y);
    Tensor dz = loss.grad(z).getFirst();
    Graph g = Normalise.run(Simplify.run(capture(dz)));
    List<Fusion.Group> fused = Fusion.run(g).stream().filter(group -> group.fused).toList();
    // One for all arithmetic; the labels are looked up once, which finds those out of range.
    assertThat(fused.stream().filter(group -> group.row == 10)).as("%s", g).hasSize(1);
    assertThat(fused.stream().flatMap(group -> group.nodes.stream()).filter(n -> n > 9))
        .as("%s", g)
        .allMatch(n -> fused.stream().anyMatch(f -> f.row == 10 && f.nodes.contains(n)));
  }

  @Test
  void smallUpdatesOfEqualSizeAreOneKernelAndMayExchangeTheirVariables() {
    List<Variable> v =
        IntStream.range(0, 4)
            .mapToObj(i -> Variable.of("v" + i, Tensor.of(i, i + 0.5f, i + 1f)))
            .toList();
    Step step =
        Step.trainStep(x -> {
          List<Tensor> old = v.stream().map(w -> w.tensor().mul(1)).toList();
          v.get(0).set(old.get(1).add(x));
          v.get(1).set(old.get(0).mul(2));
          v.get(2).set(old.get(3).sub(old.get(2)));
          v.get(3).set(old.get(3).mul(old.get(0)));
          return x.sum();
        });
    String program = step.explain(Tensor.of(1f, 2f, 3f));
    program = program.substring(program.indexOf("program\n"));
    // one for the four, one for the step's counter, one for the sum, and copies of what is
    // exchanged
    assertThat(program.lines().filter(l -> l.contains("fused"))).as(program).hasSize(3);
    step.run(Tensor.of(1f, 2f, 3f));
    assertThat(v.get(0).value().toFloats()).containsExactly(2, 3.5f, 5);
    assertThat(v.get(1).value().toFloats()).containsExactly(0, 1, 2);
    assertThat(v.get(2).value().toFloats()).containsExactly(1, 1, 1);
    assertThat(v.get(3).value().toFloats()).containsExactly(0, 1.75f, 4);
  }

  @Test
  void theBiasOfASingleRowIsAddedByTheProduct() {
    Tensor x = Random.normalOnce(Shape.of(1, 5), Seed.of(1)).eval();
    Tensor w = Random.normalOnce(Shape.of(5, 7), Seed.of(2)).eval();
    Tensor b = Random.normalOnce(Shape.of(7), Seed.of(3)).eval();
    Graph g = Normalise.run(Simplify.run(capture(x.matmul(w).add(b).relu())));
    assertThat(Fusion.run(g)).as("%s", g).hasSize(1);
    assertSameOnBothDevices(() -> x.matmul(w).add(b).relu());
    Tensor one = Tensor.of(new float[] {2}, Shape.of(1, 1));
    assertSameOnBothDevices(() -> one.matmul(one).add(one).relu());
  }

  @Test
  void theGradientOfSlicesIsTheirConcatenation() {
    Tensor x = Random.normalOnce(Shape.of(5, 12), Seed.of(1)).eval();
    Tensor y = x.narrow(1, 0, 3).exp().add(x.narrow(1, 8, 3).tanh()).add(x.narrow(1, 3, 3));
    Tensor dx = y.square().sum().grad(x).getFirst();
    Graph g = Sums.run(capture(dx));
    assertThat(count(g, n -> n.op() instanceof Index.Place)).as("%s", g).isZero();
    assertThat(count(g, n -> n.op() instanceof Index.Concat)).as("%s", g).isEqualTo(1);
    assertSameOnBothDevices(() -> y.square().sum().grad(x).getFirst());
  }

  @Test
  void slicesThatOverlapAreStillAdded() {
    Tensor x = Random.normalOnce(Shape.of(7), Seed.of(1)).eval();
    assertSameOnBothDevices(() -> {
      Tensor y = x.narrow(0, 0, 3).exp().add(x.narrow(0, 2, 3).tanh()).mul(x.narrow(0, 3, 3));
      return y.sum().grad(x).getFirst();
    });
  }

  @Test
  void aWeightsGradientFromManyStepsIsOneProduct() {
    Tensor w = Random.normalOnce(Shape.of(6, 6), Seed.of(1)).eval();
    Tensor x = Random.normalOnce(Shape.of(3, 6), Seed.of(2)).eval();
    Supplier<Tensor> gradient =
        () -> {
          Tensor h = x;
          for (int t = 0; t < 8; t++) {
            h = h.matmul(w).tanh();
          }
          return h.sum().grad(w).getFirst();
        };
    Graph g = Simplify.run(Sums.run(capture(gradient.get())));
    // 8 forward, 7 backward, 1 for the weights
    assertThat(count(g, n -> n.op() instanceof Contraction)).as("%s", g).isEqualTo(16);
    assertSameOnBothDevices(gradient);
  }

  @Test
  void onlyThePartsThatAreReadAreComputed() {
    Tensor x = Random.normalOnce(Shape.of(4, 6), Seed.of(1)).eval();
    Tensor b = Random.normalOnce(Shape.of(6), Seed.of(2)).eval();
    Supplier<Tensor> y =
        () -> {
          Tensor a = x.add(b).tanh();
          return a.narrow(1, 0, 3).mul(a.narrow(1, 3, 3).exp());
        };
    Graph g = Simplify.run(capture(y.get()));
    assertThat(count(g, n -> n.op() instanceof Elementwise && n.shape().dim(-1) == 6))
        .as("%s", g)
        .isZero();
    assertThat(Fusion.run(Normalise.run(g))).hasSize(1);
    assertSameOnBothDevices(y);
    Tensor whole = x.add(b).tanh();
    assertSameOnBothDevices(() -> whole.narrow(1, 1, 5).sum().add(whole.sum()));
  }

  private static void assertSameOnBothDevices(Supplier<Tensor> body) {
    float[] expected = Device.REFERENCE.run(() -> body.get().toFloats());
    assertThat(body.get().toFloats()).containsExactly(expected, withPrecision(1e-5f));
  }

  @Test
  void anOptimisersUpdateIsOnePassInPlace() {
    Tensor g = Random.normalOnce(Shape.of(100, 7), Seed.of(1)).eval();
    var w = Variable.of("w", Tensor.zeros(100, 7));
    var m = Variable.of("m", Tensor.zeros(100, 7));
    var v = Variable.of("v", Tensor.zeros(100, 7));
    var step =
        dev.hebb.tensor.Step.trainStep(d -> {
          m.set(m.tensor().mul(0.9).add(d.mul(0.1)));
          v.set(v.tensor().mul(0.99).add(d.square().mul(0.01)));
          w.set(w.tensor().sub(m.tensor().div(v.tensor().sqrt().add(1e-8)).mul(0.001)));
          return d.slice("0, 0");
        });
    String text = step.explain(g);
    assertThat(text.lines().filter(l -> l.contains("fused 1×700×1")).count())
        .as("%s", text)
        .isEqualTo(1);
    assertThat(text.substring(text.indexOf("\nmemory")))
        .as("no value of the update goes through memory")
        .doesNotContain("700");
  }

  @Test
  void theVerifierFindsABrokenGraph() {
    var input = new dev.hebb.op.Leaf.Input(Shape.of(2));
    var node = new Graph.Node(input, List.of(), Shape.of(2));
    var exp = new Elementwise(ScalarOp.EXP, DType.FLOAT32);
    var early = new Graph.Node(exp, List.of(1), Shape.of(2));
    var wrong = new Graph.Node(exp, List.of(0), Shape.of(3));
    assertThatThrownBy(() ->
            Verifier.check(
                "test", new Graph(List.of(early, node), List.of(1), List.of(0), List.of())))
        .hasMessageContaining("not before it");
    assertThatThrownBy(() ->
            Verifier.check(
                "test", new Graph(List.of(node, wrong), List.of(0), List.of(1), List.of())))
        .hasMessageContaining("has shape [2]");
  }

  @Test
  void theMemoryPlanReusesAndNeverOverlaps() {
    var random = new java.util.Random(5);
    for (int round = 0; round < 200; round++) {
      var pieces = new java.util.ArrayList<MemoryPlan.Piece>();
      long total = 0;
      for (int i = 0; i < 30; i++) {
        int first = random.nextInt(20);
        var p = new MemoryPlan.Piece("p" + i, DType.FLOAT32, 1 + random.nextInt(500));
        p.useIn(first);
        p.useIn(first + random.nextInt(4));
        total += p.size;
        pieces.add(p);
      }
      var plan = new MemoryPlan(pieces);
      plan.verify();
      assertThat(plan.totals()[DType.FLOAT32.ordinal()]).isLessThan((int) total);
    }
  }

  @Test
  void viewsThatLieEvenlyNeedNoCopy() {
    Tensor x = Tensor.of(new float[24], Shape.of(2, 3, 4));
    assertThat(access(x.reshape(6, 4).transpose())).extracting("strides").isEqualTo(List.of(1, 4));
    assertThat(access(x.slice("1, :, ::2"))).extracting("offset").isEqualTo(12);
    assertThat(access(x.permute(1, 0, 2).reshape(3, 8))).isNull();
    assertThat(access(x.unsqueeze(0).expand(5, 2, 3, 4)))
        .extracting("strides")
        .isEqualTo(List.of(0, 1));
  }

  private static @Nullable Access access(Tensor t) {
    Graph g = capture(t);
    return Access.of(g.nodes(), g.outputs().getFirst());
  }

  @Test
  void biasAndReluGoIntoTheConvolution() {
    Tensor x = Random.normalOnce(Shape.of(2, 3, 8, 8), Seed.of(1)).eval();
    Tensor w = Random.normalOnce(Shape.of(4, 3, 3, 3), Seed.of(2)).eval();
    Tensor b = Tensor.of(1f, -2f, 3f, -4f).reshape(4, 1, 1);
    Tensor sum = x.conv2d(w).add(b);
    for (Tensor y : List.of(sum.relu(), sum)) {
      List<Fusion.Group> groups = Fusion.run(Normalise.run(Simplify.run(capture(y))));
      assertThat(groups.stream().filter(g -> g.tail != null)).hasSize(1);
    }
    // What somebody else reads must stay what it is.
    List<Fusion.Group> groups =
        Fusion.run(Normalise.run(Simplify.run(capture(x.conv2d(w), sum.relu()))));
    assertThat(groups).allMatch(g -> g.tail == null);
  }

  @Test
  void aResidualGoesIntoTheConvolutionOrProduct() {
    Tensor x = Random.normalOnce(Shape.of(2, 4, 8, 8), Seed.of(1)).eval();
    Tensor w = Random.normalOnce(Shape.of(4, 4, 3, 3), Seed.of(2)).eval();
    Tensor b = Tensor.of(1f, -2f, 3f, -4f).reshape(4, 1, 1);
    Window2d same = Window2d.of(3).same();
    Tensor h = x.conv2d(w, same);
    Tensor y = h.conv2d(w, same).add(b);
    Tensor evaluated = x.conv2d(w, same).eval();
    Tensor known = evaluated.conv2d(w, same).eval().add(b).eval().add(evaluated).eval();
    Tensor matrix = x.reshape(64, 8);
    Tensor v = Random.normalOnce(Shape.of(8, 8), Seed.of(3)).eval();
    Map<Tensor, Tensor> pairs = new LinkedHashMap<>();
    pairs.put(y.add(h).relu(), known.relu());
    pairs.put(h.add(y), known);
    pairs.put(matrix.matmul(v).add(matrix), matrix.matmul(v).eval().add(matrix));
    pairs.forEach((sum, apart) -> {
      List<Fusion.Group> groups = Fusion.run(Normalise.run(Simplify.run(capture(sum))));
      assertThat(groups.stream().filter(g -> g.tail != null && g.tail.epilogue().residual()))
          .as(groups.toString())
          .hasSize(1);
      assertThat(sum.toFloats()).containsExactly(apart.toFloats(), withPrecision(1e-4f));
    });
    // A residual that stands the other way round, or that needs the result, cannot go there.
    Tensor square = Random.normalOnce(Shape.of(8, 8), Seed.of(4)).eval();
    for (Tensor z :
        List.of(
            square.matmul(v).add(square.transpose()),
            square.matmul(v).add(square.matmul(v).mul(2)))) {
      List<Fusion.Group> groups = Fusion.run(Normalise.run(Simplify.run(capture(z))));
      assertThat(groups).allMatch(g -> g.tail == null);
    }
    Tensor turned = square.matmul(v).add(square.transpose());
    assertThat(turned.toFloats())
        .containsExactly(
            square.matmul(v).eval().add(square.transpose().eval()).toFloats(),
            withPrecision(1e-5f));
  }

  @Test
  void aBiasThatIsAddedInALargerGroupStaysThere() {
    Tensor x = Random.normalOnce(Shape.of(1, 2, 5, 5), Seed.of(1)).eval();
    Tensor v = Random.normalOnce(Shape.of(3, 2, 3, 3), Seed.of(2)).eval();
    Tensor w = Random.normalOnce(Shape.of(3, 2, 3, 3), Seed.of(3)).eval();
    Tensor b = Tensor.of(1f, -2f, 3f).reshape(3, 1, 1);
    Tensor y = x.conv2d(v).add(b).add(x.conv2d(w).add(b.mul(2)));
    List<Fusion.Group> groups = Fusion.run(Normalise.run(Simplify.run(capture(y))));
    assertThat(groups.stream().flatMap(g -> g.nodes.stream())).doesNotHaveDuplicates();
    float[] parts = x.conv2d(v).add(x.conv2d(w)).eval().add(b.mul(3)).toFloats();
    assertThat(y.toFloats()).containsExactly(parts, withPrecision(1e-5f));
  }

  @Test
  void threadsShareElementsThatCostMuch() {
    Tensor x = Random.normalOnce(Shape.of(8192), Seed.of(1)).eval();
    Step simple = Step.of(false, in -> List.of(in.getFirst().add(1)));
    assertThat(simple.explain(x)).contains("in 1 task ");
    Step costly = Step.of(false, in -> List.of(in.getFirst().exp().sin().tanh().sigmoid().erf()));
    assertThat(costly.explain(x)).contains("in 4 tasks ");
  }

  @Test
  void emptyOperandsBroadcast() {
    Tensor x = Tensor.of(new float[0], Shape.of(3, 0, 5));
    Tensor rows = Tensor.arange(0).reshape(0, 1);
    Tensor y = Tensor.arange(5).ge(rows).where(x, 0);
    assertThat(y.toFloats()).isEmpty();
    assertThat(y.shape()).isEqualTo(Shape.of(3, 0, 5));
  }
}
