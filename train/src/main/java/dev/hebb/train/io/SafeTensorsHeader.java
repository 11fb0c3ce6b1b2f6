package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The table of contents of a safetensors file. It is believed only where all of it holds together:
 * UTF-8, one JSON object, no name twice, sizes that are those of type and shape, and tensors that
 * fill the data without holes or overlaps.
 *
 * @param parts the tensors, in the order of their data
 * @param metadata texts by name
 */
record SafeTensorsHeader(List<Part> parts, Map<String, String> metadata) {
  /** The format's own limit. */
  static final long MAX_LENGTH = 100_000_000;

  static final String METADATA = "__metadata__";

  /**
   * One tensor.
   *
   * @param from where its data begins, counted from the end of the header
   */
  record Part(String name, ElementType type, long[] dims, long from, long to) {}

  /**
   * Checks the first eight bytes.
   *
   * @param claimed the header's length, as they say
   * @param size of the whole file
   * @param damaged makes an exception of what is wrong
   */
  static long length(long claimed, long size, Function<String, HebbException> damaged) {
    if (claimed < 2 || claimed > Math.min(size - 8, MAX_LENGTH)) {
      throw damaged.apply(
          "its header claims %s bytes, of %d in all"
              .formatted(Long.toUnsignedString(claimed), size));
    }
    return claimed;
  }

  /**
   * Reads a header.
   *
   * @param data how many bytes of data follow it
   */
  static SafeTensorsHeader parse(byte[] json, long data, Function<String, HebbException> damaged) {
    JsonNode root;
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      root = Json.MAPPER.readTree(text);
    } catch (CharacterCodingException e) {
      throw damaged.apply("its header is not UTF-8");
    } catch (JacksonException e) {
      throw damaged.apply("its header is not JSON (" + e.getOriginalMessage() + ")");
    }
    if (!root.isObject()) {
      throw damaged.apply("its header is not a JSON object");
    }
    var parts = new ArrayList<Part>();
    var metadata = new LinkedHashMap<String, String>();
    for (var field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        metadata.putAll(texts(field.getValue(), damaged));
      } else {
        parts.add(part(field.getKey(), field.getValue(), damaged));
      }
    }
    parts.sort(Comparator.comparingLong(Part::from).thenComparingLong(Part::to));
    long at = 0;
    for (Part part : parts) {
      if (part.from() != at) {
        throw damaged.apply(
            "tensor '%s' begins at byte %d of the data, not %d where the one before it ends"
                .formatted(part.name(), part.from(), at));
      }
      at = part.to();
    }
    if (at != data) {
      throw damaged.apply(
          "its tensors take %d bytes, but it has %d of data; the file was cut short, or its header is wrong"
              .formatted(at, data));
    }
    return new SafeTensorsHeader(parts, metadata);
  }

  private static Map<String, String> texts(JsonNode node, Function<String, HebbException> damaged) {
    var texts = new LinkedHashMap<String, String>();
    for (var field : node.properties()) {
      if (field.getValue().isString()) {
        texts.put(field.getKey(), field.getValue().stringValue());
      }
    }
    if (!node.isObject() || texts.size() < node.size()) {
      throw damaged.apply("its metadata are not texts by name");
    }
    return texts;
  }

  private static Part part(String name, JsonNode node, Function<String, HebbException> damaged) {
    JsonNode type = node.path("dtype");
    long[] dims = counts(node.path("shape"));
    long[] offsets = counts(node.path("data_offsets"));
    if (!type.isString() || dims == null || offsets == null || offsets.length != 2) {
      throw damaged.apply("tensor '" + name + "' has no valid dtype, shape and data_offsets");
    }
    ElementType element = ElementType.named(type.stringValue());
    if (element == null) {
      throw damaged.apply(
          "tensor '%s' is of type %s, and Hebb reads %s"
              .formatted(name, type.stringValue(), List.of(ElementType.values())));
    }
    long bytes = element.bytes();
    for (long d : dims) {
      bytes = d == 0 ? 0 : bytes > Long.MAX_VALUE / d ? Long.MAX_VALUE : bytes * d;
    }
    if (offsets[1] - offsets[0] != bytes) {
      throw damaged.apply(
          "tensor '%s' of type %s and shape %s takes %d bytes, not %d"
              .formatted(name, element, Arrays.toString(dims), bytes, offsets[1] - offsets[0]));
    }
    return new Part(name, element, dims, offsets[0], offsets[1]);
  }

  private static long @Nullable [] counts(JsonNode node) {
    if (!node.isArray()) {
      return null;
    }
    long[] counts = new long[node.size()];
    for (int i = 0; i < counts.length; i++) {
      JsonNode count = node.get(i);
      if (!count.isIntegralNumber() || !count.canConvertToLong() || count.longValue() < 0) {
        return null;
      }
      counts[i] = count.longValue();
    }
    return counts;
  }
}
