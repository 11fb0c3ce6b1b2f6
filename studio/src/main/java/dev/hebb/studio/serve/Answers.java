package dev.hebb.studio.serve;

import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a model's answers as JSON. */
final class Answers {
  private static final JsonFactory JSON = new JsonFactory();

  private Answers() {}

  /**
   * {@code {"model": {"name": …, "version": …}, "predictions": […]}} with, for each example, {@code
   * {"label": …, "probability": …, "probabilities": {…}}} or {@code {"values": […]}}.
   */
  static byte[] json(Served model, float[][] answers) {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeObjectPropertyStart("model");
      json.writeStringProperty("name", model.name());
      json.writeStringProperty("version", model.version());
      json.writeEndObject();
      json.writeArrayPropertyStart("predictions");
      for (float[] answer : answers) {
        json.writeStartObject();
        if (model.signature().isClassifier()) {
          classes(json, model.signature().labels(), answer);
        } else {
          json.writeArrayPropertyStart("values");
          for (float value : answer) {
            number(json, value);
          }
          json.writeEndArray();
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void classes(JsonGenerator json, List<String> labels, float[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    json.writeStringProperty("label", labels.get(best));
    json.writeName("probability");
    number(json, probabilities[best]);
    json.writeObjectPropertyStart("probabilities");
    for (int i = 0; i < probabilities.length; i++) {
      json.writeName(labels.get(i));
      number(json, probabilities[i]);
    }
    json.writeEndObject();
  }

  /** JSON has no infinities and no NaN. */
  private static void number(JsonGenerator json, float value) {
    if (Float.isFinite(value)) {
      json.writeNumber(value);
    } else {
      json.writeNull();
    }
  }
}
