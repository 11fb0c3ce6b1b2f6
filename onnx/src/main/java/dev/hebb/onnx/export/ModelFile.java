package dev.hebb.onnx.export;

import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.StringStringEntryProto;
import dev.hebb.onnx.proto.TensorProto;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Writes a model, with its weights inside or, where they are many, in a file beside it that goes by
 * the model's name and {@code .data}. Each file is written under another name, forced to the disk
 * and renamed, so that it is the old one or the new one, never a part.
 */
final class ModelFile {
  /** A Protocol Buffers message holds less than 2 GiB; half of it leaves room for the rest. */
  static final long MOST_INSIDE = 1L << 30;

  /** Smaller weights stay inside, where they can be read along with the graph. */
  private static final int LEAST_OUTSIDE = 1024;

  /** Where a weight may be mapped into memory. */
  private static final int ALIGNMENT = 4096;

  private ModelFile() {}

  @FunctionalInterface
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A model with all weights inside. */
  static ModelProto whole(ModelProto.Builder model, Map<String, Tensor> weights) {
    var graph = model.getGraphBuilder();
    weights.forEach((name, value) -> graph.addInitializer(TensorData.inline(name, value)));
    return model.build();
  }

  /**
   * Writes a model.
   *
   * @param mostInside more bytes of weights than this go into a file of their own
   * @throws HebbException if that fails
   */
  static void write(
      Path file, ModelProto.Builder model, Map<String, Tensor> weights, long mostInside) {
    Path target = file.toAbsolutePath();
    if (target.getFileName() == null || Files.isDirectory(target)) {
      throw new HebbException(file + " is a folder; give the name of a file to write");
    }
    long bytes = weights.values().stream().mapToLong(TensorData::size).sum();
    if (bytes > mostInside) {
      String name = target.getFileName() + ".data";
      replace(target.resolveSibling(name), out -> outside(model, weights, name, out));
      replace(target, model.build()::writeTo);
    } else {
      replace(target, whole(model, weights)::writeTo);
    }
  }

  private static void outside(
      ModelProto.Builder model, Map<String, Tensor> weights, String name, OutputStream out)
      throws IOException {
    var graph = model.getGraphBuilder();
    long at = 0;
    for (Map.Entry<String, Tensor> e : weights.entrySet()) {
      long size = TensorData.size(e.getValue());
      if (size < LEAST_OUTSIDE) {
        graph.addInitializer(TensorData.inline(e.getKey(), e.getValue()));
        continue;
      }
      long start = Math.ceilDiv(at, ALIGNMENT) * ALIGNMENT;
      out.write(new byte[(int) (start - at)]);
      out.write(TensorData.buffer(e.getValue()).array());
      at = start + size;
      graph.addInitializer(
          TensorData.header(e.getKey(), e.getValue())
              .setDataLocation(TensorProto.DataLocation.EXTERNAL)
              .addExternalData(entry("location", name))
              .addExternalData(entry("offset", Long.toString(start)))
              .addExternalData(entry("length", Long.toString(size))));
    }
  }

  static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static void replace(Path target, Content content) {
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + suffix());
    try {
      try (var channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        var out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      throw new HebbException(
          "%s cannot be written: the folder %s does not exist; create it"
              .formatted(target, target.getParent()),
          e);
    } catch (IOException e) {
      throw new HebbException(target + " cannot be written: " + e, e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private static String suffix() {
    return ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId() + ".tmp";
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // What is left over is no model's name and disturbs nobody.
    }
  }
}
