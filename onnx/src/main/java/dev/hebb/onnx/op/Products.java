package dev.hebb.onnx.op;

import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Products of matrices and of tensors. */
final class Products {
  private Products() {}

  static void register(Registry.Entries r) {
    r.add("MatMul", c -> c.same(c.x(0).matmul(c.x(1))));
    r.add("Gemm", Products::gemm);
    r.add("Einsum", Products::einsum);
    r.add("Det", c -> c.same(determinant(c, c.x(0))));
  }

  private static List<Value> gemm(Call c) {
    Tensor a = c.x(0);
    Tensor b = c.x(1);
    if (a.rank() != 2 || b.rank() != 2) {
      throw c.error("takes matrices, not %s and %s".formatted(a.shape(), b.shape()));
    }
    Tensor left = c.attributes().flag("transA", false) ? a.transpose() : a;
    Tensor right = c.attributes().flag("transB", false) ? b.transpose() : b;
    Tensor y = scaled(left.matmul(right), c.attributes().real("alpha", 1));
    return c.same(c.has(2) ? y.add(scaled(c.x(2), c.attributes().real("beta", 1))) : y);
  }

  private static Tensor scaled(Tensor x, double factor) {
    return factor == 1 ? x : x.mul(factor).cast(x.dtype());
  }

  // ---- Einstein's sums

  /** A tensor whose axes have names. */
  private record Term(Tensor x, List<String> axes) {
    Term ordered(List<String> order) {
      return new Term(x.permute(order.stream().mapToInt(axes::indexOf).toArray()), order);
    }

    int size(String axis) {
      return x.dim(axes.indexOf(axis));
    }
  }

  private static List<Value> einsum(Call c) {
    String equation = c.attributes().text("equation", "").replace(" ", "");
    int arrow = equation.indexOf("->");
    String[] left = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
    if (left.length != c.inputs()) {
      throw c.error("the equation " + equation + " does not fit " + c.inputs() + " inputs");
    }
    List<Term> terms = new ArrayList<>();
    int dots = 0;
    for (int i = 0; i < left.length; i++) {
      Term t = diagonal(new Term(c.x(i), names(c, left[i], c.x(i).rank())));
      dots = Math.max(dots, (int) t.axes.stream().filter(a -> a.startsWith(".")).count());
      terms.add(t);
    }
    List<String> out = outputs(c, equation, arrow, dots);
    Term result = expanded(terms.getFirst(), terms);
    for (int i = 1; i < terms.size(); i++) {
      Set<String> needed = new LinkedHashSet<>(out);
      terms.subList(i + 1, terms.size()).forEach(t -> needed.addAll(t.axes));
      result = product(result, expanded(terms.get(i), terms), needed);
    }
    return c.same(summed(result, new LinkedHashSet<>(out)).ordered(out).x);
  }

  /** The names of axes; those of an ellipsis count from the end, so that they align. */
  private static List<String> names(Call c, String labels, int rank) {
    int dots = labels.indexOf("...");
    List<String> names = new ArrayList<>();
    int more = rank - (dots < 0 ? labels.length() : labels.length() - 3);
    for (int i = 0; i < labels.length(); i++) {
      if (i == dots) {
        for (int k = more; k > 0; k--) {
          names.add("." + k);
        }
        i += 2;
      } else {
        names.add(labels.substring(i, i + 1));
      }
    }
    if (names.size() != rank) {
      throw c.error("the labels \"%s\" do not fit %d axes".formatted(labels, rank));
    }
    return names;
  }

  private static List<String> outputs(Call c, String equation, int arrow, int dots) {
    if (arrow >= 0) {
      String right = equation.substring(arrow + 2);
      int rank = right.contains("...") ? right.length() - 3 + dots : right.length();
      return names(c, right, rank);
    }
    Map<String, Integer> met = new TreeMap<>();
    equation
        .codePoints()
        .filter(Character::isLetter)
        .forEach(l -> met.merge(Character.toString(l), 1, Integer::sum));
    List<String> out = new ArrayList<>();
    for (int k = dots; k > 0; k--) {
      out.add("." + k);
    }
    met.forEach((label, times) -> {
      if (times == 1) {
        out.add(label);
      }
    });
    return out;
  }

  /** A term in which no name occurs twice: of equal ones, only the diagonal is left. */
  private static Term diagonal(Term t) {
    Term now = t;
    for (int i = 0; i < now.axes.size(); i++) {
      String name = now.axes.get(i);
      int j = now.axes.lastIndexOf(name);
      if (i == j) {
        continue;
      }
      int n = now.x.dim(i);
      List<Integer> order = new ArrayList<>();
      for (int a = 0; a < now.axes.size(); a++) {
        if (a != i && a != j) {
          order.add(a);
        }
      }
      List<String> names = new ArrayList<>(order.stream().map(now.axes::get).toList());
      names.add(name);
      order.add(i);
      order.add(j);
      Tensor moved = now.x.permute(order.stream().mapToInt(Integer::intValue).toArray());
      int[] flat = Arrays.copyOf(moved.shape().dims(), moved.rank() - 1);
      flat[flat.length - 1] = n * n;
      Tensor line = Slices.strided(moved.reshape(flat), flat.length - 1, 0, n + 1, n);
      return diagonal(new Term(line, names));
    }
    return now;
  }

