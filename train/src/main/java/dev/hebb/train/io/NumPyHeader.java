package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a {@code .npy} file: eight bytes with the version, a length, and a Python
 * dictionary that says type, order and shape.
 *
 * @param type of the elements
 * @param order of an element's bytes
 * @param fortran whether the first axis varies fastest
 * @param dims the shape
 * @param length how many bytes stand before the data
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The
 *     format</a>
 */
record NumPyHeader(ElementType type, ByteOrder order, boolean fortran, int[] dims, int length) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_LENGTH = 1 << 20;
  private static final int ALIGNMENT = 64;

  /** NumPy leaves room for a longer first dimension, so that a file can grow in its place. */
  private static final int DIGITS = 21;

  private static final Pattern FIELD =
      Pattern.compile(
          "\\s*['\"](?<key>\\w+)['\"]\\s*:\\s*(?<value>'[^']*'|\"[^\"]*\"|True|False|\\([^()]*\\)|\\[.*\\])\\s*,?\\s*",
          Pattern.DOTALL);
  private static final Pattern TYPE = Pattern.compile("([<>|=]?)([a-zA-Z?])(\\d*).*");

  // ---- reading

  static NumPyHeader read(InputStream in, Function<String, HebbException> damaged)
      throws IOException {
    byte[] start = exactly(in, 8);
    if (!Arrays.equals(Arrays.copyOf(start, MAGIC.length), MAGIC)) {
      throw damaged.apply("it does not begin with \\x93NUMPY");
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw damaged.apply("it is of version %d of the format; 1 to 3 exist".formatted(version));
    }
    int wide = version == 1 ? 2 : 4;
    var bytes = ByteBuffer.wrap(exactly(in, wide)).order(ByteOrder.LITTLE_ENDIAN);
    int length = version == 1 ? Short.toUnsignedInt(bytes.getShort()) : bytes.getInt();
    if (length < 0 || length > MAX_LENGTH) {
      throw damaged.apply("its header claims %s bytes".formatted(Integer.toUnsignedString(length)));
    }
    var charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    return parse(new String(exactly(in, length), charset), 8 + wide + length, damaged);
  }

  private static NumPyHeader parse(
      String text, int length, Function<String, HebbException> damaged) {
    String inside = text.strip();
    if (!inside.startsWith("{") || !inside.endsWith("}")) {
      throw damaged.apply("its header is no dictionary");
    }
    Map<String, String> fields = new HashMap<>();
    Matcher field = FIELD.matcher(inside).region(1, inside.length() - 1);
    while (field.lookingAt()) {
      fields.put(field.group("key"), field.group("value"));
      field.region(field.end(), inside.length() - 1);
    }
    String descr = fields.get("descr");
    String order = fields.get("fortran_order");
    String shape = fields.get("shape");
    if (descr == null
        || order == null
        || !order.matches("True|False")
        || shape == null
        || !shape.matches("\\(\\s*(\\d{1,18}L?\\s*(,\\s*\\d{1,18}L?\\s*)*,?\\s*)?\\)")
        || fields.size() != 3
        || field.regionStart() != inside.length() - 1) {
      throw damaged.apply("its header is not descr, fortran_order and shape: " + inside);
    }
    int[] dims;
    try {
      dims =
          Pattern.compile("\\d+")
              .matcher(shape)
              .results()
              .mapToInt(d -> Math.toIntExact(Long.parseLong(d.group())))
              .toArray();
    } catch (ArithmeticException e) {
      throw damaged.apply("its shape " + shape + " is too large");
    }
    Matcher type = TYPE.matcher(descr.substring(1, descr.length() - 1));
    ElementType element = descr.startsWith("[") || !type.matches() ? null : type(type);
    if (element == null) {
      throw unsupported(descr, damaged);
    }
    ByteOrder bytes =
        switch (type.group(1)) {
          case ">" -> ByteOrder.BIG_ENDIAN;
          case "=" -> ByteOrder.nativeOrder();
          default -> ByteOrder.LITTLE_ENDIAN;
        };
    return new NumPyHeader(element, bytes, order.equals("True"), dims, length);
  }

  private static @Nullable ElementType type(Matcher type) {
    return switch (type.group(2) + type.group(3)) {
      case "b1", "?" -> ElementType.BOOL;
      case "i1" -> ElementType.I8;
      case "i2" -> ElementType.I16;
      case "i4" -> ElementType.I32;
      case "i8" -> ElementType.I64;
      case "u1" -> ElementType.U8;
      case "u2" -> ElementType.U16;
      case "u4" -> ElementType.U32;
      case "u8" -> ElementType.U64;
      case "f2" -> ElementType.F16;
      case "f4" -> ElementType.F32;
      case "f8" -> ElementType.F64;
      default -> null;
    };
  }

  private static HebbException unsupported(String descr, Function<String, HebbException> damaged) {
    String kind = descr.startsWith("[") ? "[" : descr.replaceAll("[^a-zA-Z]", "");
    String what =
        switch (kind.isEmpty() ? "" : kind.substring(0, 1)) {
          case "[" -> "structured records; save each field by itself";
          case "O" -> "Python objects, which only Python can read; save numbers";
          case "c" -> "complex numbers; save the real and the imaginary parts by themselves";
          case "S", "U", "a" -> "texts; save numbers";
          case "M", "m" -> "dates or times; save them as int64";
          case "V" -> "raw bytes; save them as uint8";
          default -> "a type that Hebb has not; save bool, integers or floats of 2, 4 or 8 bytes";
        };
    return damaged.apply("its elements are " + descr + ", " + what);
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("it ends in its header");
    }
    return bytes;
  }

  // ---- writing

  /** Writes the header of a little-endian array in row-major order, byte for byte as NumPy does. */
  static void write(ElementType type, int[] dims, OutputStream out) throws IOException {
    String shape = IntStream.of(dims).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(descr(type), shape, dims.length == 1 ? "," : "");
    if (dims.length > 0) {
      text += " ".repeat(DIGITS - Integer.toString(dims[0]).length());
    }
    int version = text.length() + ALIGNMENT < 1 << 16 ? 1 : 2;
    int before = MAGIC.length + 2 + (version == 1 ? 2 : 4);
    text += " ".repeat(ALIGNMENT - (before + text.length() + 1) % ALIGNMENT) + "\n";
    var start = ByteBuffer.allocate(before).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC);
    start.put((byte) version).put((byte) 0);
    if (version == 1) {
      start.putShort((short) text.length());
    } else {
      start.putInt(text.length());
    }
    out.write(start.array());
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String descr(ElementType type) {
    return switch (type) {
      case F64 -> "<f8";
      case F32 -> "<f4";
      case F16 -> "<f2";
      case I64 -> "<i8";
      case I32 -> "<i4";
      case I16 -> "<i2";
      case I8 -> "|i1";
      case U64 -> "<u8";
      case U32 -> "<u4";
      case U16 -> "<u2";
      case U8 -> "|u1";
      case BOOL -> "|b1";
      case BF16, F8_E4M3, F8_E5M2 ->
          throw new HebbException(
              "NumPy has no %s; store it as F32, which holds the same values".formatted(type));
    };
  }
}
