package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the weights of Keras 3: {@code .weights.h5} files, and {@code .keras} files, which are zip
 * files with one of these. Any other HDF5 file of numbers is read as well. A tensor is named by its
 * path: {@code layers/dense/vars/0}.
 *
 * @see <a href="https://keras.io/guides/serialization_and_saving/">Keras on its formats</a>
 */
public final class KerasFile {
  private static final String WEIGHTS = "model.weights.h5";

  /** Nothing inflates further than this. */
  private static final long MAX_INFLATION = 1_032;

  /** Groups may link to each other, and so in a circle. */
  private static final int MAX_DEPTH = 64;

  private KerasFile() {}

  /**
   * Opens a file.
   *
   * @throws HebbException if it is missing, damaged, or holds what is no tensor
   */
  public static TensorFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw AtomicFile.unreadable(file, new NoSuchFileException(file.toString()));
    }
    boolean zipped = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".keras");
    ByteBuffer bytes =
        zipped
            ? ByteBuffer.wrap(new ForeignZip(file, "a .keras file").bytes(WEIGHTS))
            : mapped(file);
    var stored = new ArrayList<TensorFile.Stored>();
    try (HdfFile hdf = bytes == null ? new HdfFile(file) : HdfFile.fromByteBuffer(bytes)) {
      collect(file, hdf.size(), hdf, 0, stored);
    } catch (HebbException e) {
      throw e;
    } catch (RuntimeException e) { // the library trusts what a file says, and fails in many ways
      throw damaged(file, String.valueOf(e.getMessage()));
    }
    return new TensorFile(file, zipped ? "Keras" : "HDF5", stored, Map.of());
  }

  /**
   * The file as memory, of which the library takes slices, so that a header cannot claim more than
   * there is: from a file it reads whatever number of bytes a header names. Null if the file is too
   * large for one buffer, and so for claims beyond its size.
   */
  private static @Nullable ByteBuffer mapped(Path file) {
    MemorySegment all = MappedFile.map(file);
    return all.byteSize() > Integer.MAX_VALUE ? null : all.asByteBuffer();
  }

  private static void collect(
      Path file, long bytes, Group group, int depth, List<TensorFile.Stored> into) {
    if (depth > MAX_DEPTH) {
      throw damaged(file, "its groups lie in each other without end");
    }
    for (Node node : group.getChildren().values()) {
      if (node instanceof Group inner) {
        collect(file, bytes, inner, depth + 1, into);
      } else if (node instanceof Dataset dataset) {
        Tensor tensor = tensor(file, bytes, dataset);
        String name = dataset.getPath().replaceFirst("^/", "");
        into.add(
            TensorFile.Stored.of(
                name, ElementType.of(tensor.dtype()), tensor.shape().dims(), () -> tensor));
      }
    }
  }

  private static Tensor tensor(Path file, long bytes, Dataset dataset) {
    Shape shape = Shape.of(dataset.isScalar() ? new int[0] : dataset.getDimensions());
    if (dataset.getSizeInBytes() > MAX_INFLATION * bytes) {
      throw damaged(file, dataset.getPath() + " claims to be larger than the file");
    }
    return switch (dataset.getDataFlat()) {
      case float[] a -> Tensor.of(a, shape);
      case double[] a -> Tensor.of(a, shape);
      case int[] a -> Tensor.of(a, shape);
      case long[] a -> Tensor.of(a, shape);
      default ->
          throw new HebbException(
              "%s: %s holds %s, which is no tensor"
                  .formatted(file, dataset.getPath(), dataset.getJavaType().getSimpleName()));
    };
  }

  private static HebbException damaged(Path file, String what) {
    return new HebbException(
        "%s is not an HDF5 file, or it is damaged: %s. Fetch or write it again."
            .formatted(file, what));
  }
}
