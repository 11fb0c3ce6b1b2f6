package dev.hebb.studio.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.nn.Net;
import dev.hebb.train.data.TablePrep.Missing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is answered to examples in all their forms, and to what is no example. */
@Timeout(60)
class PredictTest {
  private static final float TOLERANCE = 1e-6f;

  @TempDir private static Path folder;

  private static ModelServer pictures;
  private static ModelServer rows;
  private static ModelServer strict;
  private static ModelServer numbers;

  @BeforeAll
  static void start() {
    pictures = serve("brightness", Toys.brightness());
    rows = serve("rows", Toys.table(Missing.IMPUTE));
    strict = serve("strict", Toys.table(Missing.REJECT));
    numbers = serve("numbers", Toys.weighted(2));
  }

  @AfterAll
  static void stop() {
    pictures.stop();
    rows.stop();
    strict.stop();
    numbers.stop();
  }

  private static ModelServer serve(String name, Net net) {
    Path file = folder.resolve(name + ".hebb");
    net.save(file);
    var limits = Limits.DEFAULT.maxExamples(4).maxBody(1 << 16);
    return ModelServer.open(file, ServeOptions.local().port(0).limits(limits));
  }

  private static Client to(ModelServer server) {
    return new Client(server.port());
  }

  private static void isLight(Client.Reply reply, double sum) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.prediction(0).at("/label").asString()).isEqualTo(sum > 8 ? "light" : "dark");
    assertThat(reply.prediction(0).at("/probabilities/light").floatValue())
        .isCloseTo((float) Toys.light(sum), within(TOLERANCE));
  }

  @Test
  void aPicturesFileIsABody() {
    for (String format : new String[] {"png", "jpeg", "gif", "bmp"}) {
      byte[] file = Toys.picture(format, 9, 153);
      isLight(to(pictures).post("/v1/predict", "image/" + format, file), 16 * 153 / 255.0);
    }
    isLight(to(pictures).post("/v1/predict", "IMAGE/PNG; q=1", Toys.picture("png", 4, 0)), 0);
  }

  @Test
  void aPictureIsATextOfJson() {
    String base64 = Base64.getEncoder().encodeToString(Toys.picture("png", 5, 51));
    isLight(to(pictures).predict("{\"input\": \"%s\"}".formatted(base64)), 16 * 0.2);
    isLight(
        to(pictures).predict("{\"inputs\": [\"data:image/png;base64,%s\"]}".formatted(base64)),
        16 * 0.2);
  }

  @Test
  void pixelsAreListsOfNumbers() {
    String row = Toys.list(4, 0.55);
    String square = Toys.list(4, row);
    isLight(to(pictures).predict("{\"input\": [%s]}".formatted(square)), 16 * 0.55);
    isLight(to(pictures).predict("{\"input\": %s}".formatted(square)), 16 * 0.55);
    isLight(to(pictures).predict("{\"inputs\": [%s]}".formatted(Toys.list(16, 0.25))), 4);
  }

  @Test
  void aRowIsAnObjectOfNamedValues() {
    Client.Reply reply =
        to(rows)
            .predict(
                """
                {"inputs": [
                  {"age": 55, "home": "rent"},
                  {"home": "own", "age": "30"},
                  {"age": null, "home": "own", "price": 17},
                  {}
                ]}
                """);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    // (55 − 40) / 10 · 2 + 5, then −2 + 1, then the mean 0 + 1, then nothing known at all.
    float[] expected = {8, -1, 1, 0};
    assertThat(reply.json().at("/predictions")).hasSize(4);
    for (int i = 0; i < expected.length; i++) {
      assertThat(reply.prediction(i).at("/values/0").floatValue()).isEqualTo(expected[i]);
    }
    assertThat(reply.json().at("/model/name").asString()).isEqualTo("rows");
    assertThat(reply.json().at("/model/version").asString())
        .isEqualTo(rows.version())
        .isEqualTo(reply.header("X-Model-Version"));
  }

  @Test
  void numbersAreAListOfNumbers() {
    Client.Reply reply = to(numbers).predict("{\"inputs\": [[1, 2.5, -3e0], [0, 0, 0.5]]}");
    assertThat(reply.prediction(0).at("/values/0").floatValue()).isEqualTo(1);
    assertThat(reply.prediction(1).at("/values/0").floatValue()).isEqualTo(1);
    Client.Reply tooLarge = to(numbers).predict("{\"input\": [1e38, 1e38, 1e38]}");
    assertThat(tooLarge.prediction(0).at("/values/0").isNull())
        .as("6e38 is no float, and JSON has no infinity")
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "not json | '' | not valid JSON, line 1",
        "{\"input\": [1, 2 | '' | not valid JSON",
        "[1, 2, 3] | '' | must have an object",
        "{} | '' | \"inputs\", a list of examples",
        "{\"instances\": []} | instances | no such field",
        "{\"inputs\": [[1, 2, 3]], \"inputs\": []} | '' | Duplicate",
        "{\"inputs\": [[1, 2, 3]]} {} | '' | nothing after it",
        "{\"inputs\": []} | inputs | no example",
        "{\"inputs\": {\"a\": 1}} | inputs | a list of examples is expected",
        "{\"inputs\": [[1, 2, 3], [1, 2]]} | inputs[1] | shape [2] were sent, but [3] are read",
        "{\"inputs\": [[1, 2, 3], [1, [2], 3]]} | inputs[1][1] | a list stands where a number",
        "{\"inputs\": [[[1], 2, 3]]} | inputs[0][1] | a number stands where a list",
        "{\"inputs\": [[[1], [2, 3]]]} | inputs[0][1] | has 2 entries, the one before it 1",
        "{\"inputs\": [[1, \"two\", 3]]} | inputs[0][1] | two stands where a number should",
        "{\"inputs\": [[1, null, 3]]} | inputs[0][1] | null stands where a number should",
        "{\"inputs\": [[1, 1e999, 3]]} | inputs[0][1] | too large for a float",
        "{\"input\": 5} | input | numbers of shape [] were sent",
        "{\"input\": true} | input | true is no example",
        "{\"input\": {\"age\": 1}} | input | takes numbers of shape [3]",
        "{\"input\": \"iVBOR\"} | input | takes numbers of shape [3]",
        "{\"input\": [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]} | '' | nesting depth"
      })
  void wrongNumbersAreToldWhereTheyAre(String body, String field, String about) {
    refused(to(numbers).predict(body), field, about);
    assertThat(to(numbers).predict(body).text()).doesNotContain("REDACTED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"inputs\": [{\"agee\": 3}]} | inputs[0] | no column 'agee'. Did you mean 'age'",
        "{\"inputs\": [{\"age\": 3}, {\"age\": \"old\"}]} | inputs[1] | 'old' is not a number",
        "{\"inputs\": [{\"home\": \"tent\"}]} | inputs[0] | column 'home' knows no 'tent'",
        "{\"inputs\": [{\"home\": [1]}]} | inputs[0].home | a number, a text, true, false or null",
        "{\"inputs\": [[40, 1]]} | inputs[0] | 'home' holds texts",
        "{\"inputs\": [{\"age\": 1, \"age\": 2}]} | '' | Duplicate"
      })
  void wrongRowsAreToldWhereTheyAre(String body, String field, String about) {
    refused(to(rows).predict(body), field, about);
  }

  @Test
  void aModelMayInsistOnEveryValue() {
    refused(
        to(strict).predict("{\"inputs\": [{\"age\": 3}]}"),
        "inputs[0]",
        "column 'home' has no value");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"input\": \"no base64!\"} | input | is not base64",
        "{\"input\": \"AAAA\"} | input | not a PNG, JPEG",
        "{\"input\": [[1, 2], [3, 4]]} | input | [2, 2] were sent, but [1, 4, 4] or [4, 4] or [16]",
        "{\"input\": [255,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]} | input | divide by 255",
        "{\"input\": {\"pixels\": 1}} | input | takes a picture (4 × 4, grey)"
      })
  void wrongPicturesAreToldWhereTheyAre(String body, String field, String about) {
    refused(to(pictures).predict(body.replace('\'', '"')), field, about);
  }

  @Test
  void filesThatAreNoPicturesAreRefused() {
    byte[] png = Toys.picture("png", 300, 1);
    refused(post("image/png", java.util.Arrays.copyOf(png, 60)), "body", "damaged");
    refused(post("image/png", new byte[0]), "body", "not a PNG");
    byte[] huge = Toys.picture("png", 2, 1);
    // The header says 60,000 × 60,000; nobody makes room for that.
    huge[18] = (byte) (60_000 >> 8);
    huge[19] = (byte) 60_000;
    huge[22] = (byte) (60_000 >> 8);
    huge[23] = (byte) 60_000;
    refused(post("image/png", huge), "body", "make it smaller");
  }

  private static Client.Reply post(String type, byte[] body) {
    return to(pictures).post("/v1/predict", type, body);
  }

  @Test
  void aTypeThatIsNotReadIsNamedWithThoseThatAre() {
    byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
    for (String type :
        new String[] {"application/x-www-form-urlencoded", "text/plain", "image/tiff"}) {
      Client.Reply reply = post(type, json);
      assertThat(reply.status()).isEqualTo(415);
      assertThat(reply.error()).contains(type, "application/json", "image/png");
    }
    Client.Reply reply = to(rows).post("/v1/predict", "image/png", json);
    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.error()).contains("application/json").doesNotContain("image/jpeg");
  }

  @Test
  void tooManyExamplesAndTooLongBodiesAreRefusedAsSuch() {
    Client.Reply many = to(numbers).predict("{\"inputs\": %s}".formatted(Toys.list(5, "[1,2,3]")));
    assertThat(many.status()).isEqualTo(413);
    assertThat(many.error()).contains("up to 4 examples");
    // Again and again: who is still writing must see the answer, too.
    for (int i = 0; i < 50; i++) {
      Client.Reply longer = to(numbers).predict("{\"inputs\": " + " ".repeat(1 << 16 + i % 5));
      assertThat(longer.status()).isEqualTo(413);
      assertThat(longer.error()).contains("65,536 bytes");
    }
    assertThat(to(numbers).predict("{\"input\": [1, 2, 3]}").status()).isEqualTo(200);
  }

  private static void refused(Client.Reply reply, String field, String about) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.json().path("field").asString("''")).isEqualTo(field);
    assertThat(reply.error()).contains(about);
  }
}
