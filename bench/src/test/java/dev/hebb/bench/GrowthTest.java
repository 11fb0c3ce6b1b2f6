package dev.hebb.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.bench.Growth.Axis;
import dev.hebb.bench.Growth.Point;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class GrowthTest {
  private static final List<Point> POINTS =
      IntStream.range(0, Axis.values().length * 3)
          .mapToObj(i -> new Point(Axis.values()[i / 3], 1 << i % 3, 0.5 + i, 0.75 + i, i, 1, 99))
          .toList();

  @Test
  void aPointIsReadBack() {
    for (Point p : POINTS) {
      assertThat(Point.parse(p.line())).isEqualTo(p);
    }
    assertThat(Growth.table(POINTS)).contains("| batch 4 | 2.500 | 2.750 | 2.00 | 1.00 | 99 |");
  }

  @Test
  void thePictureHasEveryPointInsideItsFrame() throws Exception {
    byte[] svg = GrowthPlot.svg(POINTS).getBytes(StandardCharsets.UTF_8);
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg));
    var circles = document.getElementsByTagName("circle");
    assertThat(circles.getLength()).isEqualTo(2 * POINTS.size());
    List<Double> heights = new ArrayList<>();
    for (int i = 0; i < circles.getLength(); i++) {
      var circle = (Element) circles.item(i);
      assertThat(Double.parseDouble(circle.getAttribute("cx"))).isBetween(50.0, 350.0);
      heights.add(Double.parseDouble(circle.getAttribute("cy")));
    }
    assertThat(heights).allMatch(y -> y >= 30 && y <= 226.1);
    // a slower step lies higher
    assertThat(heights.get(0)).isGreaterThan(heights.get(2));
  }
}
