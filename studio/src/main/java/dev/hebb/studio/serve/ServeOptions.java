package dev.hebb.studio.serve;

import dev.hebb.tensor.HebbException;
import org.jspecify.annotations.Nullable;

/**
 * How a model is served.
 *
 * @param host the address to listen on; other machines reach it unless it is a loopback address
 * @param port the port, 1 to 65535; 0 for any that is free
 * @param token what every request must bring; null: a fresh one where other machines reach the
 *     server, none where they do not
 * @param batching how requests are joined
 * @param limits what one request may cost
 * @param watch whether a changed file is served as soon as it rests
 */
public record ServeOptions(
    String host,
    int port,
    @Nullable String token,
    Batching batching,
    Limits limits,
    boolean watch) {
  /** Where a model server is found if nothing else is said. */
  public static final int DEFAULT_PORT = 7430;

  /** Checks the port. */
  public ServeOptions {
    if (port < 0 || port > 65_535) {
      throw new HebbException("port %d: it must be between 0 and 65535".formatted(port));
    }
  }

  /** For this machine alone, on the usual port. */
  public static ServeOptions local() {
    return new ServeOptions(
        "127.0.0.1", DEFAULT_PORT, null, Batching.DEFAULT, Limits.DEFAULT, false);
  }

  /** The same on another address. */
  public ServeOptions host(String address) {
    return new ServeOptions(address, port, token, batching, limits, watch);
  }

  /** The same on another port. */
  public ServeOptions port(int number) {
    return new ServeOptions(host, number, token, batching, limits, watch);
  }

  /** The same with a token of one's own. */
  public ServeOptions token(@Nullable String secret) {
    return new ServeOptions(host, port, secret, batching, limits, watch);
  }

  /** The same with other batches. */
  public ServeOptions batching(Batching other) {
    return new ServeOptions(host, port, token, other, limits, watch);
  }

  /** The same with other limits. */
  public ServeOptions limits(Limits other) {
    return new ServeOptions(host, port, token, batching, other, watch);
  }

  /** The same, looking at the file for changes or not. */
  public ServeOptions watch(boolean whether) {
    return new ServeOptions(host, port, token, batching, limits, whether);
  }
}
