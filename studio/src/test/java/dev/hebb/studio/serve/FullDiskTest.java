package dev.hebb.studio.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server needs no disk: it answers where no byte can be written to any file. */
@Timeout(120)
class FullDiskTest {
  private static final Path FULL = Path.of("/dev/full");

  @TempDir private Path folder;

  /** Runs in a JVM of its own: serves a model on any port, and tells which. */
  static final class Served {
    private Served() {}

    public static void main(String[] args) throws Exception {
      var server = ModelServer.open(Path.of(args[0]), ServeOptions.local().port(0).watch(true));
      System.out.println(server.port());
      System.out.flush();
      Thread.currentThread().join();
    }
  }

  @Test
  void itAnswersAndReloadsOnAFullDisk() throws Exception {
    assumeTrue(Files.exists(FULL), "this system has no " + FULL);
    Path file = folder.resolve("brightness.hebb");
    Toys.brightness().save(file);
    // No process may write a byte to a file, the log goes to a device that is always full, and
    // there is no folder for temporary files.
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                List.of(
                    "sh",
                    "-c",
                    "ulimit -f 0; exec \"$@\" 2>" + FULL,
                    "sh",
                    java,
                    "-XX:-UsePerfData",
                    "-Xshare:auto",
                    "-Xmx512m",
                    "-Djava.io.tmpdir=" + folder.resolve("none"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Served.class.getName(),
                    file.toString()))
            .start();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      var client = new Client(Integer.parseInt(out.readLine()));
      byte[] large = Toys.picture("png", 2000, 255);
      for (int i = 0; i < 20; i++) {
        Client.Reply reply = client.post("/v1/predict", "image/png", large);
        assertThat(reply.prediction(0).at("/label").asString()).isEqualTo("light");
      }
      assertThat(client.predict("{").status()).as("its complaint cannot be logged").isEqualTo(400);
      Files.writeString(file, "no model");
      assertThat(client.post("/v1/reload", "application/json", new byte[0]).status())
          .isEqualTo(409);
      assertThat(client.get("/health").json().at("/status").asString()).isEqualTo("ready");
      assertThat(client.post("/v1/predict", "image/png", large).status()).isEqualTo(200);
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }
}
