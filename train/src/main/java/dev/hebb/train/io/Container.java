package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import tools.jackson.core.JacksonException;

/**
 * The zip file behind {@code .hebb}: JSON documents and groups of tensors by name. Entries are
 * looked up by the names that Hebb knows, nothing is ever unpacked to the disk, an entry that would
 * inflate beyond all proportion is refused, and every checksum is verified.
 */
final class Container implements AutoCloseable {
  private static final String JSON = ".json";
  private static final String TENSORS = ".safetensors";
  private static final long MAX_JSON = 16 << 20;

  /** Floats hardly shrink; a tensor of zeros in a file zipped again by somebody may. */
  private static final long MAX_INFLATION = 64;

  private static final long SMALL = 1 << 20;

  private final Path file;
  private final ZipFile zip;

  private Container(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /** What is to be written. */
  static final class Draft {
    private final Map<String, Object> documents = new LinkedHashMap<>();
    private final Map<String, Map<String, Tensor>> groups = new LinkedHashMap<>();

    Draft json(String name, Object document) {
      documents.put(name, document);
      return this;
    }

    Draft tensors(String name, Map<String, Tensor> group) {
      groups.put(name, group);
      return this;
    }

    /** Writes the file in one step. */
    void write(Path file) {
      AtomicFile.write(
          file,
          out -> {
            var zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
            for (var document : documents.entrySet()) {
              zip.putNextEntry(entry(document.getKey() + JSON));
              zip.write(Json.MAPPER.writeValueAsBytes(document.getValue()));
              zip.closeEntry();
            }
            zip.setLevel(Deflater.NO_COMPRESSION);
            for (var group : groups.entrySet()) {
              zip.putNextEntry(entry(group.getKey() + TENSORS));
              SafeTensors.write(group.getValue(), zip);
              zip.closeEntry();
            }
            zip.close();
          });
    }

    /** A fixed time: the same content gives the same bytes. */
    private static ZipEntry entry(String name) {
      var entry = new ZipEntry(name);
      entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
      return entry;
    }
  }

  /**
   * Opens a file.
   *
   * @throws HebbException if it is missing or no zip file
   */
  static Container open(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new HebbException(file + " is a folder; a .hebb file was expected");
      }
      if (!Files.exists(file)) {
        throw new NoSuchFileException(file.toString());
      }
      return new Container(file, new ZipFile(file.toFile(), StandardCharsets.UTF_8));
    } catch (ZipException | IllegalArgumentException e) {
      throw new HebbException(
          "%s is not a .hebb file, or it is damaged (%s); fetch it again or train it again"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw AtomicFile.unreadable(file, e);
    }
  }

  /** The file's name, for messages. */
  Path file() {
    return file;
  }

  boolean has(String name, boolean tensors) {
    return zip.getEntry(name + (tensors ? TENSORS : JSON)) != null;
  }

  /**
   * A JSON document.
   *
   * @throws HebbException if it is missing, damaged or says something else
   */
  <T> T json(String name, Class<T> type) {
    return entry(
        name + JSON,
        MAX_JSON,
        (in, size) -> {
          byte[] bytes = in.readNBytes((int) size + 1);
          if (bytes.length != size) {
            throw damaged(name + JSON, "its length is not what the file says");
          }
          try {
            T value = Json.MAPPER.readValue(bytes, type);
            if (value == null) {
              throw damaged(name + JSON, "it is null");
            }
            return value;
          } catch (JacksonException e) {
            throw damaged(name + JSON, cause(e));
          }
        });
  }

  /**
   * A group of tensors.
   *
   * @param admission sees the names and shapes before any data is read
   * @throws HebbException if it is missing or damaged
   */
  Map<String, Tensor> tensors(String name, SafeTensors.Admission admission) {
    String entry = name + TENSORS;
    return entry(
        entry,
        Long.MAX_VALUE,
        (in, size) -> SafeTensors.read(in, size, file + ", " + entry, admission));
  }

  HebbException damaged(String entry, String what) {
    return new HebbException(
        "%s is damaged: %s: %s; fetch it again or train it again".formatted(file, entry, what));
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      // It was only read.
    }
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(InputStream in, long size) throws IOException;
  }

  private <T> T entry(String name, long limit, Reader<T> reader) {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new HebbException(
          "%s has no %s: it is not a .hebb file of this kind, or it is damaged"
              .formatted(file, name));
    }
    long size = entry.getSize();
    if (size < 0 || size > limit || size > MAX_INFLATION * entry.getCompressedSize() + SMALL) {
      throw damaged(
          name,
          "%d bytes would become %d, which is out of all proportion"
              .formatted(entry.getCompressedSize(), size));
    }
    try (var in = new CheckedInputStream(open(entry), new CRC32())) {
      T value = reader.read(in, size);
      if (in.read() >= 0) {
        throw damaged(name, "it is longer than the file says");
      }
      if (in.getChecksum().getValue() != entry.getCrc()) {
        throw damaged(name, "its checksum is wrong");
      }
      return value;
    } catch (IOException e) {
      throw damaged(name, String.valueOf(e.getMessage()));
    }
  }

  private InputStream open(ZipEntry entry) throws IOException {
    InputStream in = zip.getInputStream(entry);
    if (in == null) {
      throw new IOException("it cannot be found");
    }
    return in;
  }

  private static String cause(JacksonException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof HebbException reason) {
        return String.valueOf(reason.getMessage());
      }
    }
    return "%s (at %s)".formatted(e.getOriginalMessage(), e.getPathReference());
  }
}
