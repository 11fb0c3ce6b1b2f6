package dev.hebb.studio.web;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, which are resources of this module: our own under their paths, the
 * libraries under {@code /vendor/}. No file of the disk can be reached.
 */
public final class Pages implements HttpService {
  private static final String PAGE = "/dev/hebb/studio/page/";
  private static final String VENDOR = "/dev/hebb/studio/vendor/";
  private static final Pattern PATH = Pattern.compile("([a-z0-9-]+/)*[A-Za-z0-9-]+(\\.[a-z0-9]+)+");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "json", "application/json");

  private static final Map<String, String> LIBRARIES =
      Map.of(
          "preact.js", "preact/preact.module.js",
          "hooks.js", "preact/hooks.module.js",
          "htm.js", "htm/htm.module.js",
          "uplot.js", "uplot/uPlot.esm.js",
          "uplot.css", "uplot/uPlot.min.css");

  private final String start;

  /**
   * The files of the page.
   *
   * @param start which of them {@code /} shows
   */
  public Pages(String start) {
    this.start = start;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/", (request, response) -> own(start, response))
        .get("/vendor/{name}", Pages::library)
        .get("/*", (request, response) -> own(request.path().path().substring(1), response));
  }

  private static void own(String path, ServerResponse response) {
    byte[] content = PATH.matcher(path).matches() ? read(PAGE + path) : null;
    send(path, content, response);
  }

  private static void library(ServerRequest request, ServerResponse response) {
    String name = request.path().pathParameters().get("name");
    String file = LIBRARIES.get(name);
    byte[] content = file == null ? null : read(VENDOR + file);
    // A browser finds no module by its bare name.
    send(name, content == null ? null : withPaths(content), response);
  }

  private static byte[] withPaths(byte[] script) {
    return new String(script, StandardCharsets.UTF_8)
        .replace("from\"preact\"", "from\"./preact.js\"")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void send(String path, byte @Nullable [] content, ServerResponse response) {
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (content == null || type == null) {
      throw ApiException.missing("there is no page /" + path);
    }
    response
        .header(HeaderNames.CONTENT_TYPE, type)
        .header(HeaderNames.CACHE_CONTROL, "no-cache")
        .send(content);
  }

  private static byte @Nullable [] read(String resource) {
    try (InputStream in = Pages.class.getResourceAsStream(resource)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
