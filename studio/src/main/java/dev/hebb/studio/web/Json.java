package dev.hebb.studio.web;

import dev.hebb.tensor.HebbException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.DoubleStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** JSON as the API speaks it: a number that is not finite is {@code null}. */
public final class Json {
  /** The most that a request may bring. */
  public static final int MAX_BODY = 1 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, new Finite())
                  .addSerializer(double.class, new Finite())
                  .addSerializer(double[].class, new FiniteArray())
                  .addDeserializer(Double.class, new Gap())
                  .addDeserializer(double.class, new Gap())
                  .addDeserializer(double[].class, new Gaps()))
          .build();

  private Json() {}

  /** Answers with a value. */
  public static void send(ServerResponse response, Object value) {
    response
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .send(bytes(value));
  }

  /** A value as UTF-8. */
  public static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /** A value as one line. */
  public static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** Reads what {@link #text} or somebody else wrote. */
  public static <T> T read(byte[] json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }

  /**
   * The request's body, of at most {@link #MAX_BODY} bytes.
   *
   * @throws ApiException 413 if it is longer, 400 if it is not JSON of this form
   */
  public static <T> T body(ServerRequest request, Class<T> type) {
    try (InputStream in = request.content().inputStream()) {
      byte[] bytes = in.readNBytes(MAX_BODY + 1);
      if (bytes.length > MAX_BODY) {
        throw new ApiException(413, "the body is longer than " + MAX_BODY + " bytes");
      }
      T value = MAPPER.readValue(bytes, type);
      if (value == null) {
        throw ApiException.wrong("the body is null; it must be a JSON object");
      }
      return value;
    } catch (JacksonException e) {
      if (e.getCause() instanceof HebbException refusal) {
        throw refusal; // a record's own check
      }
      throw ApiException.wrong(
          "the body is not the JSON that is expected: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Finite extends StdSerializer<Double> {
    Finite() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializationContext context) {
      write(value, out);
    }
  }

  private static final class FiniteArray extends StdSerializer<double[]> {
    FiniteArray() {
      super(double[].class);
    }

    @Override
    public void serialize(double[] values, JsonGenerator out, SerializationContext context) {
      out.writeStartArray();
      for (double value : values) {
        write(value, out);
      }
      out.writeEndArray();
    }
  }

  /** What was not finite comes back as NaN. */
  private static final class Gap extends StdDeserializer<Double> {
    Gap() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) {
      return in.getDoubleValue();
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }

  private static final class Gaps extends StdDeserializer<double[]> {
    Gaps() {
      super(double[].class);
    }

    @Override
    public double[] deserialize(JsonParser in, DeserializationContext context) {
      var values = DoubleStream.builder();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        values.add(in.currentToken() == JsonToken.VALUE_NULL ? Double.NaN : in.getDoubleValue());
      }
      return values.build().toArray();
    }
  }

  private static void write(double value, JsonGenerator out) {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeNull();
    }
  }
}
