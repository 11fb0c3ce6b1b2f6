package dev.hebb.lessons;

import java.util.ArrayList;
import java.util.List;

/** L28: how it came about, with what of it can be tried here. */
final class Timeline {
  private record Entry(int year, Words what, String here) {}

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(
              1943,
              new Words(
                  "McCulloch and Pitts: a neuron as a logical device",
                  "McCulloch 与 Pitts：作为逻辑器件的神经元"),
              "lesson L53"),
          new Entry(
              1949,
              new Words(
                  "Hebb: connections grow between neurons that fire together",
                  "Hebb：一起放电的神经元之间，连接增强"),
              "lesson L63"),
          new Entry(
              1958,
              new Words("Rosenblatt: the perceptron learns", "Rosenblatt：感知机会学习"),
              "lesson L13"),
          new Entry(
              1969,
              new Words(
                  "Minsky and Papert: what a perceptron cannot do, such as XOR; interest fades",
                  "Minsky 与 Papert：感知机做不到的事（如 XOR）；研究转冷"),
              "lesson L60"),
          new Entry(
              1982,
              new Words("Hopfield: memories as valleys of an energy", "Hopfield：记忆是能量的谷底"),
              "lesson L63"),
          new Entry(
              1986,
              new Words(
                  "Rumelhart, Hinton and Williams: back-propagation for layers of neurons",
                  "Rumelhart、Hinton 与 Williams：多层网络的反向传播"),
              "lesson L59"),
          new Entry(
              1988,
              new Words("Broomhead and Lowe: radial basis functions", "Broomhead 与 Lowe：径向基函数网络"),
              "lesson L62"),
          new Entry(
              1990,
              new Words(
                  "the 1990s: LeNet reads cheques, LSTM remembers; kernels and trees lead",
                  "九十年代：LeNet 读支票，LSTM 能记忆；其余领域由核方法与决策树领先"),
              "summary lenet"),
          new Entry(
              2006,
              new Words(
                  "Hinton, Osindero and Teh: deep networks can be trained; “deep learning”",
                  "Hinton、Osindero 与 Teh：深层网络也能训练；“深度学习”"),
              "lesson L57"),
          new Entry(
              2011,
              new Words(
                  "first speech: deep networks make a third fewer errors", "首先是语音：深层网络使错误率降低约三分之一"),
              ""),
          new Entry(
              2012,
              new Words(
                  "then images: AlexNet wins ImageNet with ReLU, dropout and GPUs",
                  "然后是图像：AlexNet 凭 ReLU、dropout 和 GPU 赢得 ImageNet"),
              "train digits"),
          new Entry(
              2014,
              new Words(
                  "networks that invent pictures: GAN; GoogLeNet's blocks that branch",
                  "会创造图片的网络：GAN；GoogLeNet 的分支模块"),
              "docs/tour.md"),
          new Entry(
              2017,
              new Words(
                  "then text: attention is all you need; the transformer",
                  "然后是文本：注意力就够了；Transformer"),
              "lesson L63"),
          new Entry(
              2020,
              new Words(
                  "models of billions of weights; Hopfield's energy found inside attention",
                  "数十亿权重的语言模型；人们在注意力里发现了 Hopfield 的能量"),
              "lesson L63"));

  private Timeline() {}

  static Lesson lesson() {
    return Lesson.of("L28", "1943 to today", "从 1943 到今天", Timeline::tell);
  }

  private static void tell(Page page) {
    var rows = new ArrayList<List<String>>();
    int before = 0;
    boolean ordered = true;
    for (Entry entry : ENTRIES) {
      ordered &= entry.year > before;
      before = entry.year;
      rows.add(
          List.of(
              Integer.toString(entry.year),
              page.pick(entry.what.en(), entry.what.zh()),
              entry.here));
    }
    page.table(
        List.of(
            page.pick("year", "年"),
            page.pick("what happened", "发生了什么"),
            page.pick("hebb …", "hebb …")),
        rows);
    page.note("first", ENTRIES.getFirst().year);
    page.holds(ordered, "the years are in order", "年份按顺序排列");
  }
}
