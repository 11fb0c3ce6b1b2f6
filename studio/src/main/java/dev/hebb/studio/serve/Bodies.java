package dev.hebb.studio.serve;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** Reads the bodies of requests, within bounds of size, of time, and of memory for all of them. */
final class Bodies {
  /** Read at once; the time is looked at in between. */
  private static final int CHUNK = 64 << 10;

  /** Of the heap: what bodies become (numbers, pictures) needs several times their bytes. */
  private static final int SHARE = 8;

  /** A body that is too long by no more than this is read to its end before it is refused. */
  private static final int LITTLE = 1 << 20;

  private final int maxBody;
  private final long budget;
  private final AtomicLong held = new AtomicLong();

  Bodies(int maxBody) {
    this.maxBody = maxBody;
    this.budget = Math.max(maxBody, Runtime.getRuntime().maxMemory() / SHARE);
  }

  /** A body in memory; closing it gives its share of the memory back. */
  final class Body implements AutoCloseable {
    private byte[] bytes = {};
    private int size;

    /** Makes room for some more bytes. */
    private void reserve(int more) {
      if (held.addAndGet(more) > budget) {
        held.addAndGet(-more);
        throw Refusal.busy("too many large requests are being answered: ask again later");
      }
      bytes = Arrays.copyOf(bytes, bytes.length + more);
    }

    byte[] bytes() {
      return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    @Override
    public void close() {
      held.addAndGet(-bytes.length);
      bytes = new byte[0];
      size = 0;
    }
  }

  /**
   * Reads a request's body.
   *
   * @param deadline when it must have arrived, as {@link System#nanoTime} counts
   * @throws Refusal if it is too long, too slow, or there is no memory for it now
   */
  Body read(ServerRequest request, long deadline) {
    OptionalLong length = request.headers().contentLength();
    if (length.isPresent() && length.getAsLong() > maxBody) {
      if (length.getAsLong() - maxBody <= LITTLE) {
        skip(request, deadline);
      }
      throw tooLong();
    }
    var body = new Body();
    try (InputStream in = request.content().inputStream()) {
      fill(body, in, (int) length.orElse(maxBody), deadline);
      return body;
    } catch (DataReader.InsufficientDataAvailableException
        | IllegalArgumentException
        | IOException e) {
      body.close();
      throw new CloseConnectionException("the body breaks off, or its chunks are malformed", e);
    } catch (RuntimeException | Error e) {
      body.close();
      throw e;
    }
  }

  /** Who still writes when the connection is closed may never see the answer. */
  private static void skip(ServerRequest request, long deadline) {
    byte[] skipped = new byte[CHUNK];
    try (InputStream in = request.content().inputStream()) {
      while (in.read(skipped) >= 0 && System.nanoTime() < deadline) {
        // until all has come that was announced
      }
    } catch (DataReader.InsufficientDataAvailableException
        | IllegalArgumentException
        | IOException e) {
      throw new CloseConnectionException("the body breaks off", e);
    }
  }

  /** Room is made as bytes arrive: what a header promises costs a client nothing. */
  private void fill(Body body, InputStream in, int most, long deadline) throws IOException {
    while (true) {
      if (body.size == body.bytes.length) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        if (body.size == maxBody) {
          throw tooLong();
        }
        body.reserve(Math.min(most - body.size, Math.max(CHUNK, body.size)));
        body.bytes[body.size++] = (byte) next;
      }
      int some = in.read(body.bytes, body.size, Math.min(CHUNK, body.bytes.length - body.size));
      if (some < 0) {
        return;
      }
      body.size += some;
      if (System.nanoTime() > deadline) {
        throw Refusal.of(408, "the body came too slowly: send it at once, or fewer examples");
      }
    }
  }

  private Refusal tooLong() {
    return Refusal.of(
        413,
        "a body may have up to %,d bytes: send fewer examples, or smaller ones".formatted(maxBody));
  }
}
