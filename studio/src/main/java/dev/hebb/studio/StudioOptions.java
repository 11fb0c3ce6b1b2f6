package dev.hebb.studio;

import dev.hebb.tensor.HebbException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a studio is opened.
 *
 * @param host the address to listen on; other machines reach it unless it is a loopback address
 * @param port the port, 1 to 65535; 0 for {@value #DEFAULT_PORT} or the next that is free
 * @param token what other machines must bring; null: a fresh one where one is needed
 * @param runs the folder of the recorded runs
 */
public record StudioOptions(String host, int port, @Nullable String token, Path runs) {
  /** Where a studio is found if nothing else is said. */
  public static final int DEFAULT_PORT = 7420;

  /** Checks the port. */
  public StudioOptions {
    if (port < 0 || port > 65_535) {
      throw new HebbException("port %d: it must be between 0 and 65535".formatted(port));
    }
  }

  /** For this machine alone, on the usual port, with the runs in {@code .hebb/runs} at home. */
  public static StudioOptions local() {
    Path runs = Path.of(System.getProperty("user.home"), ".hebb", "runs");
    return new StudioOptions("127.0.0.1", 0, null, runs);
  }

  /** The same on another address. */
  public StudioOptions host(String host) {
    return new StudioOptions(host, port, token, runs);
  }

  /** The same on another port. */
  public StudioOptions port(int port) {
    return new StudioOptions(host, port, token, runs);
  }

  /** The same with a token of one's own. */
  public StudioOptions token(@Nullable String token) {
    return new StudioOptions(host, port, token, runs);
  }

  /** The same with the runs in another folder. */
  public StudioOptions runs(Path runs) {
    return new StudioOptions(host, port, token, runs);
  }
}
