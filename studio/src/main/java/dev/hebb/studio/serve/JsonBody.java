package dev.hebb.studio.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads {@code {"inputs": [example, …]}} or {@code {"input": example}} without building a tree: the
 * numbers go straight into arrays.
 */
final class JsonBody {
  /** What Jackson says of where an unfinished array began, though it does not know it of bytes. */
  private static final String START = " \\(start marker at .*\\)";

  /** The examples of several. */
  private static final String INPUTS = "inputs";

  /** The one example. */
  private static final String INPUT = "input";

  private static final String FORM =
      "the body has the field \"inputs\", a list of examples, or \"input\", one example";

  /** An example of a network has fewer axes than this. */
  private static final int MAX_DEPTH = 12;

  /** Longer texts are no numbers that anyone wrote. */
  private static final int MAX_NUMBER = 400;

  private final JsonParser json;
  private final Examples examples;
  private final int most;

  private JsonBody(JsonParser json, Examples examples, int most) {
    this.json = json;
    this.examples = examples;
    this.most = most;
  }

  /**
   * Reads a body.
   *
   * @param most how many examples it may have
   * @return one row per example, as the network reads it
   * @throws Refusal if it is no JSON of this kind; the message says where and what was expected
   */
  static float[][] read(byte[] body, Examples examples, int most) {
    var factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .maxStringLength(Math.max(1, body.length))
                    .build())
            .build();
    try (JsonParser json = factory.createParser(ObjectReadContext.empty(), body)) {
      return new JsonBody(json, examples, most).body();
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw Refusal.of(
          400,
          "the body is not valid JSON%s: %s"
              .formatted(
                  at == null
                      ? ""
                      : ", line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()),
                  e.getOriginalMessage().replaceFirst(START, "")));
    }
  }

  private float[][] body() {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw expected("an object");
    }
    float[][] rows = null;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (rows != null || !(name.equals(INPUTS) || name.equals(INPUT))) {
        throw Refusal.at(name, "there is no such field here; " + FORM);
      }
      rows = name.equals(INPUT) ? new float[][] {example(INPUT)} : list();
    }
    if (rows == null) {
      throw expected("examples");
    }
    if (json.nextToken() != null) {
      throw expected("one object and nothing after it");
    }
    return rows;
  }

  private static Refusal expected(String what) {
    return Refusal.of(400, "the body must have %s: %s".formatted(what, FORM));
  }

  private float[][] list() {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw Refusal.at(INPUTS, "a list of examples is expected; for one example use \"input\"");
    }
    List<float[]> rows = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (rows.size() == most) {
        throw Refusal.of(
            413, "inputs: one request may have up to %,d examples: send several".formatted(most));
      }
      rows.add(example("inputs[" + rows.size() + "]"));
    }
    if (rows.isEmpty()) {
      throw Refusal.at(INPUTS, "there is no example in the list");
    }
    return rows.toArray(float[][]::new);
  }

  private float[] example(String field) {
    return switch (json.currentToken()) {
      case START_OBJECT -> examples.row(row(field), field);
      case START_ARRAY -> numbers(field);
      case VALUE_STRING -> examples.text(json.getString(), field);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          examples.numbers(new float[] {number()}, List.of(), field);
      default ->
          throw Refusal.at(field, "%s is no example".formatted(json.currentToken().asString()));
    };
  }

  private Map<String, String> row(String field) {
    Map<String, String> row = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String column = json.currentName();
      JsonToken token = json.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        row.put(column, "");
      } else if (token.isScalarValue()) {
        row.put(column, json.getString());
      } else {
        throw Refusal.at(
            field + "." + column, "a column's value is a number, a text, true, false or null");
      }
    }
    return row;
  }

  private float[] numbers(String field) {
    var nested = new Nested(examples.signature().in().size());
    list(nested, 1);
    return examples.numbers(nested.values(), nested.dims(), field);
  }

  /** Reads a list of numbers, or of lists of equal length. */
  private void list(Nested into, int depth) {
    int count = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      count++;
      boolean isNumber = token.isNumeric();
      if (!isNumber && token != JsonToken.START_ARRAY) {
        throw Refusal.at(place(), "%s stands where a number should".formatted(json.getString()));
      }
      if (!into.fits(isNumber, depth)) {
        throw Refusal.at(
            place(),
            isNumber
                ? "a number stands where a list should"
                : "a list stands where a number should");
      }
      if (isNumber) {
        into.add(number());
      } else {
        list(into, depth + 1);
      }
    }
    if (!into.ends(depth, count)) {
      throw Refusal.at(
          place(),
          "this list has %d entries, the one before it %d"
              .formatted(count, into.dims().get(depth - 1)));
    }
  }

  private float number() {
    float value = json.getFloatValue();
    if (!Float.isFinite(value)) {
      throw Refusal.at(place(), "%s is too large for a float".formatted(json.getString()));
    }
    return value;
  }

  /** Where the parser stands: {@code inputs[2][0][5]}. */
  private String place() {
    var text = new StringBuilder();
    for (JsonPointer at = json.streamReadContext().pathAsPointer(); !at.matches(); at = at.tail()) {
      if (at.getMatchingIndex() >= 0) {
        text.append('[').append(at.getMatchingIndex()).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(at.getMatchingProperty());
      }
    }
    return text.toString();
  }
}
