package dev.hebb.train.io;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.NetFormat;
import java.nio.file.Path;
import java.util.List;

/** Makes {@link Net#save} and {@link Net#load} read and write {@code .hebb} files. */
public final class HebbFormat implements NetFormat {
  /** For the service loader. */
  public HebbFormat() {}

  @Override
  public void save(Net net, Path file) {
    HebbFile.write(file, net);
  }

  @Override
  public Net load(Path path, List<Class<? extends Layer>> own) {
    try (HebbFile file = HebbFile.open(path)) {
      return file.net(own);
    }
  }
}
