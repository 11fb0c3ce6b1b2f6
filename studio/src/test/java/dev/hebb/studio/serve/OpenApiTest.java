package dev.hebb.studio.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.hebb.nn.Net;
import dev.hebb.train.data.TablePrep.Missing;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The description parses as OpenAPI 3.1, and what the server reads and answers is what it
 * describes.
 */
@Timeout(60)
class OpenApiTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;
  private ModelServer server;
  private Client client;
  private JsonNode root;

  private void serve(Net net) {
    Path file = folder.resolve("model.hebb");
    net.save(file);
    server = ModelServer.open(file, ServeOptions.local().port(0));
    client = new Client(server.port());
    root = client.get("/openapi.json").json();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void aParserFindsNothingWrong() {
    for (Net net : List.of(Toys.brightness(), Toys.table(Missing.REJECT), Toys.weighted(1))) {
      serve(net);
      var parsed = new OpenAPIV3Parser().readContents(root.toString());
      assertThat(parsed.getMessages()).isNullOrEmpty();
      var api = parsed.getOpenAPI();
      assertThat(api.getOpenapi()).startsWith("3.1");
      assertThat(api.getInfo().getVersion()).isEqualTo(server.version());
      for (String path : api.getPaths().keySet()) {
        var operations = api.getPaths().get(path).readOperationsMap();
        assertThat(operations).hasSize(1);
        boolean isGet = operations.keySet().iterator().next().name().equals("GET");
        int status = isGet ? client.get(path).status() : client.predict("{").status();
        assertThat(status).as(path).isEqualTo(isGet ? 200 : 400);
      }
      server.stop();
    }
  }

  /** Whether a value is what a schema of the description says. */
  private List<String> against(String schema, JsonNode value) {
    ObjectNode document = JSON.createObjectNode();
    document.put("$ref", "#/components/schemas/" + schema);
    document.set("components", root.get("components"));
    Schema compiled =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(document);
    return compiled.validate(value).stream().map(Object::toString).toList();
  }

  private void describes(String request) {
    assertThat(against("Request", JSON.readTree(request))).as(request).isEmpty();
    Client.Reply reply = client.predict(request);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(against("Response", reply.json())).as(reply.text()).isEmpty();
  }

  private void excludes(String request) {
    assertThat(against("Request", JSON.readTree(request))).as(request).isNotEmpty();
    Client.Reply reply = client.predict(request);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(against("Error", reply.json())).as(reply.text()).isEmpty();
  }

  @Test
  void pictures() {
    serve(Toys.brightness());
    String base64 = Base64.getEncoder().encodeToString(Toys.picture("png", 9, 80));
    describes("{\"input\": \"%s\"}".formatted(base64));
    describes("{\"inputs\": [%s, \"%s\"]}".formatted(Toys.list(4, Toys.list(4, 0.5)), base64));
    excludes("{\"input\": %s}".formatted(Toys.list(16, 255)));
    excludes("{\"input\": %s}".formatted(Toys.list(15, 0)));
    excludes("{\"input\": {\"age\": 1}}");
    assertThat(root.at("/paths/~1v1~1predict/post/requestBody/content").propertyNames())
        .contains("image/png", "image/jpeg", "application/json", "application/x-npy");
  }

  @Test
  void rows() {
    serve(Toys.table(Missing.REJECT));
    describes(
        "{\"inputs\": [{\"age\": 30, \"home\": \"own\"}, {\"age\": \"30\", \"home\": \"rent\"}]}");
    excludes("{\"input\": {\"age\": 30}}");
    excludes("{\"input\": {\"age\": 30, \"home\": \"tent\"}}");
    excludes("{\"input\": {\"age\": 30, \"home\": \"own\", \"colour\": \"red\"}}");
    excludes("{\"rows\": []}");
    server.stop();
    serve(Toys.table(Missing.IMPUTE));
    describes("{\"inputs\": [{\"age\": null}, {\"home\": \"\"}, {}]}");
  }

  @Test
  void numbersAndEverythingElse() {
    serve(Toys.weighted(1e38f));
    describes("{\"input\": [1, 2, 3]}");
    describes("{\"inputs\": [[1, 2, 3], [9, 9, 9]]}");
    excludes("{\"inputs\": [[1, 2]]}");
    Map.of("/v1/model", "Model", "/health", "Health", "/health/live", "Health", "/nothing", "Error")
        .forEach((path, schema) ->
            assertThat(against(schema, client.get(path).json())).as(path).isEmpty());
    assertThat(
            against("Reloaded", client.post("/v1/reload", "application/json", new byte[0]).json()))
        .isEmpty();
  }
}
