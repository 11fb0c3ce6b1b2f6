package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file with named tensors, in one of the formats of the field. Opening it reads its table of
 * contents; a tensor is read when it is asked for.
 *
 * <pre>{@code
 * var file = TensorFile.open(Path.of("resnet.pt"));
 * file.entries().forEach(IO::println);
 * var report = net.load(file.tensors(), WeightMapping.pyTorch());
 * }</pre>
 *
 * @see SafeTensors
 * @see NumPy
 * @see PyTorchFile
 * @see KerasFile
 */
public final class TensorFile {
  /**
   * What is known of a tensor before it is read.
   *
   * @param name its name in the file
   * @param type how its elements are stored
   * @param shape its shape, with the element type that it gets in Hebb
   */
  public record Entry(String name, ElementType type, Shape shape) {}

  /** A tensor in its place. */
  record Stored(Entry entry, Supplier<Tensor> data) {
    static Stored of(String name, ElementType type, int[] dims, Supplier<Tensor> data) {
      return new Stored(new Entry(name, type, Shape.of(type.dtype(), dims)), data);
    }
  }

  /** A format, by the ending of a file's name. */
  private record Format(List<String> endings, java.util.function.Function<Path, TensorFile> open) {}

  private static final List<Format> FORMATS =
      List.of(
          new Format(List.of(".safetensors"), SafeTensors::open),
          new Format(List.of(".npy", ".npz"), NumPy::open),
          new Format(List.of(".pt", ".pth", ".bin"), PyTorchFile::open),
          new Format(List.of(".keras", ".h5"), KerasFile::open));

  private final Path file;
  private final String format;
  private final Map<String, Stored> stored = new LinkedHashMap<>();
  private final Map<String, String> metadata;

  TensorFile(Path file, String format, List<Stored> tensors, Map<String, String> metadata) {
    this.file = file;
    this.format = format;
    tensors.forEach(t -> stored.put(t.entry().name(), t));
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Opens a file of the format that its name's ending tells: {@code .safetensors}, {@code .npy},
   * {@code .npz}, {@code .pt}, {@code .pth}, {@code .bin}, {@code .keras} or {@code .h5}.
   *
   * @throws HebbException if the file is missing, damaged or of no such format
   */
  public static TensorFile open(Path file) {
    Format format = format(file);
    if (format == null) {
      throw new HebbException(
          "%s: no format of tensors has this ending; it must be one of %s"
              .formatted(
                  file,
                  String.join(", ", FORMATS.stream().flatMap(f -> f.endings().stream()).toList())));
    }
    return format.open().apply(file);
  }

  /** Whether {@link #open} knows the ending of this file's name. */
  public static boolean handles(Path file) {
    return format(file) != null;
  }

  private static @Nullable Format format(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return FORMATS.stream()
        .filter(f -> f.endings().stream().anyMatch(name::endsWith))
        .findFirst()
        .orElse(null);
  }

  /** The format's name. */
  public String format() {
    return format;
  }

  /** What is in it, in the file's order. */
  public List<Entry> entries() {
    return new ArrayList<>(stored.values()).stream().map(Stored::entry).toList();
  }

  /** What else the file says: texts and numbers beside the tensors. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Reads one tensor.
   *
   * @throws HebbException if there is none of this name, or its data are damaged
   */
  public Tensor tensor(String name) {
    Stored found = stored.get(name);
    if (found == null) {
      throw new HebbException(
          "%s has no tensor \"%s\"; it has %s".formatted(file, name, stored.keySet()));
    }
    return found.data().get();
  }

  /** Reads all tensors, in the file's order. */
  public Map<String, Tensor> tensors() {
    var all = new LinkedHashMap<String, Tensor>();
    stored.forEach((name, s) -> all.put(name, s.data().get()));
    return all;
  }

  @Override
  public String toString() {
    return "%s (%s, %d tensors)".formatted(file, format, stored.size());
  }
}
