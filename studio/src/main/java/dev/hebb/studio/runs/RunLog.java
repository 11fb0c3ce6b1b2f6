package dev.hebb.studio.runs;

import dev.hebb.studio.web.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A file that only grows: entries as JSON, one a line, each after the check sum of its text. What a
 * killed process was just writing is a line without end or with a wrong sum, and is passed over.
 */
final class RunLog {
  /** The longest part of a file that is read at once, and so the longest line. */
  private static final int CHUNK = 16 << 20;

  private static final int SUM = 8;
  private static final HexFormat HEX = HexFormat.of();

  private RunLog() {}

  /** Where lines go. */
  interface Lines {
    void write(byte[] lines) throws IOException;
  }

  /** Lines that are appended to a file. */
  static Lines to(Path file) {
    return bytes -> {
      try (OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        out.write(bytes);
      }
    };
  }

  /** An entry as a line. */
  static byte[] line(Entry entry) {
    String json = Json.text(entry);
    return (sum(json.getBytes(StandardCharsets.UTF_8)) + " " + json + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What was read.
   *
   * @param end where to go on reading
   */
  record Part(List<Entry> entries, long end) {}

  /** Reads the complete lines from an offset on; what is damaged is passed over. */
  static Part read(Path file, long from) throws IOException {
    var entries = new ArrayList<Entry>();
    long at = from;
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      while (at < in.length()) {
        byte[] bytes = new byte[(int) Math.min(CHUNK, in.length() - at)];
        in.seek(at);
        in.readFully(bytes);
        int used = parse(bytes, entries);
        if (used == 0) {
          break; // a line that is still being written
        }
        at += used;
      }
    }
    return new Part(entries, at);
  }

  private static int parse(byte[] bytes, List<Entry> entries) {
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        Entry entry = entry(bytes, start, i);
        if (entry != null) {
          entries.add(entry);
        }
        start = i + 1;
      }
    }
    return start;
  }

  private static @Nullable Entry entry(byte[] bytes, int from, int to) {
    int json = from + SUM + 1;
    if (json >= to) {
      return null;
    }
    byte[] text = Arrays.copyOfRange(bytes, json, to);
    String written = new String(bytes, from, SUM, StandardCharsets.US_ASCII);
    if (!written.equals(sum(text))) {
      return null;
    }
    try {
      return Json.read(text, Entry.class);
    } catch (JacksonException e) {
      return null; // an entry of a later version
    }
  }

  private static String sum(byte[] text) {
    var crc = new CRC32();
    crc.update(text);
    return HEX.toHexDigits((int) crc.getValue());
  }
}
