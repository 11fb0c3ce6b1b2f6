package dev.hebb.studio.playground;

import dev.hebb.studio.web.ApiException;
import dev.hebb.studio.web.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The scenes that ship with the playground; the first one is what a new playground shows. */
final class Scenes {
  private static final String FILE = "scenes.json";

  private Scenes() {}

  static List<Scene> all() {
    try (InputStream in = Scenes.class.getResourceAsStream(FILE)) {
      return List.of(Json.read(Objects.requireNonNull(in, FILE).readAllBytes(), Scene[].class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The scene of this name.
   *
   * @throws ApiException if there is none
   */
  static Scene get(String id) {
    List<Scene> all = all();
    return all.stream()
        .filter(s -> s.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            ApiException.missing(
                "there is no scene of this name; there are "
                    + String.join(", ", all.stream().map(Scene::id).toList())));
  }
}
