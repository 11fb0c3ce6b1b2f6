package dev.hebb.train.io;

import dev.hebb.tensor.HebbException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * Reads Python's pickles without ever executing anything. A pickle is a program for a small stack
 * machine, and one of its instructions calls any function of Python's with any arguments: that is
 * why pickles of strangers must never be opened in Python. Here the only functions are those that
 * the {@link World} knows, which build values; a name that it does not know ends the reading.
 *
 * <p>Values become {@code Long}, {@code BigInteger}, {@code Double}, {@code Boolean}, {@code
 * String}, {@code byte[]}, {@link #NONE}, {@link Tuple}, {@code List} and {@code Map}.
 *
 * @see <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">The
 *     instructions</a>
 */
final class Pickle {
  /** Python's None. */
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  private static final Object MARK = new Object();
  private static final int MAX_PROTOCOL = 5;

  /** A list that does not change. */
  record Tuple(List<Object> items) {}

  /** A function that a pickle may call. */
  @FunctionalInterface
  interface Maker {
    Object make(List<Object> arguments);
  }

  /** What a pickle may refer to. */
  interface World {
    /**
     * What a name means: a {@link Maker} or a value.
     *
     * @throws HebbException if it is not allowed
     */
    Object global(String name);

    /** What is kept outside the pickle under an identifier. */
    Object persistent(Object id);
  }

  private final MemorySegment bytes;
  private final World world;
  private final Function<String, HebbException> damaged;
  private final Map<Long, Object> memo = new HashMap<>();
  private List<Object> stack = new ArrayList<>();
  private long at;

  /**
   * A reader.
   *
   * @param from where the pickle begins
   * @param damaged makes an exception of what is wrong
   */
  Pickle(MemorySegment bytes, long from, World world, Function<String, HebbException> damaged) {
    this.bytes = bytes;
    this.at = from;
    this.world = world;
    this.damaged = damaged;
  }

  /** Where the next byte is. */
  long position() {
    return at;
  }

  /** Reads one pickle, to its end. */
  Object read() {
    memo.clear();
    stack = new ArrayList<>();
    try {
      for (int code = u1(); code != '.'; code = u1()) {
        step(code);
      }
      return pop();
    } catch (IndexOutOfBoundsException | NoSuchElementException | ClassCastException e) {
      throw damaged.apply("its pickle ends too early or is no sound pickle");
    }
  }

  private void step(int code) {
    switch (code) {
      case 0x80 -> { // PROTO
        int protocol = u1();
        if (protocol > MAX_PROTOCOL) {
          throw damaged.apply("it is a pickle of protocol " + protocol);
        }
      }
      case 0x95 -> at += 8; // FRAME: how much to read at once
      case '(' -> stack.add(MARK);
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> stack.add(stack.getLast());
      default -> {
        if (!value(code) && !collection(code) && !memory(code) && !call(code)) {
          throw damaged.apply("its pickle has the instruction 0x%02x".formatted(code));
        }
      }
    }
  }

  // ---- values

  private boolean value(int code) {
    Object value =
        switch (code) {
          case 'N' -> NONE;
          case 0x88 -> true;
          case 0x89 -> false;
          case 'K' -> (long) u1();
          case 'M' -> (long) u2();
          case 'J' -> (long) (int) u4(); // signed
          case 'I' -> integer(line());
          case 'L' -> integer(line().replaceFirst("L$", ""));
          case 'F' -> decimal(line());
          case 0x8a -> big(take(u1()));
          case 0x8b -> big(take(u4()));
          case 'G' -> Double.longBitsToDouble(Long.reverseBytes(u8())); // big-endian
          case 'X' -> text(take(u4()));
          case 0x8c -> text(take(u1()));
          case 0x8d -> text(take(u8()));
          case 'T' -> latin(take(u4()));
          case 'U' -> latin(take(u1()));
          case 'B' -> take(u4());
          case 'C' -> take(u1());
          case 0x8e -> take(u8());
          default -> MARK;
        };
    if (value == MARK) {
      return false;
    }
    stack.add(value);
    return true;
  }

  private Object integer(String line) {
    try {
      return switch (line) {
        case "00" -> false;
        case "01" -> true;
        default -> small(new BigInteger(line));
      };
    } catch (NumberFormatException e) {
      throw damaged.apply("its pickle has the number " + line);
    }
  }

  private Object decimal(String line) {
    try {
      return Double.parseDouble(line);
    } catch (NumberFormatException e) {
      throw damaged.apply("its pickle has the number " + line);
    }
  }

  private static Object big(byte[] littleEndian) {
    byte[] reversed = new byte[littleEndian.length];
    for (int i = 0; i < reversed.length; i++) {
      reversed[i] = littleEndian[reversed.length - 1 - i];
    }
    return reversed.length == 0 ? (Object) 0L : small(new BigInteger(reversed));
  }

  private static Object small(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  // ---- collections

  private boolean collection(int code) {
    switch (code) {
      case '}' -> stack.add(new LinkedHashMap<Object, Object>());
      case ']', 0x8f -> stack.add(new ArrayList<>()); // a set is a list here
      case ')' -> stack.add(new Tuple(List.of()));
      case 't', 0x91 -> stack.add(new Tuple(popMark()));
      case 'l' -> stack.add(popMark());
      case 'd' -> {
        List<Object> items = popMark();
        var map = new LinkedHashMap<>();
        put(map, items);
        stack.add(map);
      }
      case 0x85, 0x86, 0x87 -> {
        int n = code - 0x84;
        List<Object> last = stack.subList(stack.size() - n, stack.size());
        var tuple = new Tuple(List.copyOf(last));
        last.clear();
        stack.add(tuple);
      }
      case 's' -> {
        Object item = pop();
        Object key = pop();
        put(map(), List.of(key, item));
      }
      case 'u' -> {
        List<Object> items = popMark();
        put(map(), items);
      }
      case 'a' -> {
        Object item = pop();
        list().add(item);
      }
      case 'e', 0x90 -> {
        List<Object> items = popMark();
        list().addAll(items);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void put(Map<Object, Object> map, List<Object> items) {
    if (items.size() % 2 != 0) {
      throw damaged.apply("its pickle has a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (!(key instanceof String || key instanceof Long || key instanceof Boolean)) {
        throw damaged.apply("its pickle has a dictionary whose keys are no texts or numbers");
      }
      map.put(key, items.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // whoever makes a map makes one of anything
  private Map<Object, Object> map() {
    return (Map<Object, Object>) stack.getLast();
  }

  @SuppressWarnings("unchecked") // likewise
  private List<Object> list() {
    return (List<Object>) stack.getLast();
  }

  // ---- what is said once and used again

  private boolean memory(int code) {
    switch (code) {
      case 'q' -> memo.put((long) u1(), stack.getLast());
      case 'r' -> memo.put(u4(), stack.getLast());
      case 'p' -> memo.put(index(), stack.getLast());
      case 0x94 -> memo.put((long) memo.size(), stack.getLast());
      case 'h' -> stack.add(remembered(u1()));
      case 'j' -> stack.add(remembered(u4()));
      case 'g' -> stack.add(remembered(index()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private long index() {
    return integer(line()) instanceof Long l ? l : -1;
  }

  private Object remembered(long key) {
    Object value = memo.get(key);
    if (value == null) {
      throw damaged.apply("its pickle refers to what it has not said");
    }
    return value;
  }

  // ---- calls

  private boolean call(int code) {
    switch (code) {
      case 'c' -> stack.add(world.global(line() + "." + line()));
      case 0x93 -> {
        String name = (String) pop();
        stack.add(world.global(pop() + "." + name));
      }
      case 'R', 0x81 -> { // REDUCE and NEWOBJ differ in what Python calls; here both call a Maker
        var arguments = (Tuple) pop();
        if (!(pop() instanceof Maker maker)) {
          throw damaged.apply("its pickle calls what is no function");
        }
        stack.add(maker.make(arguments.items()));
      }
      case 'b' -> pop(); // BUILD: attributes of an object, such as a state dict's version
      case 'Q' -> stack.add(world.persistent(pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  // ---- the stack and the bytes

  private Object pop() {
    Object top = stack.removeLast();
    if (top == MARK) {
      throw damaged.apply("its pickle takes more than it gave");
    }
    return top;
  }

  private List<Object> popMark() {
    int mark = stack.lastIndexOf(MARK);
    List<Object> above = stack.subList(mark + 1, stack.size());
    List<Object> items = new ArrayList<>(above);
    above.clear();
    stack.removeLast(); // the mark
    return items;
  }

  private int u1() {
    return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, at++));
  }

  private int u2() {
    return u1() | u1() << 8;
  }

  private long u4() {
    return u2() | (long) u2() << 16;
  }

  private long u8() {
    return u4() | u4() << 32;
  }

  private byte[] take(long count) {
    if (count < 0 || count > bytes.byteSize() - at) {
      throw new IndexOutOfBoundsException();
    }
    at += count;
    return bytes.asSlice(at - count, count).toArray(ValueLayout.JAVA_BYTE);
  }

  private String line() {
    long from = at;
    while (u1() != '\n') {
      // up to the end of the line
    }
    return latin(bytes.asSlice(from, at - 1 - from).toArray(ValueLayout.JAVA_BYTE));
  }
}
