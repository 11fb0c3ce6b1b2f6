package dev.hebb.fuzz;

import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.io.TensorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/** A reader of foreign files. */
enum Target {
  ONNX(Net::load),
  SAFETENSORS(Target::tensors),
  NPY(Target::tensors),
  NPZ(Target::tensors),
  PT(Target::tensors),
  KERAS(Target::tensors),
  H5(Target::tensors);

  private final Consumer<Path> reader;

  Target(Consumer<Path> reader) {
    this.reader = reader;
  }

  private static void tensors(Path file) {
    TensorFile.open(file).tensors();
  }

  /**
   * Gives a file to the reader, which reads it or says what is wrong with it. Whatever else is
   * thrown is a defect.
   */
  void read(byte[] content) {
    Path file = null;
    try {
      // Each file has a name of its own: the reader may still have the one before mapped.
      file = Files.createTempFile("hebb-fuzz", "." + name().toLowerCase(Locale.ROOT));
      Files.write(file, content);
      reader.accept(file);
    } catch (HebbException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("refused without a word", e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(file);
    }
  }

  private static void delete(@org.jspecify.annotations.Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
