package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads what {@code torch.save} wrote: state dicts, and dictionaries, lists and tuples of them with
 * numbers and texts, in the format of PyTorch 1.6 and later (a zip file) and in the one before it.
 * Tensors are named by the way to them, {@code model.conv1.weight}; numbers and texts are the
 * file's {@link TensorFile#metadata}.
 *
 * <p>Such a file is a program of Python's. Nothing of it is executed: it can build tensors,
 * dictionaries, lists, numbers and texts, and whatever else it names (a whole {@code nn.Module}, a
 * function of the operating system) is refused by that name. Save a module's {@code state_dict()}.
 */
public final class PyTorchFile {
  private static final String PICKLE = "data.pkl";
  private static final BigInteger OLD_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int MAX_DEPTH = 64;
  private static final int MAX_VALUES = 1 << 20;

  /** A tensor may repeat its elements along an axis, but not make gigabytes of some bytes. */
  private static final long MAX_EXPANSION = 1 << 16;

  private PyTorchFile() {}

  /** Elements in a row, which tensors are views of. */
  private record Storage(String key, ElementType type, long elements) {}

  /** A view of a storage. */
  private record View(
      Storage storage, ElementType type, long offset, long[] dims, long[] strides) {}

  /** Where the bytes of storages are. */
  @FunctionalInterface
  private interface Storages {
    MemorySegment bytes(String key);
  }