  /** Axes of length 1 repeated where another term has more. */
  private static Term expanded(Term t, List<Term> all) {
    int[] dims = t.x.shape().dims();
    for (int i = 0; i < dims.length; i++) {
      for (Term other : all) {
        if (dims[i] == 1 && other.axes.contains(t.axes.get(i))) {
          dims[i] = other.size(t.axes.get(i));
        }
      }
    }
    return new Term(t.x.expand(dims), t.axes);
  }

  /** Without the axes that nobody needs. */
  private static Term summed(Term t, Set<String> needed) {
    List<String> kept = t.axes.stream().filter(needed::contains).toList();
    int[] gone =
        t.axes.stream().filter(a -> !needed.contains(a)).mapToInt(t.axes::indexOf).toArray();
    return gone.length == 0 ? t : new Term(t.x.sum(gone), kept);
  }

  /** Two terms as one product of matrices for each common index that is needed later. */
  private static Term product(Term a, Term b, Set<String> needed) {
    Set<String> forA = new LinkedHashSet<>(needed);
    forA.addAll(b.axes);
    Set<String> forB = new LinkedHashSet<>(needed);
    forB.addAll(a.axes);
    Term l = summed(a, forA);
    Term r = summed(b, forB);
    List<String> batch =
        l.axes.stream().filter(n -> r.axes.contains(n) && needed.contains(n)).toList();
    List<String> inner =
        l.axes.stream().filter(n -> r.axes.contains(n) && !needed.contains(n)).toList();
    List<String> rows = l.axes.stream().filter(n -> !r.axes.contains(n)).toList();
    List<String> columns = r.axes.stream().filter(n -> !l.axes.contains(n)).toList();
    Tensor x = l.ordered(join(batch, rows, inner)).x;
    Tensor y = r.ordered(join(batch, inner, columns)).x;
    int n = size(l, batch);
    int k = size(l, inner);
    Tensor z = x.reshape(n, size(l, rows), k).matmul(y.reshape(n, k, size(r, columns)));
    List<String> axes = join(batch, rows, columns);
    int[] dims = axes.stream().mapToInt(s -> l.axes.contains(s) ? l.size(s) : r.size(s)).toArray();
    return new Term(z.reshape(dims), axes);
  }

  private static int size(Term t, List<String> axes) {
    return axes.stream().mapToInt(t::size).reduce(1, Math::multiplyExact);
  }

  @SafeVarargs
  private static List<String> join(List<String>... parts) {
    return Arrays.stream(parts).flatMap(List::stream).toList();
  }

  // ---- determinants

  /** Small ones as an expression; larger ones by elimination, where they can be read. */
  private static Tensor determinant(Call c, Tensor x) {
    int n = x.dim(-1);
    if (n <= 3) {
      return small(x, n);
    }
    double[] v = Call.readable("the matrix of " + c.node(), x).toDoubles();
    int count = v.length / (n * n);
    double[] out = new double[count];
    for (int m = 0; m < count; m++) {
      out[m] = eliminate(Arrays.copyOfRange(v, m * n * n, (m + 1) * n * n), n);
    }
    Shape shape = Shape.of(Arrays.copyOf(x.shape().dims(), x.rank() - 2));
    return Tensor.of(out, shape).cast(x.dtype());
  }

  private static Tensor at(Tensor x, int i, int j) {
    return x.narrow(-2, i, 1).narrow(-1, j, 1).squeeze(-1).squeeze(-1);
  }

  private static Tensor small(Tensor x, int n) {
    return switch (n) {
      case 1 -> at(x, 0, 0);
      case 2 -> at(x, 0, 0).mul(at(x, 1, 1)).sub(at(x, 0, 1).mul(at(x, 1, 0)));
      default -> term(x, 0).add(term(x, 1)).add(term(x, 2));
    };
  }

  /** An element of the first row times its cofactor. */
  private static Tensor term(Tensor x, int j) {
    int a = (j + 1) % 3;
    int b = (j + 2) % 3;
    Tensor cofactor = at(x, 1, a).mul(at(x, 2, b)).sub(at(x, 1, b).mul(at(x, 2, a)));
    return at(x, 0, j).mul(cofactor);
  }

  private static double eliminate(double[] a, int n) {
    double det = 1;
    for (int k = 0; k < n; k++) {
      int best = k;
      for (int i = k + 1; i < n; i++) {
        if (Math.abs(a[i * n + k]) > Math.abs(a[best * n + k])) {
          best = i;
        }
      }
      double pivot = a[best * n + k];
      if (pivot == 0) {
        return 0;
      }
      det *= best == k ? pivot : -pivot;
      for (int j = 0; j < n; j++) {
        double t = a[k * n + j];
        a[k * n + j] = a[best * n + j];
        a[best * n + j] = t;
      }
      for (int i = k + 1; i < n; i++) {
        double f = a[i * n + k] / pivot;
        for (int j = k; j < n; j++) {
          a[i * n + j] -= f * a[k * n + j];
        }
      }
    }
    return det;
  }
}
