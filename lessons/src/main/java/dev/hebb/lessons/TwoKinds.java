package dev.hebb.lessons;

import static dev.hebb.lessons.Page.num;

import dev.hebb.nn.classic.KMeans;
import dev.hebb.nn.classic.SoftmaxRegression;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Iris;
import java.util.ArrayList;
import java.util.List;

/** L61: the same flowers with labels and without. */
final class TwoKinds {
  private TwoKinds() {}

  static Lesson lesson() {
    return Lesson.of(
        "L61 L39",
        "Supervised and unsupervised learning on the same flowers",
        "同一批花：有监督与无监督学习",
        TwoKinds::tell);
  }

  private static void tell(Page page) {
    Dataset data = Iris.load().train();
    int n = data.size();
    double[] x = new double[4 * n];
    int[] y = new int[n];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < 4; d++) {
        x[4 * i + d] = data.input(i)[d];
      }
      y[i] = data.label(i);
    }
    Tensor inputs = Tensor.of(x, Shape.of(n, 4));
    page.say(
        "Iris: %d flowers, four measures each, three species (40 of each).".formatted(n),
        "鸢尾花数据：%d 朵花，每朵四个测量值，三个品种（各 40 朵）。".formatted(n));

    page.part("1. Supervised: the species is told", "1. 有监督：告诉它品种");
    var softmax = SoftmaxRegression.fit(inputs, Tensor.of(y, Shape.of(n)), 1e-3);
    int right = 0;
    int[] answers = softmax.of(inputs).toInts();
    for (int i = 0; i < n; i++) {
      right += answers[i] == y[i] ? 1 : 0;
    }
    double[] p = softmax.probabilities(inputs.narrow(0, 0, 1)).toDoubles();
    String first = data.labels().get(y[0]);
    page.say(
        ("Softmax regression learns one set of weights for each species. For the first flower (%s)"
                + " its probabilities are %s, %s, %s; they add up to 1.")
            .formatted(first, num(p[0], 4), num(p[1], 4), num(p[2], 4)),
        "softmax 回归为每个品种学一组权重。对第一朵花（%s）给出的概率是 %s、%s、%s，其和为 1。"
            .formatted(first, num(p[0], 4), num(p[1], 4), num(p[2], 4)));
    page.check("Σ p", p[0] + p[1] + p[2], 1, 1e-12);
    page.note("supervised", right / (double) n);
    page.show(page.pick("right: ", "正确：") + right + " / " + n);
    page.holds(right >= 0.95 * n, "with labels, at least 95 % are right", "有标签时，至少 95 % 正确");

    page.part("2. Unsupervised: only the measures", "2. 无监督：只给测量值");
    KMeans best = KMeans.fit(inputs, 3, Seed.of(0));
    for (int s = 1; s < 5; s++) {
      KMeans other = KMeans.fit(inputs, 3, Seed.of(s));
      best = other.error() < best.error() ? other : best;
    }
    int[] group = best.of(inputs).toInts();
    int[][] counts = new int[3][3];
    for (int i = 0; i < n; i++) {
      counts[group[i]][y[i]]++;
    }
    page.say(
        "k-means never sees a label. It finds three groups of flowers that are near each other; only"
            + " we, who know the species, can say what the groups are:",
        "k 均值从未见过标签。它找出三组彼此相近的花；只有知道品种的我们，才说得出这些组是什么：");
    var rows = new ArrayList<List<String>>();
    int agree = 0;
    for (int g = 0; g < 3; g++) {
      rows.add(
          List.of(
              page.pick("group ", "组 ") + (g + 1),
              "" + counts[g][0],
              "" + counts[g][1],
              "" + counts[g][2]));
      agree += Math.max(counts[g][0], Math.max(counts[g][1], counts[g][2]));
    }
    page.table(List.of("", "setosa", "versicolor", "virginica"), rows);
    page.note("unsupervised", agree / (double) n);
    page.holds(
        agree > 0.75 * n && agree < right,
        "the groups are nearly the species (%d of %d), though nobody named one".formatted(agree, n),
        "这些组几乎就是品种（%d / %d），尽管没有人告诉过它".formatted(agree, n));
  }
}
