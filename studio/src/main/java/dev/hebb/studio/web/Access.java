package dev.hebb.studio.web;

import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a server: everybody on this machine, or everybody who knows the token.
 *
 * @param host the address to listen on
 * @param token what every request must bring, or null where this machine alone can reach the server
 */
public record Access(String host, @Nullable String token) {
  private static final int TOKEN_BYTES = 16;
  private static final int SHORTEST_TOKEN = 8;

  /** Checks that no server is open to other machines without a token. */
  public Access {
    if (token != null && !token.matches("[A-Za-z0-9_-]{" + SHORTEST_TOKEN + ",200}")) {
      throw new HebbException(
          "token: take at least %d letters, digits, '-' and '_', nothing else"
              .formatted(SHORTEST_TOKEN));
    }
    if (token == null && !isLoopback(host)) {
      throw new HebbException(
          "host %s: other machines could use it, so it needs a token".formatted(host));
    }
  }

  /**
   * Access through an address; if other machines can reach it and no token is given, with a fresh
   * one.
   */
  public static Access of(String host, @Nullable String token) {
    return new Access(host, token == null && !isLoopback(host) ? freshToken() : token);
  }

  private static String freshToken() {
    var bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Whether this machine alone can reach the server. */
  boolean isLocal() {
    return isLoopback(host);
  }

  /** The address of a server that listens on a port, as a browser on this machine finds it. */
  String address(int port) {
    String name = isLocal() || host.equals("0.0.0.0") ? "localhost" : host;
    String written = name.contains(":") ? "[" + name + "]" : name; // an IPv6 address
    return "http://%s:%d/".formatted(written, port);
  }

  /** The same with the token, if there is one. */
  public String link(int port) {
    return token == null ? address(port) : address(port) + "?token=" + token;
  }

  /**
   * Checks that a server can listen there; the web server itself would only log that it cannot.
   *
   * @throws HebbException if the port is taken, or the address is none of this machine's
   */
  public void checkPort(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw taken(port, e);
    }
  }

  HebbException taken(int port, IOException cause) {
    return new HebbException(
        "port %d on %s is taken, or the address is none of this machine's; choose another with --port"
            .formatted(port, host),
        cause);
  }

  /** Compares in a time that tells nothing about the token. */
  boolean opens(@Nullable String key) {
    return token == null || (key != null && MessageDigest.isEqual(bytes(key), bytes(token)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new HebbException("host %s is not known; try 127.0.0.1 or 0.0.0.0".formatted(host), e);
    }
  }
}
