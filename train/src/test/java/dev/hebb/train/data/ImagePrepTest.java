package dev.hebb.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ImagePrepTest {
  private static final Offset<Float> EXACT = within(1e-5f);

  /** A picture from rows of grey values, 0 to 255. */
  private static BufferedImage grey(int[]... rows) {
    var image = new BufferedImage(rows[0].length, rows.length, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < rows.length; y++) {
      for (int x = 0; x < rows[y].length; x++) {
        image.setRGB(x, y, rows[y][x] * 0x010101);
      }
    }
    return image;
  }

  /** A picture of one colour with a filled box of another. */
  private static BufferedImage box(int h, int w, int ground, int ink, int[] topLeftHeightWidth) {
    int[][] rows = new int[h][w];
    int[] b = topLeftHeightWidth;
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        boolean inside = y >= b[0] && y < b[0] + b[2] && x >= b[1] && x < b[1] + b[3];
        rows[y][x] = inside ? ink : ground;
      }
    }
    return grey(rows);
  }

  private static ImagePrep plain(int h, int w, int channels) {
    return ImagePrep.of(h, w, channels, ImagePrep.Style.PLAIN);
  }

  private static final ImagePrep DIGIT = ImagePrep.of(28, 28, 1, ImagePrep.Style.DIGIT);

  @Test
  void plainAveragesTheAreaOfEachPixel() {
    int[][] rows = {
      {0, 255, 51, 51}, {255, 0, 51, 51}, {102, 102, 0, 0}, {102, 102, 0, 204},
    };
    float[] out = plain(2, 2, 1).encode(grey(rows));
    assertThat(out).containsExactly(new float[] {0.5f, 0.2f, 0.4f, 0.2f}, EXACT);
  }

  @Test
  void plainAveragesPartsOfPixelsToo() {
    // Three columns into two: each takes one and a half. (0 + 51/2) / 1.5 and (51/2 + 255) / 1.5.
    float[] out = plain(1, 2, 1).encode(grey(new int[] {0, 51, 255}, new int[] {0, 51, 255}));
    // 3 × 2 pixels cover 2 × 1 after half a row is cut: the middle one of the rows is kept.
    assertThat(out).containsExactly(new float[] {25.5f / 1.5f / 255, 280.5f / 1.5f / 255}, EXACT);
  }

  @Test
  void plainCutsTheOverhangAtBothEnds() {
    float[] wide = plain(2, 2, 1).encode(grey(new int[] {9, 51, 102, 9}, new int[] {9, 0, 204, 9}));
    assertThat(wide).containsExactly(new float[] {0.2f, 0.4f, 0, 0.8f}, EXACT);
    float[] high =
        plain(1, 2, 1).encode(grey(new int[] {9, 9}, new int[] {51, 102}, new int[] {9, 9}));
    assertThat(high).containsExactly(new float[] {0.2f, 0.4f}, EXACT);
  }

  @Test
  void plainEnlarges() {
    float[] out = plain(2, 4, 1).encode(grey(new int[] {51, 204}));
    assertThat(out)
        .containsExactly(new float[] {0.2f, 0.2f, 0.8f, 0.8f, 0.2f, 0.2f, 0.8f, 0.8f}, EXACT);
  }

  @Test
  void coloursBecomeChannelsOrLuma() {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xFF0033);
    image.setRGB(1, 0, 0x00FF66);
    assertThat(plain(1, 2, 3).encode(image))
        .containsExactly(new float[] {1, 0, 0, 1, 0.2f, 0.4f}, EXACT);
    assertThat(plain(1, 2, 1).encode(image))
        .containsExactly(new float[] {0.299f + 0.0228f, 0.587f + 0.0456f}, EXACT);
  }

  @Test
  void channelsAreNormalisedEachByItsOwn() {
    var prep = plain(1, 1, 3).normalised(List.of(0.5, 0.2, 0.0), List.of(0.5, 0.1, 2.0));
    var image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, new Color(255, 51, 255).getRGB());
    assertThat(prep.encode(image)).containsExactly(new float[] {1, 0, 0.5f}, EXACT);
    assertThat(prep.encode(new float[] {1, 0.2f, 1}))
        .containsExactly(new float[] {1, 0, 0.5f}, EXACT);
    assertThat(prep.decode(new float[] {1, 0, 0.5f}).getRGB(0, 0)).isEqualTo(0xFFFF33FF);
    assertThat(prep.values(new float[] {1, 0, 0.5f}))
        .containsExactly(new float[] {1, 0.2f, 1}, EXACT);
    assertThat(prep.values(new float[] {3, -9, 0})).containsExactly(new float[] {1, 0, 0}, EXACT);
    assertThatThrownBy(() -> prep.encode(new float[2])).hasMessageContaining("has 3 values, not 2");
    assertThatThrownBy(() -> prep.values(new float[2])).hasMessageContaining("has 3 values, not 2");
  }

  @Test
  void digitIsScaledToTwentyAndCentred() {
    // A bar of 40 × 16 becomes 20 × 8. Its centre of mass, (9.5, 3.5) in the box, goes to (14, 14):
    // rows 4.5 → 5 to 24, columns 10.5 → 11 to 18.
    float[] out = DIGIT.encode(box(100, 80, 255, 0, new int[] {3, 50, 40, 16}));
    for (int y = 0; y < 28; y++) {
      for (int x = 0; x < 28; x++) {
        boolean ink = y >= 5 && y < 25 && x >= 11 && x < 19;
        assertThat(out[y * 28 + x]).as("%d, %d", y, x).isCloseTo(ink ? 1f : 0f, EXACT);
      }
    }
  }

  @Test
  void digitGoesByItsCentreOfMassNotItsBox() {
    // An L of 20 × 20: a stem of 20 × 2 at the left, a foot of 2 × 18 more at the bottom. Mass 76;
    // row: (40·9.5 + 36·18.5) / 76 = 13.76, column: (40·0.5 + 36·10.5) / 76 = 5.24.
    // Top = round(14 − 13.76) = 0, left = round(14 − 5.24) = 9, clipped to 8 so that 20 fit in 28.
    int[][] rows = new int[40][40];
    for (int i = 0; i < 20; i++) {
      rows[10 + i][5] = rows[10 + i][6] = rows[28][5 + i] = rows[29][5 + i] = 255;
    }
    float[] out = DIGIT.encode(grey(rows));
    for (int y = 0; y < 28; y++) {
      for (int x = 0; x < 28; x++) {
        boolean stem = y < 20 && (x == 8 || x == 9);
        boolean foot = (y == 18 || y == 19) && x >= 8;
        assertThat(out[y * 28 + x]).as("%d, %d", y, x).isCloseTo(stem || foot ? 1f : 0f, EXACT);
      }
    }
  }

  @Test
  void digitIsTheSameWhateverPaperAndPen() {
    int[] where = {20, 30, 40, 16};
    float[] black = DIGIT.encode(box(90, 90, 255, 0, where));
    assertThat(DIGIT.encode(box(90, 90, 0, 255, where))).containsExactly(black);
    assertThat(DIGIT.encode(box(90, 90, 110, 20, where))).containsExactly(black, EXACT);
    assertThat(DIGIT.encode(box(90, 90, 60, 90, where))).containsExactly(black, EXACT);
    assertThat(DIGIT.encode(box(200, 60, 255, 0, new int[] {1, 2, 40, 16}))).containsExactly(black);
  }

  @Test
  void digitOnTransparentGroundIsSeen() {
    float[] black = DIGIT.encode(box(50, 50, 255, 0, new int[] {5, 5, 30, 10}));
    for (int ink : new int[] {0xFF000000, 0xFFFFFFFF, 0xFF2020FF}) {
      var image = new BufferedImage(50, 50, BufferedImage.TYPE_INT_ARGB);
      for (int y = 5; y < 35; y++) {
        for (int x = 5; x < 15; x++) {
          image.setRGB(x, y, ink);
        }
      }
      assertThat(DIGIT.encode(image)).as("%x", ink).containsExactly(black, EXACT);
    }
  }

  @Test
  void digitIgnoresTheNoiseOfItsPaper() {
    var random = new Random(3);
    var clean = box(90, 90, 230, 20, new int[] {20, 30, 40, 16});
    float[] expected = DIGIT.encode(clean);
    for (int y = 0; y < 90; y++) {
      for (int x = 0; x < 90; x++) {
        int value = (clean.getRGB(x, y) & 255) + random.nextInt(-8, 9);
        clean.setRGB(x, y, value * 0x010101);
      }
    }
    assertThat(DIGIT.encode(clean)).containsExactly(expected, within(0.1f));
  }

  @Test
  void nothingDrawnIsBlack() {
    for (int value : new int[] {0, 128, 255}) {
      assertThat(DIGIT.encode(box(30, 40, value, value, new int[4]))).containsOnly(0f);
    }
    assertThat(DIGIT.encode(new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB))).containsOnly(0f);
    assertThat(DIGIT.encode(new BufferedImage(500, 1, BufferedImage.TYPE_INT_RGB)))
        .containsOnly(0f);
  }

  @Test
  void aSingleDotIsEnlargedToTheBox() {
    float[] out = DIGIT.encode(box(9, 9, 0, 255, new int[] {4, 4, 1, 1}));
    float sum = 0;
    for (float v : out) {
      sum += v;
    }
    assertThat(sum).isCloseTo(400f, within(0.01f));
  }

  @Test
  void mnistsOwnDigitsComeOutAsTheyWentIn() {
    // The oracle is MNIST itself: its makers' placing must be this one, so nothing may move.
    var data = Digits.load().train().take(300);
    var prep = (ImagePrep) data.preprocessing();
    int exact = 0;
    for (int i = 0; i < data.size(); i++) {
      float[] original = data.input(i);
      float[] again = prep.encode(prep.decode(original));
      float off = 0;
      for (int p = 0; p < 784; p++) {
        off = Math.max(off, Math.abs(again[p] - original[p]));
      }
      exact += off < 0.1f ? 1 : 0;
    }
    assertThat(exact).isGreaterThan(285);
  }

  @Test
  void mnistsDigitsAreFoundAgainOnLargePaper() {
    var data = Digits.load().train().take(100);
    var prep = (ImagePrep) data.preprocessing();
    for (int i = 0; i < data.size(); i++) {
      var small = prep.decode(data.input(i));
      var paper = new BufferedImage(400, 300, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < 300; y++) {
        for (int x = 0; x < 400; x++) {
          boolean on = x >= 97 && x < 97 + 168 && y >= 51 && y < 51 + 168;
          int ink = on ? small.getRaster().getSample((x - 97) / 6, (y - 51) / 6, 0) : 0;
          paper.setRGB(x, y, (255 - ink) * 0x010101);
        }
      }
      float[] again = prep.encode(paper);
      float[] original = data.input(i);
      double off = 0;
      for (int p = 0; p < 784; p++) {
        off += Math.abs(again[p] - original[p]) / 784;
      }
      assertThat(off).as("digit %d", i).isLessThan(0.05); // of a deviation of 1
    }
  }

  @Test
  void garmentFillsThePicture() {
    var prep = ImagePrep.of(28, 28, 1, ImagePrep.Style.GARMENT);
    float[] out = prep.encode(box(100, 100, 255, 0, new int[] {10, 40, 56, 28}));
    for (int y = 0; y < 28; y++) {
      for (int x = 0; x < 28; x++) {
        assertThat(out[y * 28 + x]).isCloseTo(x >= 7 && x < 21 ? 1f : 0f, EXACT);
      }
    }
  }

  @Test
  void rangesAreChecked() {
    var one = List.of(1.0);
    assertThatThrownBy(() -> plain(0, 5, 1)).hasMessageContaining("0 × 5");
    assertThatThrownBy(() -> plain(5, 99_999, 1)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> plain(5, 5, 2)).hasMessageContaining("2 channels");
    assertThatThrownBy(() -> ImagePrep.of(5, 5, 3, ImagePrep.Style.DIGIT))
        .hasMessageContaining("DIGIT is grey");
    assertThatThrownBy(() -> plain(5, 5, 3).normalised(one, one))
        .hasMessageContaining("3 channels");
    assertThatThrownBy(() -> plain(5, 5, 1).normalised(one, List.of(0.0)))
        .hasMessageContaining("above 0");
  }

  @Test
  void goesThroughJson() {
    var prep = (ImagePrep) Digits.load().preprocessing();
    var json = JsonMapper.shared();
    assertThat(json.readValue(json.writeValueAsString(prep), ImagePrep.class)).isEqualTo(prep);
  }
}
