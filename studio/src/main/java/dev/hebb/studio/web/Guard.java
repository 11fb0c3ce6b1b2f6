package dev.hebb.studio.web;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets through what this server's own page asks for, and refuses other pages and other machines.
 *
 * <p>A page from elsewhere in the same browser could send requests here. So a request that names
 * another origin is refused, one that changes something must bring a header that a foreign page
 * cannot add without asking, and without a token the server answers to the names of this machine
 * only, because a foreign name may be made to lead here (DNS rebinding).
 */
final class Guard implements Filter {
  static final HeaderName OWN = HeaderNames.create("X-Hebb");
  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<Method> READING = Set.of(Method.GET, Method.HEAD);
  private static final String BEARER = "Bearer ";

  /** What every answer says to the browser: run and load nothing but what comes from here. */
  private static final Map<HeaderName, String> ANSWERS =
      Map.of(
          HeaderNames.create("Content-Security-Policy"),
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
              + " connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'",
          HeaderNames.create("X-Content-Type-Options"),
          "nosniff",
          HeaderNames.create("X-Frame-Options"),
          "DENY",
          HeaderNames.create("Referrer-Policy"),
          "no-referrer",
          HeaderNames.create("Cross-Origin-Opener-Policy"),
          "same-origin",
          HeaderNames.create("Cross-Origin-Resource-Policy"),
          "same-origin");

  private final Access access;

  Guard(Access access) {
    this.access = access;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    ANSWERS.forEach((name, value) -> response.header(name, value));
    String host = header(request, HeaderNames.HOST);
    checkHost(host);
    checkOrigin(request, host);
    if (!READING.contains(request.prologue().method()) && header(request, OWN) == null) {
      throw new ApiException(
          403, "a request that changes something must bring the header X-Hebb: 1");
    }
    String cookie = "hebb-" + request.localPeer().port();
    String key = request.query().first("token").orElse(null);
    if (access.token() != null && key != null && access.opens(key) && isPage(request)) {
      // From now on the cookie opens, and the token is out of the address line.
      response.header(
          HeaderNames.SET_COOKIE, cookie + "=" + key + "; Path=/; HttpOnly; SameSite=Strict");
      response.status(303).header(HeaderNames.LOCATION, "/").send();
      return;
    }
    if (!access.opens(key)
        && !access.opens(bearer(request))
        && !access.opens(cookie(request, cookie))) {
      throw new ApiException(
          401, "this server needs a token: open the whole link that it printed when it started");
    }
    chain.proceed();
  }

  private static boolean isPage(RoutingRequest request) {
    return request.prologue().method().equals(Method.GET)
        && request.prologue().uriPath().path().equals("/");
  }

  private void checkHost(@Nullable String host) {
    if (access.token() == null
        && (host == null || !LOCAL_NAMES.contains(host.replaceFirst(":\\d+$", "")))) {
      throw new ApiException(
          421,
          "this server answers to localhost and 127.0.0.1 only; start it with --host and a token");
    }
  }

  private static void checkOrigin(RoutingRequest request, @Nullable String host) {
    String origin = header(request, HeaderNames.ORIGIN);
    boolean foreign = origin != null && !origin.equals("http://" + host);
    if (foreign || "cross-site".equals(header(request, FETCH_SITE)) && !isPage(request)) {
      throw new ApiException(403, "requests from pages of other sites are refused");
    }
  }

  private static @Nullable String bearer(RoutingRequest request) {
    String value = header(request, HeaderNames.AUTHORIZATION);
    return value != null && value.startsWith(BEARER) ? value.substring(BEARER.length()) : null;
  }

  private static @Nullable String cookie(RoutingRequest request, String name) {
    String cookies = header(request, HeaderNames.COOKIE);
    return cookies == null
        ? null
        : Arrays.stream(cookies.split(";"))
            .map(String::strip)
            .filter(c -> c.startsWith(name + "="))
            .map(c -> c.substring(name.length() + 1))
            .findFirst()
            .orElse(null);
  }

  private static @Nullable String header(RoutingRequest request, HeaderName name) {
    return request.headers().first(name).orElse(null);
  }
}
