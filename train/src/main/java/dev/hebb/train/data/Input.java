package dev.hebb.train.data;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of a file or of a built-in resource, with its name for messages. Nothing is allocated
 * on a file's word alone: a size that it claims is checked against what it could hold.
 *
 * @param name what to call it in messages
 * @param bytes its content
 */
record Input(String name, byte[] bytes) {
  /** What fits in one Java array. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 16;

  /** DEFLATE makes nothing more than 1032 times smaller (RFC 1951: 258 bytes in two bits). */
  private static final long MAX_INFLATION = 1032;

  /** Reads a file. */
  static Input of(Path file) {
    return of(file, MAX_BYTES);
  }

  /** Reads a file of at most so many bytes. */
  static Input of(Path file, long maxBytes) {
    try {
      if (Files.isDirectory(file)) {
        throw new DataException(file + " is a folder; a file was expected");
      }
      long size = Files.size(file);
      if (size > maxBytes) {
        throw new DataException(
            "%s has %d bytes; files of up to %d MiB can be read: divide it or make it smaller"
                .formatted(file, size, (maxBytes + 16) >> 20));
      }
      return new Input(file.toString(), Files.readAllBytes(file)).notEmpty();
    } catch (NoSuchFileException e) {
      throw new DataException(
          "%s does not exist (looked in %s)".formatted(file, file.toAbsolutePath().getParent()), e);
    } catch (IOException e) {
      throw new DataException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads a file that ships inside this module. */
  static Input resource(String resource) {
    try (InputStream in = Input.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new DataException(
            "the built-in data file " + resource + " is missing from Hebb's jar; rebuild it");
      }
      return new Input(resource, in.readAllBytes());
    } catch (IOException e) {
      throw new DataException("the built-in data file " + resource + " cannot be read", e);
    }
  }

  /** Whether this is a gzip file, by its first bytes. */
  boolean isGzip() {
    return bytes.length >= 2 && (bytes[0] & 0xFF) == 0x1F && (bytes[1] & 0xFF) == 0x8B;
  }

  /** The content, unpacked where it is a gzip file. */
  InputStream open() {
    var raw = new ByteArrayInputStream(bytes);
    if (!isGzip()) {
      return raw;
    }
    try {
      return new GZIPInputStream(raw, 1 << 16);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /**
   * Exactly so many bytes.
   *
   * @param offset how many were read before, for messages
   */
  byte[] read(InputStream in, long offset, long count) {
    if (count > MAX_BYTES || offset + count > bytes.length * (isGzip() ? MAX_INFLATION : 1)) {
      throw new DataException(
          ("%s: %d bytes are expected after byte %d, but the file is only %d bytes long;"
                  + " it was cut short, or it is not what its name says")
              .formatted(name, count, offset, bytes.length));
    }
    try {
      byte[] read = in.readNBytes((int) count);
      if (read.length < count) {
        throw new DataException(
            "%s: it ends at byte %d, but %d bytes are expected; it was cut short: fetch it again"
                .formatted(name, offset + read.length, offset + count));
      }
      return read;
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** Makes sure that nothing follows. */
  void expectEnd(InputStream in, long offset) {
    try {
      if (in.read() >= 0) {
        throw new DataException(
            "%s: there is more after byte %d, where its header says that it ends; it is damaged"
                .formatted(name, offset));
      }
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** The content as UTF-8 text, without a byte-order mark. */
  String text() {
    if (isGzip()) {
      throw new DataException(name + " is compressed; unpack it first: gunzip " + name);
    }
    try {
      var text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DataException(
          "%s, line %d: not UTF-8 text; save it as UTF-8".formatted(name, lineOfBadText()), e);
    }
  }

  /** The same content, unpacked where it is a gzip file. */
  Input unpacked() {
    if (!isGzip()) {
      return this;
    }
    try (InputStream in = open()) {
      return new Input(name, in.readAllBytes());
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private int lineOfBadText() {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(1 << 12);
    while (decoder.decode(in, out, true).isOverflow()) {
      out.clear();
    }
    int line = 1;
    for (byte b : Arrays.copyOf(bytes, in.position())) {
      line += b == '\n' ? 1 : 0;
    }
    return line;
  }

  private Input notEmpty() {
    if (bytes.length == 0) {
      throw new DataException(name + " is empty");
    }
    return this;
  }

  private DataException damaged(IOException e) {
    String what =
        switch (e) {
          case EOFException _ -> "the compressed data was cut short";
          case ZipException x -> "the compressed data is damaged (" + x.getMessage() + ")";
          default -> String.valueOf(e.getMessage());
        };
    return new DataException("%s: %s; fetch it again".formatted(name, what), e);
  }
}
