package dev.hebb.nn;

import java.nio.file.Path;
import java.util.List;

/**
 * A file format for networks, found as a service: {@link Net#save} and {@link Net#load} use the
 * first one that {@link #handles} the file's name.
 */
public interface NetFormat {
  /** Whether this format is meant by a file of this name. */
  default boolean handles(Path file) {
    return file.getFileName().toString().endsWith(".hebb");
  }

  /** Writes the network: its description, its variables and its notes. */
  void save(Net net, Path file);

  /**
   * Reads a network.
   *
   * @param own layer classes that are not Hebb's own and that the file may name
   */
  Net load(Path file, List<Class<? extends Layer>> own);
}
