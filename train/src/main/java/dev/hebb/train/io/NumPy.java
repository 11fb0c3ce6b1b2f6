package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Reads and writes NumPy's arrays: {@code .npy} files with one array, and {@code .npz} files, which
 * are zip files of them.
 *
 * <p>All versions of the format (1 to 3) are read, both orders of axes and of bytes, bool, signed
 * and unsigned integers of 1 to 8 bytes and floats of 2, 4 and 8; see {@link ElementType} for what
 * they become. Complex numbers, texts, dates, records and Python objects are refused by name. What
 * is written is little-endian and row-major, byte for byte as {@code numpy.save} writes it.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The
 *     format</a>
 */
public final class NumPy {
  private static final String NPY = ".npy";
  private static final String NPZ = ".npz";

  /** The longest possible header and what stands before it. */
  private static final int HEADER = 12 + (1 << 20);

  private NumPy() {}

  // ---- reading

  /**
   * Reads the array of a {@code .npy} file.
   *
   * @throws HebbException if the file is missing, damaged, or holds what is no tensor
   */
  public static Tensor read(Path file) {
    TensorFile opened = single(file);
    return opened.tensor(opened.entries().getFirst().name());
  }

  /**
   * Opens a {@code .npz} file, or a {@code .npy} file, whose one tensor is then called as the file.
   *
   * @throws HebbException if the file is missing, damaged, or holds what is no tensor
   */
  public static TensorFile open(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(NPZ)
        ? archive(file)
        : single(file);
  }

  private static TensorFile single(Path file) {
    Function<String, HebbException> damaged = what -> damaged(file.toString(), what);
    MemorySegment all = MappedFile.map(file);
    byte[] start = all.asSlice(0, Math.min(all.byteSize(), HEADER)).toArray(ValueLayout.JAVA_BYTE);
    NumPyHeader header = header(new ByteArrayInputStream(start), all.byteSize(), damaged);
    String name = file.getFileName().toString().replaceFirst("(?i)\\.npy$", "");
    MemorySegment data = all.asSlice(header.length());
    var stored =
        TensorFile.Stored.of(
            name,
            header.type(),
            header.dims(),
            () -> {
              try {
                return Elements.read(
                    header.type(),
                    header.dims(),
                    header.fortran() ? fortran(header, data) : Elements.of(data, header.order()),
                    file.toString());
              } catch (IOException e) {
                throw damaged.apply(String.valueOf(e.getMessage()));
              }
            });
    return new TensorFile(file, "NumPy array", List.of(stored), Map.of());
  }

  private static TensorFile archive(Path file) {
    var zip = new ForeignZip(file, "a .npz file");
    var stored = new ArrayList<TensorFile.Stored>();
    Set<String> names = new HashSet<>();
    for (ForeignZip.Part part : zip.parts()) {
      String name = part.name().replaceFirst("\\.npy$", "");
      if (!part.name().endsWith(NPY) || !names.add(name)) {
        throw zip.damaged("%s is no array, or there are two of them".formatted(part.name()));
      }
      String source = file + ", " + part.name();
      NumPyHeader header =
          zip.read(part.name(), (in, size) -> header(in, size, what -> damaged(source, what)));
      stored.add(
          TensorFile.Stored.of(
              name,
              header.type(),
              header.dims(),
              () -> zip.read(part.name(), (in, _) -> elements(in, header, source))));
    }
    return new TensorFile(file, "NumPy archive", stored, Map.of());
  }

  private static Tensor elements(InputStream in, NumPyHeader header, String source)
      throws IOException {
    in.skipNBytes(header.length());
    Elements.Source elements = Elements.of(in, header.order());
    if (header.fortran()) {
      int bytes = Shape.of(header.dims()).size() * header.type().bytes();
      elements = fortran(header, MemorySegment.ofArray(elements.next(bytes).array()));
    }
    return Elements.read(header.type(), header.dims(), elements, source);
  }

  /** Reads a header and checks it against the number of bytes that there are. */
  private static NumPyHeader header(
      InputStream in, long size, Function<String, HebbException> damaged) {
    try {
      NumPyHeader header = NumPyHeader.read(in, damaged);
      Shape shape = Shape.of(header.type().dtype(), header.dims());
      long needed = (long) shape.size() * header.type().bytes();
      if (size - header.length() != needed) {
        throw damaged.apply(
            "its shape %s takes %d bytes, but it has %d of data"
                .formatted(shape, needed, size - header.length()));
      }
      return header;
    } catch (IOException e) {
      throw damaged.apply(String.valueOf(e.getMessage()));
    } catch (ShapeError e) {
      throw damaged.apply(String.valueOf(e.getMessage()));
    } catch (ArithmeticException e) {
      throw damaged.apply("its shape is too large");
    }
  }

  /** In these files the first axis varies fastest. */
  private static Elements.Source fortran(NumPyHeader header, MemorySegment data) {
    int[] dims = header.dims();
    long[] sizes = new long[dims.length];
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int i = 0; i < dims.length; i++) {
      sizes[i] = dims[i];
      strides[i] = stride;
      stride *= dims[i];
    }
    return Elements.of(data, header.order(), header.type().bytes(), 0, sizes, strides);
  }

  private static HebbException damaged(String source, String what) {
    return new HebbException(
        "%s: not a NumPy array that Hebb can read: %s.".formatted(source, what));
  }

  // ---- writing

  /**
   * Writes a tensor to a {@code .npy} file, in one step.
   *
   * @throws HebbException if the file cannot be written
   */
  public static void write(Tensor tensor, Path file) {
    write(tensor, ElementType.of(tensor.dtype()), file);
  }

  /**
   * The same with another type.
   *
   * @throws HebbException if the file cannot be written, or NumPy has no such type
   */
  public static void write(Tensor tensor, ElementType type, Path file) {
    AtomicFile.write(file, out -> array(tensor, type, out, "x"));
  }

  /**
   * Writes tensors to an {@code .npz} file, in one step and not compressed, as {@code numpy.savez}.
   *
   * @param types how to store certain tensors, by name; the others are stored as they are
   * @throws HebbException if the file cannot be written, or NumPy has no such type
   */
  public static void write(Map<String, Tensor> tensors, Map<String, ElementType> types, Path file) {
    AtomicFile.write(
        file,
        out -> {
          var zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
          zip.setLevel(Deflater.NO_COMPRESSION);
          for (var entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            var part = new ZipEntry(entry.getKey() + NPY);
            part.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0)); // same content, same bytes
            zip.putNextEntry(part);
            ElementType own = ElementType.of(tensor.dtype());
            array(tensor, types.getOrDefault(entry.getKey(), own), zip, entry.getKey());
            zip.closeEntry();
          }
          zip.finish();
        });
  }

  private static void array(Tensor tensor, ElementType type, OutputStream out, String name)
      throws IOException {
    NumPyHeader.write(type, tensor.shape().dims(), out);
    Elements.write(tensor, type, out, "tensor '" + name + "'");
  }
}
