package dev.hebb.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorTest {
  @Test
  void printsLikeNumPy() {
    assertThat(Tensor.of(-12)).hasToString("-12.0");
    assertThat(Tensor.of(1f, 2.5f, -3f)).hasToString("[ 1.0  2.5 -3.0]");
    assertThat(Tensor.arange(6).reshape(2, 3)).hasToString("[[0 1 2]\n [3 4 5]]");
    assertThat(Tensor.arange(3).gt(1)).hasToString("[false false  true]");
    assertThat(Tensor.of(1f, Float.NaN, Float.POSITIVE_INFINITY)).hasToString("[1.0 nan inf]");
    assertThat(Tensor.zeros(0)).hasToString("[]");
    assertThat(Tensor.arange(2000)).hasToString("[   0    1    2 ... 1997 1998 1999]");
    assertThat(Tensor.arange(8).reshape(2, 2, 2))
        .hasToString("[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]");
    assertThat(Tensor.of(1e-10f, 1f).toString()).contains("e-10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1              | 4 5 6 7",
        ":, 1           | 1 5 9",
        "::-1, 0        | 8 4 0",
        "-1, -2:        | 10 11",
        "1:, ::2        | 4 6 8 10",
        "..., -1        | 3 7 11",
        "0, 5:2         | ''",
        "2:0:-1, 3      | 11 7",
        ":, 1:100       | 1 2 3 5 6 7 9 10 11"
      })
  void slicesLikeNumPy(String slice, String expected) {
    int[] got = Tensor.arange(12).reshape(3, 4).slice(slice).toInts();
    int[] want =
        expected.isEmpty()
            ? new int[0]
            : java.util.Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertThat(got).isEqualTo(want);
  }

  @Test
  void wrongSlicesSayWhatIsWrong() {
    Tensor x = Tensor.zeros(3, 4);
    assertThatThrownBy(() -> x.slice("3"))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("index 3 is outside axis 0");
    assertThatThrownBy(() -> x.slice("a:b"))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("a:b");
    assertThatThrownBy(() -> x.slice("::0")).isInstanceOf(ShapeError.class);
    assertThatThrownBy(() -> x.slice("0,0,0"))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("3 axes");
  }

  @Test
  void typesPromoteAsDocumented() {
    Tensor i = Tensor.arange(3);
    assertThat(i.add(1).dtype()).isEqualTo(DType.INT32);
    assertThat(i.add(0.5).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(i.add(Tensor.of(1.0, 2.0, 3.0)).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(i.cast(DType.INT64).add(Tensor.of(1f)).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(i.gt(1).sum().dtype()).isEqualTo(DType.INT32);
    assertThat(i.gt(1).sum().item()).isEqualTo(1);
    assertThat(i.exp().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(i.mean().item()).isEqualTo(1);
    assertThat(Tensor.of(new int[] {7, -7}, Shape.of(2)).div(2).toInts()).containsExactly(3, -3);
    assertThat(Tensor.of(new int[] {Integer.MAX_VALUE}, Shape.of(1)).add(1).toInts())
        .as("int32 wraps as in Java")
        .containsExactly(Integer.MIN_VALUE);
  }

  @Test
  void tensorsDoNotShareTheCallersArray() {
    float[] data = {1, 2};
    Tensor x = Tensor.of(data, Shape.of(2));
    data[0] = 9;
    assertThat(x.toFloats()).containsExactly(1, 2);
    x.toFloats()[0] = 7;
    assertThat(x.toFloats()).containsExactly(1, 2);
  }

  @Test
  void errorsSayWhatWhereAndTheFix() {
    assertThatThrownBy(() -> Tensor.zeros(128, 784).matmul(Tensor.zeros(512, 10)))
        .isInstanceOf(ShapeError.class)
        .hasMessage("matmul: inner dimensions differ: [128, 784] @ [512, 10] (784 ≠ 512)");
    assertThatThrownBy(() -> Tensor.zeros(2, 3).matmul(Tensor.zeros(5, 3)))
        .hasMessageContaining("transpose");
    assertThatThrownBy(() -> Tensor.zeros(64, 1).mse(Tensor.zeros(64)))
        .isInstanceOf(ShapeError.class)
        .hasMessageContaining("predictions [64, 1] and targets [64] differ")
        .hasMessageContaining("y.reshape(64, 1)");
    assertThatThrownBy(() -> Tensor.zeros(64, 10).crossEntropy(Tensor.arange(64).reshape(64, 1)))
        .hasMessageContaining("y.reshape(64)");
    assertThatThrownBy(() -> Tensor.zeros(2, 3).add(Tensor.zeros(4)))
        .hasMessageContaining("add: shapes [2, 3] and [4] do not broadcast");
    assertThatThrownBy(() -> Tensor.zeros(2, 3).reshape(4, 2))
        .hasMessageContaining("[2, 3] has 6 elements");
    assertThatThrownBy(() -> Tensor.zeros(2, 3).sum(2)).hasMessageContaining("axis 2");
    assertThatThrownBy(() -> Tensor.zeros(0, 3).max(0)).hasMessageContaining("empty");
    assertThatThrownBy(() -> Tensor.zeros(2).item()).hasMessageContaining("2 elements");
    assertThatThrownBy(() -> Shape.of(1 << 20, 1 << 20)).isInstanceOf(ShapeError.class);
    assertThatThrownBy(() -> Shape.of(2, -1)).hasMessageContaining("negative");
    assertThatThrownBy(() -> Tensor.zeros(1, 1, 4, 4).conv2d(Tensor.zeros(2, 1, 5, 5)))
        .hasMessageContaining("does not fit")
        .hasMessageContaining("same()");
    assertThatThrownBy(() -> Tensor.zeros(1, 3, 4, 4).conv2d(Tensor.zeros(2, 1, 3, 3)))
        .hasMessageContaining("3 channels");
    assertThatThrownBy(() -> Tensor.zeros(1, 1, 4, 4).maxPool2d(Window2d.of(2).pad(2)))
        .hasMessageContaining("more than half");
    assertThatThrownBy(() -> Tensor.of(1f).huber(Tensor.of(1f), 0)).hasMessageContaining("delta");
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    Tensor a = Random.normalOnce(Shape.of(1000), Seed.of(7));
    assertThat(a.toFloats()).isEqualTo(Random.normalOnce(Shape.of(1000), Seed.of(7)).toFloats());
    assertThat(a.toFloats()).isNotEqualTo(Random.normalOnce(Shape.of(1000), Seed.of(8)).toFloats());
    assertThat(Seed.of(1).split("a")).isNotEqualTo(Seed.of(1).split("b"));
  }

  @Test
  void randomNumbersHaveTheirMoments() {
    int n = 200_000;
    Tensor u = Random.uniformOnce(Shape.of(n), Seed.of(3));
    Tensor z = Random.normalOnce(Shape.of(n), Seed.of(3));
    double five = 5 / Math.sqrt(n); // five standard errors
    assertThat(u.mean().item()).isBetween(0.5 - five * 0.289, 0.5 + five * 0.289);
    assertThat(u.min().item()).isGreaterThanOrEqualTo(0);
    assertThat(u.max().item()).isLessThan(1);
    assertThat(z.mean().item()).isBetween(-five, five);
    assertThat(z.var().item()).isBetween(1 - five * 1.42, 1 + five * 1.42);
    assertThat(z.pow(4).mean().item()).isBetween(2.85, 3.15);
  }

  @Test
  void aLongLazyChainDoesNotOverflowTheStack() {
    Tensor x = Tensor.of(0f);
    for (int i = 0; i < 5000; i++) {
      x = x.add(1);
    }
    assertThat(x.item()).isEqualTo(5000);
  }
}
