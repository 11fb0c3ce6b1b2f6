package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A zip file that another program wrote. It is opened anew for each part, so that nothing has to be
 * closed, and nothing in it is ever unpacked to the disk.
 *
 * @param file where it is
 * @param kind what it should be, for messages: {@code "a .npz file"}
 */
record ForeignZip(Path file, String kind) {
  /** Nothing inflates further than this by the format's own limits. */
  private static final long MAX_INFLATION = 1_032;

  private static final long SMALL = 1 << 20;

  /**
   * One part.
   *
   * @param name its name in the zip file
   * @param size its length in bytes
   */
  record Part(String name, long size) {}

  /** Makes something of a part's bytes. */
  @FunctionalInterface
  interface Reader<T> {
    T read(InputStream in, long size) throws IOException;
  }

  /** What is in it. */
  List<Part> parts() {
    try (var zip = open()) {
      var parts = new ArrayList<Part>();
      for (ZipEntry e : zip.stream().filter(e -> !e.isDirectory()).toList()) {
        long size = e.getSize();
        if (size < 0 || size > MAX_INFLATION * e.getCompressedSize() + SMALL) {
          throw damaged(
              "%s: %d bytes would become %d, which is out of all proportion"
                  .formatted(e.getName(), e.getCompressedSize(), size));
        }
        parts.add(new Part(e.getName(), size));
      }
      return parts;
    } catch (IOException e) {
      throw damaged(String.valueOf(e.getMessage()));
    }
  }

  /** Reads one part. */
  <T> T read(String name, Reader<T> reader) {
    try (var zip = open()) {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw damaged("it has no " + name);
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return reader.read(in, entry.getSize());
      }
    } catch (IOException e) {
      throw damaged(name + ": " + e.getMessage());
    }
  }

  /** All bytes of one part. */
  byte[] bytes(String name) {
    return read(
        name,
        (in, size) -> {
          byte[] bytes = in.readNBytes(Math.toIntExact(Math.min(size, Integer.MAX_VALUE - 8)));
          if (bytes.length != size) {
            throw new IOException("it has another length than the file says");
          }
          return bytes;
        });
  }

  private ZipFile open() {
    try {
      return new ZipFile(file.toFile(), StandardCharsets.UTF_8);
    } catch (ZipException | IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw AtomicFile.unreadable(file, e);
    }
  }

  HebbException damaged(String what) {
    return new HebbException(
        "%s is not %s, or it is damaged: %s. Fetch or write it again.".formatted(file, kind, what));
  }
}
