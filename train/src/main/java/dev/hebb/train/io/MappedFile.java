package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files as memory: nothing is read before it is looked at, and nothing has to be closed. */
final class MappedFile {
  private MappedFile() {}

  /**
   * A file's bytes. The file must not be changed while they are in use.
   *
   * @throws HebbException if it is missing or cannot be read
   */
  static MemorySegment map(Path file) {
    if (Files.isDirectory(file)) {
      throw new HebbException(file + " is a folder; a file was expected");
    }
    try (var channel = FileChannel.open(file)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    } catch (IOException e) {
      throw AtomicFile.unreadable(file, e);
    }
  }
}
