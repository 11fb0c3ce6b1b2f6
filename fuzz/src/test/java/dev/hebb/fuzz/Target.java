package dev.hebb.fuzz;

import dev.hebb.onnx.Onnx;
import dev.hebb.onnx.OnnxModel;
import dev.hebb.tensor.Device;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.io.TensorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A reader of foreign files. */
enum Target {
  ONNX(Target::model),
  SAFETENSORS(Target::tensors),
  NPY(Target::tensors),
  NPZ(Target::tensors),
  PT(Target::tensors),
  KERAS(Target::tensors),
  H5(Target::tensors);

  private static final int MOST_ELEMENTS = 100_000;

  private final Consumer<Path> reader;

  Target(Consumer<Path> reader) {
    this.reader = reader;
  }

  /** Reads a model and, where its inputs are small, runs it. */
  private static void model(Path file) {
    OnnxModel model = Onnx.load(file);
    model.initialisers();
    var inputs = new LinkedHashMap<String, Tensor>();
    for (OnnxModel.Port port : model.inputs()) {
      List<Integer> dims = port.dims() == null ? List.of() : port.dims();
      Shape shape =
          Shape.of(
              port.type().dtype(),
              dims.stream().mapToInt(d -> d == OnnxModel.OPEN ? 1 : d).toArray());
      if (shape.size() > MOST_ELEMENTS) {
        return;
      }
      inputs.put(port.name(), Tensor.full(shape, 1));
    }
    // The reader is what is tried here, not the compiler, which would take most of the time.
    Device.REFERENCE.run(() -> model.run(inputs));
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

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
