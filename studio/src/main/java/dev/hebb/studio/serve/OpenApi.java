package dev.hebb.studio.serve;

import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.TablePrep;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI description of a server: what is the same for all models lies in {@code
 * openapi.json}, this adds what the served model reads and answers.
 */
final class OpenApi {
  private static final JsonMapper JSON = new JsonMapper();

  private OpenApi() {}

  /** The description, as JSON. */
  static byte[] json(Served model, Limits limits) {
    ObjectNode root = template();
    Signature signature = model.signature();
    ((ObjectNode) root.get("info"))
        .put("title", "Hebb model server: " + model.name())
        .put("version", model.version());
    ObjectNode post = (ObjectNode) root.at("/paths/~1v1~1predict/post");
    ObjectNode content = (ObjectNode) post.at("/requestBody/content");
    for (String type : MediaTypes.accepted(signature)) {
      if (!content.has(type)) {
        content.putObject(type).putObject("schema").put("description", "A picture's file.");
      }
    }
    ObjectNode schemas = (ObjectNode) root.at("/components/schemas");
    ((ObjectNode) schemas.at("/Request/oneOf/0/properties/inputs"))
        .put("maxItems", limits.examples(signature));
    schemas.set("Example", example(signature));
    schemas
        .putObject("Prediction")
        .put("$ref", "#/components/schemas/" + (signature.isClassifier() ? "Classes" : "Numbers"));
    if (signature.isClassifier()) {
      ArrayNode names = ((ObjectNode) schemas.at("/Classes/properties/label")).putArray("enum");
      signature.labels().forEach(names::add);
    }
    return JSON.writeValueAsBytes(root);
  }

  private static ObjectNode example(Signature signature) {
    ObjectNode schema = JSON.createObjectNode();
    ArrayNode forms = schema.putArray("oneOf");
    if (signature.preprocessing() instanceof TablePrep table) {
      row(forms.addObject(), table);
    }
    if (signature.preprocessing() instanceof ImagePrep) {
      forms
          .addObject()
          .put("type", "string")
          .put("contentEncoding", "base64")
          .put("description", "A PNG, JPEG, BMP or GIF file in base64, of any size.");
    }
    for (List<Integer> shape : new Examples(signature).shapes()) {
      ObjectNode at = forms.addObject();
      at.put("description", "Numbers of shape " + shape);
      for (int n : shape) {
        at = at.put("type", "array").put("minItems", n).put("maxItems", n).putObject("items");
      }
      at.put("type", "number");
      if (signature.preprocessing() instanceof ImagePrep) {
        at.put("minimum", 0).put("maximum", 1);
      }
    }
    return schema;
  }

  private static void row(ObjectNode schema, TablePrep table) {
    schema.put("type", "object").put("additionalProperties", false);
    boolean needed = table.missing() == TablePrep.Missing.REJECT;
    ObjectNode properties = schema.putObject("properties");
    for (TablePrep.Column column : table.columns()) {
      ObjectNode value = properties.putObject(column.name());
      if (column.kind() == TablePrep.Kind.NUMERIC) {
        value.putArray("type").add("number").add("string").add("null");
      } else {
        ArrayNode categories = value.putArray("enum");
        column.categories().forEach(categories::add);
        if (!needed) {
          categories.add("").add("?").add("NA").addNull();
        }
      }
    }
    // The answer itself may stand in a row of known cases; it is not read.
    properties.putObject(table.target().name());
    if (needed) {
      ArrayNode required = schema.putArray("required");
      table.columns().forEach(column -> required.add(column.name()));
    }
  }

  private static ObjectNode template() {
    try (InputStream in =
        Objects.requireNonNull(OpenApi.class.getResourceAsStream("openapi.json"))) {
      return (ObjectNode) JSON.readTree(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
