package dev.hebb.cli;

import dev.hebb.tensor.HebbException;
import dev.hebb.train.EpochResult;
import dev.hebb.train.Run;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.ImagePrep;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A run on one picture: the curves of loss and metrics, the confusion matrix, and the mistakes that
 * the model was most sure of.
 */
final class Report {
  private static final int WIDTH = 1200;
  private static final int MARGIN = 24;
  private static final int CHART = 380;
  private static final int MAX_CELL = 48;
  private static final int MATRIX_HEAD = 70;
  private static final int MATRIX = 520;
  private static final int MAX_MATRIX = 40;
  private static final int TILE = 92;
  private static final int MAX_TILES = 24;
  private static final Color INK = new Color(0x22, 0x22, 0x22);
  private static final Color BLUE = new Color(0x1f, 0x5f, 0xa8);

  private Report() {}

  /**
   * Writes the picture as PNG.
   *
   * @param findings null where numbers are predicted
   * @throws HebbException if it cannot be drawn or written
   */
  static void write(Path file, String title, Run run, @Nullable Findings findings, Dataset data) {
    try {
      if (!ImageIO.write(draw(title, run, findings, data), "png", file.toFile())) {
        throw new IOException("this Java has no PNG writer");
      }
    } catch (IOException | LinkageError | InternalError | RuntimeException e) {
      // A Java without fonts fails inside AWT, with almost any throwable.
      throw new HebbException("%s was not written: %s".formatted(file, e), e);
    }
  }

  static BufferedImage draw(String title, Run run, @Nullable Findings findings, Dataset data) {
    boolean matrix = findings != null && findings.labels().size() <= MAX_MATRIX;
    int tiles = findings == null ? 0 : Math.min(MAX_TILES, findings.mistakes().size());
    boolean pictures = tiles > 0 && data.preprocessing() instanceof ImagePrep;
    int perRow = (WIDTH - 2 * MARGIN) / TILE;
    int mistakes = pictures ? 40 + (tiles + perRow - 1) / perRow * (TILE + 18) : 0;
    int matrixHeight =
        matrix && findings != null
            ? MATRIX_HEAD + findings.labels().size() * cell(findings) + MARGIN
            : 0;
    int height = 64 + CHART + MARGIN + matrixHeight + mistakes + MARGIN;
    var image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, WIDTH, height);
    g.setColor(INK);
    g.setFont(font(Font.BOLD, 22));
    g.drawString(title, MARGIN, 40);
    int y = 64;
    int half = (WIDTH - 3 * MARGIN) / 2;
    List<EpochResult> history = run.history();
    if (!history.isEmpty()) {
      paint(
          g,
          chart("loss", history, Report::isLoss, Styler.LegendPosition.InsideNE),
          MARGIN,
          y,
          half);
      paint(
          g,
          chart("metrics", history, n -> !isLoss(n), Styler.LegendPosition.InsideSE),
          2 * MARGIN + half,
          y,
          half);
    }
    y += CHART + MARGIN;
    if (matrix && findings != null) {
      matrix(g, findings, y);
      y += matrixHeight;
    }
    if (pictures && findings != null && data.preprocessing() instanceof ImagePrep prep) {
      mistakes(g, findings.mistakes().subList(0, tiles), findings.labels(), data, prep, y);
    }
    g.dispose();
    return image;
  }

  private static boolean isLoss(String name) {
    return name.equals("loss") || name.equals("val.loss");
  }

  private static XYChart chart(
      String title,
      List<EpochResult> history,
      Predicate<String> which,
      Styler.LegendPosition legend) {
    XYChart chart = new XYChartBuilder().title(title).xAxisTitle("epoch").yAxisTitle("").build();
    chart.getStyler().setLegendPosition(legend);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    double[] epochs = history.stream().mapToDouble(EpochResult::epoch).toArray();
    for (String name : history.getLast().values().keySet()) {
      double[] values =
          history.stream().mapToDouble(e -> e.values().getOrDefault(name, Double.NaN)).toArray();
      if (which.test(name) && hasNumber(values)) {
        chart.addSeries(name, epochs, values).setMarker(SeriesMarkers.CIRCLE);
      }
    }
    return chart;
  }

  private static boolean hasNumber(double[] values) {
    for (double v : values) {
      if (Double.isFinite(v)) {
        return true;
      }
    }
    return false;
  }

  private static void paint(Graphics2D g, XYChart chart, int x, int y, int width) {
    if (chart.getSeriesCollection().isEmpty()) {
      return;
    }
    Graphics2D part = (Graphics2D) g.create(x, y, width, CHART);
    chart.paint(part, width, CHART);
    part.dispose();
  }

  private static void matrix(Graphics2D g, Findings findings, int top) {
    List<String> labels = findings.labels();
    int left = MARGIN + 150;
    int cell = cell(findings);
    heading(g, "confusion: rows are what it is, columns what it was taken for", top);
    g.setFont(font(Font.PLAIN, Math.clamp(cell / 2, 8, 13)));
    for (int i = 0; i < labels.size(); i++) {
      int y = top + 50 + i * cell;
      g.setColor(INK);
      g.drawString(cut(labels.get(i), 20), MARGIN, y + cell * 2 / 3);
      g.drawString(cut(labels.get(i), cell / 9 + 1), left + i * cell + 3, top + 44);
      for (int j = 0; j < labels.size(); j++) {
        int count = findings.confusion()[i][j];
        double share = (double) count / Math.max(1, findings.examples(i));
        g.setColor(shade(i == j ? BLUE : Color.RED.darker(), i == j ? share : Math.sqrt(share)));
        g.fillRect(left + j * cell, y, cell - 1, cell - 1);
        if (count > 0 && cell >= 16) {
          g.setColor(share > 0.5 ? Color.WHITE : INK);
          g.drawString(Integer.toString(count), left + j * cell + 4, y + cell * 2 / 3);
        }
      }
    }
  }

  private static int cell(Findings findings) {
    return Math.min(MAX_CELL, (MATRIX - MATRIX_HEAD) / findings.labels().size());
  }

  private static void mistakes(
      Graphics2D g,
      List<Findings.Mistake> worst,
      List<String> labels,
      Dataset data,
      ImagePrep prep,
      int top) {
    heading(g, "the mistakes that it was most sure of: is → taken for", top);
    g.setFont(font(Font.PLAIN, 11));
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    int perRow = (WIDTH - 2 * MARGIN) / TILE;
    for (int i = 0; i < worst.size(); i++) {
      Findings.Mistake m = worst.get(i);
      int x = MARGIN + i % perRow * TILE;
      int y = top + 40 + i / perRow * (TILE + 18);
      int side = TILE - 12;
      g.drawImage(prep.decode(data.input(m.example())), x, y, side, side, null);
      g.setColor(INK);
      String text =
          String.format(
              Locale.ROOT,
              "%s → %s %.0f %%",
              cut(labels.get(m.truth()), 5),
              cut(labels.get(m.answer()), 5),
              100 * m.confidence());
      g.drawString(text, x, y + side + 14);
    }
  }

  private static void heading(Graphics2D g, String text, int top) {
    g.setColor(INK);
    g.setFont(font(Font.BOLD, 15));
    g.drawString(text, MARGIN, top + 18);
  }

  private static Color shade(Color full, double share) {
    double s = Math.clamp(share, 0, 1);
    return new Color(
        (int) (255 + (full.getRed() - 255) * s),
        (int) (255 + (full.getGreen() - 255) * s),
        (int) (255 + (full.getBlue() - 255) * s));
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, Math.max(1, length - 1)) + "…";
  }
}
