package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Replaces files in one step, so that whenever the process or the machine dies, a file is the old
 * one or the new one and never a part: it is written under another name in the same folder, forced
 * to the disk, renamed, and the folder is forced too.
 */
final class AtomicFile {
  private static final AtomicLong WRITTEN = new AtomicLong();
  private static final String SUFFIX = ".tmp";

  private AtomicFile() {}

  /** Writes a file's content. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Creates or replaces a file.
   *
   * @throws HebbException if that fails; then the old file, if any, is still there
   */
  static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new HebbException(file + " is a folder; give the name of a file to write");
    }
    String prefix = "." + target.getFileName() + ".";
    String unique = ProcessHandle.current().pid() + "-" + WRITTEN.incrementAndGet();
    Path temporary = folder.resolve(prefix + unique + SUFFIX);
    try {
      sweep(folder, prefix);
      try (var channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        var out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(uncloseable(out));
        out.flush();
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(folder);
    } catch (IOException e) {
      throw unwritable(file, folder, e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  /** What to say when a file cannot be read. */
  static HebbException unreadable(Path file, IOException e) {
    String what =
        switch (e) {
          case NoSuchFileException _ ->
              "does not exist (looked in %s)".formatted(file.toAbsolutePath().getParent());
          case AccessDeniedException _ -> "may not be read by this user";
          default -> "cannot be read: " + e.getMessage();
        };
    return new HebbException(file + " " + what, e);
  }

  private static HebbException unwritable(Path file, Path folder, IOException e) {
    String what =
        switch (e) {
          case NoSuchFileException _ -> "the folder %s does not exist; create it".formatted(folder);
          case AccessDeniedException _ -> "this user may not write to " + folder;
          default -> String.valueOf(e.getMessage());
        };
    return new HebbException("%s cannot be written: %s".formatted(file, what), e);
  }

  /** Deletes what processes left behind that died while they wrote this file. */
  private static void sweep(Path folder, String prefix) throws IOException {
    try (var files = Files.newDirectoryStream(folder, f -> isLeftOver(f, prefix))) {
      files.forEach(AtomicFile::deleteQuietly);
    }
  }

  private static boolean isLeftOver(Path file, String prefix) {
    String name = file.getFileName().toString();
    if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) {
      return false;
    }
    String unique = name.substring(prefix.length(), name.length() - SUFFIX.length());
    return unique.matches("\\d{1,18}-\\d+")
        && ProcessHandle.of(Long.parseLong(unique.substring(0, unique.indexOf('-')))).isEmpty();
  }

  /** Makes the renaming last; Windows cannot open a folder, and does it by itself. */
  private static void force(Path folder) {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The file's content is on the disk in any case.
    }
  }

  private static void deleteQuietly(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // It is swept away at the next write.
    }
  }

  /** A zip stream closes what it writes to; the file must stay open until it is forced. */
  private static OutputStream uncloseable(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int from, int count) throws IOException {
        out.write(bytes, from, count);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }
}