  /**
   * Opens a file.
   *
   * @throws HebbException if it is missing, damaged, or holds what Hebb does not build
   */
  public static TensorFile open(Path file) {
    MemorySegment all = MappedFile.map(file);
    boolean zip = all.byteSize() > 4 && all.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0) == zipMagic();
    return zip ? zipped(file) : old(file, all);
  }

  private static short zipMagic() {
    return MemorySegment.ofArray(new byte[] {'P', 'K'}).get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
  }

  private static TensorFile zipped(Path file) {
    var zip = new ForeignZip(file, "a PyTorch file");
    List<String> parts = zip.parts().stream().map(ForeignZip.Part::name).toList();
    String pickle =
        parts.stream()
            .filter(p -> p.equals(PICKLE) || p.endsWith("/" + PICKLE))
            .findFirst()
            .orElseThrow(() -> zip.damaged("it has no " + PICKLE));
    String root = pickle.substring(0, pickle.length() - PICKLE.length());
    String order = root + "byteorder";
    boolean big =
        parts.contains(order)
            && new String(zip.bytes(order), StandardCharsets.US_ASCII).strip().equals("big");
    var reader =
        new Pickle(MemorySegment.ofArray(zip.bytes(pickle)), 0, new Torch(file), zip::damaged);
    Storages storages = key -> MemorySegment.ofArray(zip.bytes(root + "data/" + key));
    return file(
        file, reader.read(), storages, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  /** Before 1.6: five pickles (magic, version, machine, object, keys), then the storages. */
  private static TensorFile old(Path file, MemorySegment all) {
    Function<String, HebbException> damaged =
        what ->
            new HebbException(
                "%s is not a PyTorch file, or it is damaged: %s. Fetch or write it again."
                    .formatted(file, what));
    var torch = new Torch(file);
    var reader = new Pickle(all, 0, torch, damaged);
    if (!OLD_MAGIC.equals(reader.read())) {
      throw damaged.apply("it is neither a zip file nor of the format before PyTorch 1.6");
    }
    reader.read();
    boolean big =
        reader.read() instanceof Map<?, ?> machine
            && Boolean.FALSE.equals(machine.get("little_endian"));
    Object root = reader.read();
    Map<String, MemorySegment> storages = new HashMap<>();
    ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    if (!(reader.read() instanceof List<?> keys)) {
      throw damaged.apply("it has no list of storages");
    }
    long at = reader.position();
    for (Object key : keys) {
      Storage storage = torch.storages.get(String.valueOf(key));
      long bytes = storage == null ? -1 : storage.elements() * storage.type().bytes();
      if (bytes < 0 || bytes > all.byteSize() - at - Long.BYTES) {
        throw damaged.apply("it ends too early");
      }
      storages.put(String.valueOf(key), all.asSlice(at + Long.BYTES, bytes));
      at += Long.BYTES + bytes;
    }
    return file(file, root, key -> storages.getOrDefault(key, all.asSlice(0, 0)), order);
  }

  // ---- from values to names

  private static TensorFile file(Path file, Object root, Storages storages, ByteOrder order) {
    Map<String, View> views = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    flatten(file, "", root, 0, views, metadata);
    var stored = new ArrayList<TensorFile.Stored>();
    views.forEach((name, v) -> stored.add(stored(file, name, v, storages, order)));
    return new TensorFile(file, "PyTorch", stored, metadata);
  }

  private static void flatten(
      Path file,
      String name,
      Object value,
      int depth,
      Map<String, View> views,
      Map<String, String> metadata) {
    if (depth > MAX_DEPTH || views.size() + metadata.size() > MAX_VALUES) {
      throw new HebbException(file + " has values within values without end");
    }
    switch (value) {
      case View view -> views.put(name, view);
      case Map<?, ?> map ->
          map.forEach((k, v) -> flatten(file, join(name, k), v, depth + 1, views, metadata));
      case Pickle.Tuple(var items) when items.stream().allMatch(Long.class::isInstance) ->
          metadata.put(name, items.toString());
      case Pickle.Tuple(var items) ->
          flatten(file, name, new ArrayList<>(items), depth, views, metadata);
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          flatten(file, join(name, i), list.get(i), depth + 1, views, metadata);
        }
      }
      case byte[] bytes -> metadata.put(name, bytes.length + " bytes");
      default -> metadata.put(name, String.valueOf(value));
    }
  }

  private static String join(String name, Object key) {
    return name.isEmpty() ? String.valueOf(key) : name + "." + key;
  }

  private static TensorFile.Stored stored(
      Path file, String name, View v, Storages storages, ByteOrder order) {
    int[] dims = new int[v.dims.length];
    long last = v.offset;
    long elements = 1;
    try {
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Math.toIntExact(v.dims[i]);
        elements = Math.multiplyExact(elements, v.dims[i]);
        last = Math.addExact(last, Math.multiplyExact(v.dims[i] - 1, v.strides[i]));
      }
      boolean inside = elements == 0 || v.offset >= 0 && last < v.storage.elements;
      if (!inside || elements > Math.max(MAX_EXPANSION, MAX_EXPANSION * v.storage.elements)) {
        throw new HebbException(
            "%s is damaged: tensor '%s' reaches beyond its storage".formatted(file, name));
      }
      return TensorFile.Stored.of(
          name,
          v.type,
          dims,
          () -> tensor(file, name, v, dims, storages.bytes(v.storage.key), order));
    } catch (ArithmeticException | ShapeError e) {
      throw new HebbException(
          "%s is damaged: tensor '%s' cannot be so large".formatted(file, name), e);
    }
  }

  private static Tensor tensor(
      Path file, String name, View v, int[] dims, MemorySegment bytes, ByteOrder order) {
    int each = v.type.bytes();
    if (bytes.byteSize() < v.storage.elements * v.storage.type.bytes()) {
      throw new HebbException(
          "%s is damaged: the storage of tensor '%s' ends too early".formatted(file, name));
    }
    try {
      return Elements.read(
          v.type,
          dims,
          Elements.of(bytes, order, each, v.offset, v.dims, v.strides),
          "%s: tensor '%s'".formatted(file, name));
    } catch (IOException e) {
      throw AtomicFile.unreadable(file, e);
    }
  }

  // ---- what a file may name

  /** PyTorch's names, as far as they build tensors. */
  private static final class Torch implements Pickle.World {
    private static final Map<String, ElementType> STORAGES =
        Map.ofEntries(
            Map.entry("DoubleStorage", ElementType.F64),
            Map.entry("FloatStorage", ElementType.F32),
            Map.entry("HalfStorage", ElementType.F16),
            Map.entry("BFloat16Storage", ElementType.BF16),
            Map.entry("LongStorage", ElementType.I64),
            Map.entry("IntStorage", ElementType.I32),
            Map.entry("ShortStorage", ElementType.I16),
            Map.entry("CharStorage", ElementType.I8),
            Map.entry("ByteStorage", ElementType.U8),
            Map.entry("BoolStorage", ElementType.BOOL),
            // Bytes of a type that the tensor says.
            Map.entry("storage.UntypedStorage", ElementType.U8));

    private static final Map<String, ElementType> TYPES =
        Map.ofEntries(
            Map.entry("float64", ElementType.F64),
            Map.entry("float32", ElementType.F32),
            Map.entry("float16", ElementType.F16),
            Map.entry("bfloat16", ElementType.BF16),
            Map.entry("float8_e4m3fn", ElementType.F8_E4M3),
            Map.entry("float8_e5m2", ElementType.F8_E5M2),
            Map.entry("int64", ElementType.I64),
            Map.entry("int32", ElementType.I32),
            Map.entry("int16", ElementType.I16),
            Map.entry("int8", ElementType.I8),
            Map.entry("uint64", ElementType.U64),
            Map.entry("uint32", ElementType.U32),
            Map.entry("uint16", ElementType.U16),
            Map.entry("uint8", ElementType.U8),
            Map.entry("bool", ElementType.BOOL));

    private final Path file;
    private final Map<String, Storage> storages = new HashMap<>();

    private Torch(Path file) {
      this.file = file;
    }

    @Override
    public Object global(String name) {
      String torch = name.startsWith("torch.") ? name.substring("torch.".length()) : "";
      if (STORAGES.containsKey(torch)) {
        return STORAGES.get(torch);
      }
      if (TYPES.containsKey(torch)) {
        return TYPES.get(torch);
      }
      return switch (name) {
        case "collections.OrderedDict" ->
            (Pickle.Maker) arguments -> new LinkedHashMap<Object, Object>();
        case "torch.Size", "builtins.tuple", "__builtin__.tuple" ->
            (Pickle.Maker) arguments -> arguments.getFirst();
        case "torch.device" -> (Pickle.Maker) arguments -> String.valueOf(arguments.getFirst());
        case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
            (Pickle.Maker) arguments -> arguments.getFirst();
        case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" ->
            (Pickle.Maker) arguments -> view(arguments, storage(arguments).type);
        case "torch._utils._rebuild_tensor_v3" ->
            (Pickle.Maker) arguments -> view(arguments, (ElementType) arguments.get(6));
        default ->
            throw new HebbException(
                "%s holds a %s, and nothing but tensors, numbers, texts, lists and dictionaries is built from a file: save net.state_dict() and not the net"
                    .formatted(file, name));
      };
    }

    private static Storage storage(List<Object> arguments) {
      return (Storage) arguments.getFirst();
    }

    private View view(List<Object> arguments, ElementType type) {
      Storage whole = storage(arguments);
      long bytes = whole.elements * whole.type.bytes();
      var storage = new Storage(whole.key, type, bytes / type.bytes());
      long[] dims = numbers(arguments.get(2));
      long[] strides = numbers(arguments.get(3));
      if (dims.length != strides.length) {
        throw new HebbException(file + " is damaged: a tensor has no stride for each axis");
      }
      return new View(storage, type, (Long) arguments.get(1), dims, strides);
    }

    private long[] numbers(Object value) {
      List<?> items = value instanceof Pickle.Tuple(var list) ? list : (List<?>) value;
      long[] numbers = items.stream().mapToLong(i -> (Long) i).toArray();
      for (long n : numbers) {
        if (n < 0) {
          throw new HebbException(file + " is damaged: a tensor has a negative size or stride");
        }
      }
      return numbers;
    }

    @Override
    public Object persistent(Object id) {
      if (id instanceof Pickle.Tuple(var parts)
          && parts.size() >= 5
          && parts.getFirst().equals("storage")
          && parts.get(1) instanceof ElementType type
          && parts.get(2) instanceof String key
          && parts.get(4) instanceof Long elements
          && elements >= 0
          && elements < Long.MAX_VALUE / Long.BYTES) {
        if (parts.size() > 5 && parts.get(5) != Pickle.NONE) {
          throw new HebbException(
              file + " has storages within storages; save it again with a newer PyTorch");
        }
        var storage = new Storage(key, type, elements);
        storages.put(key, storage);
        return storage;
      }
      throw new HebbException(file + " is damaged: it refers to a storage that is none");
    }
  }
}
