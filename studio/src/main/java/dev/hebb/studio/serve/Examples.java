package dev.hebb.studio.serve;

import dev.hebb.tensor.Shape;
import dev.hebb.train.data.DataException;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Images;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes the numbers that a network reads of an example in one of the forms that clients send. */
record Examples(Signature signature) {
  private static final String DATA_URL = "data:";

  /**
   * A picture in a file's bytes.
   *
   * @param field where it comes from, for messages
   */
  float[] picture(byte[] file, String field) {
    if (!(signature.preprocessing() instanceof ImagePrep image)) {
      throw Refusal.at(field, "this model takes no pictures, but " + signature.example());
    }
    try {
      return image.encode(Images.read(file, "the picture"));
    } catch (DataException e) {
      throw Refusal.at(field, e.getMessage());
    }
  }

  /** A picture as a text of JSON: a PNG or JPEG file in base64, or a data URL of one. */
  float[] text(String text, String field) {
    if (!(signature.preprocessing() instanceof ImagePrep)) {
      throw Refusal.at(field, "a text is no example; this model takes " + signature.example());
    }
    String base64 = text.startsWith(DATA_URL) ? text.substring(text.indexOf(',') + 1) : text;
    try {
      return picture(Base64.getDecoder().decode(base64), field);
    } catch (IllegalArgumentException e) {
      throw Refusal.at(
          field,
          "the text is not base64 (%s); send the picture's file in base64, on one line"
              .formatted(e.getMessage()));
    }
  }

  /** A row of a table, its values by column. */
  float[] row(Map<String, String> row, String field) {
    if (!(signature.preprocessing() instanceof TablePrep table)) {
      throw Refusal.at(
          field, "named values are no example; this model takes " + signature.example());
    }
    try {
      return table.encode(row);
    } catch (DataException e) {
      throw Refusal.at(field, e.getMessage());
    }
  }

  /**
   * Numbers: a picture's values from 0 to 1, a table's values in the order of its columns, or just
   * what the network reads.
   *
   * @param values row-major
   * @param dims their shape
   */
  float[] numbers(float[] values, List<Integer> dims, String field) {
    if (shapes().stream().noneMatch(shape -> shape.equals(dims))) {
      throw Refusal.at(
          field,
          "numbers of shape %s were sent, but %s are read"
              .formatted(
                  dims, shapes().stream().map(List::toString).collect(Collectors.joining(" or "))));
    }
    return switch (signature.preprocessing()) {
      case ImagePrep image -> {
        for (float value : values) {
          if (!(value >= 0 && value <= 1)) {
            throw Refusal.at(
                field,
                "%s is no pixel, which lie between 0 (black) and 1: divide by 255, or send a PNG"
                    .formatted(value));
          }
        }
        yield image.encode(values);
      }
      case TablePrep table -> inOrder(table, values, field);
      case Preprocessing.None _, TextPrep _ -> values;
    };
  }

  private float[] inOrder(TablePrep table, float[] values, String field) {
    Map<String, String> row = new java.util.LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      TablePrep.Column column = table.columns().get(i);
      if (column.kind() == TablePrep.Kind.CATEGORICAL) {
        throw Refusal.at(
            field,
            "column '%s' holds texts, not numbers: send rows with named columns"
                .formatted(column.name()));
      }
      row.put(column.name(), Float.isNaN(values[i]) ? "" : Float.toString(values[i]));
    }
    return row(row, field);
  }

  /** The shapes that an example given as numbers may have. */
  Set<List<Integer>> shapes() {
    if (signature.preprocessing() instanceof TablePrep table) {
      return Set.of(List.of(table.columns().size()));
    }
    Shape in = signature.in();
    List<Integer> whole = java.util.Arrays.stream(in.dims()).boxed().toList();
    var shapes = new LinkedHashSet<List<Integer>>();
    shapes.add(whole);
    shapes.add(whole.stream().filter(n -> n != 1).toList()); // a grey picture as rows of pixels
    shapes.add(List.of(in.size()));
    return shapes;
  }
}
