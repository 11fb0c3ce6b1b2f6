package dev.hebb.train.io;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How Hebb's files are written as JSON. */
final class Json {
  /** Reads and writes records, indented. */
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .addMixIn(Preprocessing.class, Kinds.class)
          .build();

  private Json() {}

  /**
   * Reads a file that a person may have written.
   *
   * @throws HebbException if it is missing or no JSON
   */
  static <T> T read(Path file, Class<T> type) {
    try {
      T value = MAPPER.readValue(Files.readAllBytes(file), type);
      if (value == null) {
        throw new HebbException(file + " holds nothing but null");
      }
      return value;
    } catch (IOException e) {
      throw AtomicFile.unreadable(file, e);
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw new HebbException(
          "%s is not valid JSON of this kind%s: %s"
              .formatted(
                  file, at == null ? "" : ", line " + at.getLineNr(), e.getOriginalMessage()),
          e);
    }
  }

  /** Preprocessing is written with its kind, by a name that outlives a renamed class. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Preprocessing.None.class, name = "none"),
    @JsonSubTypes.Type(value = ImagePrep.class, name = "image"),
    @JsonSubTypes.Type(value = TablePrep.class, name = "table"),
    @JsonSubTypes.Type(value = TextPrep.class, name = "text")
  })
  private interface Kinds {}
}
