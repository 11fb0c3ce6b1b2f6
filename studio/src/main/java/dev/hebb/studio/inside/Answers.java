package dev.hebb.studio.inside;

import dev.hebb.studio.web.ApiException;
import dev.hebb.train.Answer;
import dev.hebb.train.Model;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a network says to something new: a drawing, or a row of a table. */
public final class Answers {
  private static final int MOST_SIDE = 1024;

  private Answers() {}

  /**
   * What is asked about: a grey picture, or values by column.
   *
   * @param pixels row by row, 0 for black to 255 for white
   */
  public record Question(
      int width, int height, byte @Nullable [] pixels, @Nullable Map<String, String> values) {}

  /** The numbers that the network reads for it. */
  public static float[] encoded(Subject subject, Question question) {
    Map<String, String> values = question.values();
    return values == null
        ? subject.model().encode(picture(question))
        : subject.model().encode(values);
  }

  private static BufferedImage picture(Question q) {
    byte[] pixels = q.pixels();
    if (q.width() < 1 || q.height() < 1 || q.width() > MOST_SIDE || q.height() > MOST_SIDE) {
      throw ApiException.wrong(
          "a picture has a width and a height of 1 to %d pixels".formatted(MOST_SIDE));
    }
    if (pixels == null || pixels.length != q.width() * q.height()) {
      throw ApiException.wrong(
          "a picture of %d × %d needs %d pixels in base64, one byte each"
              .formatted(q.width(), q.height(), q.width() * q.height()));
    }
    var image = new BufferedImage(q.width(), q.height(), BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, q.width(), q.height(), pixels);
    return image;
  }

  /** The answer, with the probability of each class, or the predicted numbers. */
  public static Map<String, Object> answer(Subject subject, Question question) {
    Model model = subject.model();
    float[] input = encoded(subject, question);
    long start = System.nanoTime();
    float[] output = model.predict(input);
    double milliseconds = (System.nanoTime() - start) / 1e6;
    var map = new LinkedHashMap<String, Object>();
    if (model.isClassifier()) {
      Answer answer = model.answer(output);
      map.put("label", answer.label());
      map.put("probabilities", answer.probabilities());
    } else {
      map.put("label", output.length == 1 ? Float.toString(output[0]) : "");
      map.put("values", output);
    }
    map.put("milliseconds", milliseconds);
    return map;
  }
}
