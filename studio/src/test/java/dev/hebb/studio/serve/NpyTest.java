package dev.hebb.studio.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.train.data.TablePrep.Missing;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** NumPy's arrays in and out, their bytes laid by hand as the format's description says. */
@Timeout(60)
class NpyTest {
  private static final String NPY = "application/x-npy";

  @TempDir private Path folder;
  private ModelServer server;
  private Client client;

  private void serve(dev.hebb.nn.Net net) {
    Path file = folder.resolve("model.hebb");
    net.save(file);
    var limits = Limits.DEFAULT.maxExamples(4);
    server = ModelServer.open(file, ServeOptions.local().port(0).limits(limits));
    client = new Client(server.port());
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  /** Version 1.0: a mark, the header's length, the header, the elements. */
  private static byte[] npy(String type, String shape, byte[] elements) {
    String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape);
    header += " ".repeat(64 - (10 + header.length() + 1) % 64) + "\n";
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.writeBytes(new byte[] {(byte) header.length(), (byte) (header.length() >> 8)});
    out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(elements);
    return out.toByteArray();
  }

  private static byte[] floats(float... values) {
    var buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  @Test
  void anArrayGoesInAndAnotherComesOut() {
    serve(Toys.weighted(2));
    byte[] two = npy("<f4", "(2, 3)", floats(1, 2, 3, 0, 0, 0.5f));
    Client.Reply json = client.post("/v1/predict", NPY, two);
    assertThat(json.prediction(0).at("/values/0").floatValue()).isEqualTo(12);
    assertThat(json.prediction(1).at("/values/0").floatValue()).isEqualTo(1);
    Client.Reply array =
        client.send(
            client
                .to("/v1/predict")
                .header("Content-Type", NPY)
                .header("Accept", NPY)
                .POST(BodyPublishers.ofByteArray(two))
                .build());
    assertThat(array.header("Content-Type")).isEqualTo(NPY);
    assertThat(array.response().body()).isEqualTo(npy("<f4", "(2, 1)", floats(12, 1)));
    byte[] doubles = ByteBuffer.allocate(24).putDouble(1).putDouble(1).putDouble(1).array();
    assertThat(
            client
                .post("/v1/predict", NPY, npy(">f8", "(1, 3)", doubles))
                .prediction(0)
                .at("/values/0")
                .floatValue())
        .isEqualTo(6);
  }

  @Test
  void pixelsAreBytesOrSharesOfOne() {
    serve(Toys.brightness());
    byte[] bytes = new byte[32];
    java.util.Arrays.fill(bytes, 16, 32, (byte) 204);
    Client.Reply reply = client.post("/v1/predict", NPY, npy("|u1", "(2, 4, 4)", bytes));
    assertThat(reply.prediction(0).at("/label").asString()).isEqualTo("dark");
    assertThat(reply.prediction(1).at("/probabilities/light").floatValue())
        .isCloseTo((float) Toys.light(16 * 0.8), within(1e-6f));
    float[] shares = new float[16];
    java.util.Arrays.fill(shares, 0.5f);
    Client.Reply half = client.post("/v1/predict", NPY, npy("<f4", "(1, 16)", floats(shares)));
    assertThat(half.prediction(0).at("/probabilities/light").floatValue())
        .isCloseTo(0.5f, within(1e-6f));
    refused(
        npy(
            "<f4",
            "(1, 16)",
            floats(new float[] {255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
        "divide by 255");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<f4 | (1, 3) | 8 | takes 12 bytes, but it has 8",
        "<f4 | (2147483647, 2147483647) | 12 | body",
        "<f4 | (-1, 3) | 12 | body",
        "O | (1, 3) | 24 | body",
        "<f4 | () | 4 | no first axis",
        "<f4 | (0, 3) | 0 | no first axis",
        "<f4 | (1, 2) | 8 | shape [2] were sent, but [3] are read"
      })
  void whatIsNoSuchArrayIsRefused(String type, String shape, int bytes, String about) {
    serve(Toys.weighted(2));
    refused(npy(type, shape, new byte[bytes]), about);
    refused("no array".getBytes(StandardCharsets.UTF_8), "not a NumPy array");
    refused(new byte[0], "not a NumPy array");
    Client.Reply many =
        client.post("/v1/predict", NPY, npy("<f4", "(5, 3)", floats(new float[15])));
    assertThat(many.status()).isEqualTo(413);
  }

  @Test
  void aTablesArrayIsForNumbersOnly() {
    serve(Toys.table(Missing.IMPUTE));
    refused(npy("<f4", "(1, 2)", floats(40, 1)), "'home' holds texts");
  }

  private void refused(byte[] body, String about) {
    Client.Reply reply = client.post("/v1/predict", NPY, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.error()).contains(about);
  }
}
