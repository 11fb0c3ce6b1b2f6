package dev.hebb.onnx.op;

import com.google.protobuf.ByteString;
import dev.hebb.onnx.OnnxException;
import dev.hebb.onnx.proto.AttributeProto;
import dev.hebb.onnx.proto.TensorProto;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node's attributes by name.
 *
 * @param node how messages call the node
 * @param byName what the file has, references of functions resolved
 */
public record Attributes(String node, Map<String, AttributeProto> byName) {
  /** Whether the node has this attribute. */
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  private @Nullable AttributeProto find(String name, AttributeProto.AttributeType type) {
    AttributeProto a = byName.get(name);
    if (a != null && a.getType() != type && a.getType() != AttributeProto.AttributeType.UNDEFINED) {
      throw new OnnxException(
          "%s: attribute %s must be %s, not %s".formatted(node, name, type, a.getType()));
    }
    return a;
  }

  /** An integer, or what stands for it where it is missing. */
  public long integer(String name, long otherwise) {
    AttributeProto a = find(name, AttributeProto.AttributeType.INT);
    return a == null ? otherwise : a.getI();
  }

  /** An integer that is used as a size or an axis. */
  public int size(String name, int otherwise) {
    long v = integer(name, otherwise);
    if (v != (int) v) {
      throw new OnnxException("%s: attribute %s is out of range: %d".formatted(node, name, v));
    }
    return (int) v;
  }

  /** An integer that is 0 or not. */
  public boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  /** A number. */
  public double real(String name, double otherwise) {
    AttributeProto a = find(name, AttributeProto.AttributeType.FLOAT);
    return a == null ? otherwise : a.getF();
  }

  /** A text. */
  public String text(String name, String otherwise) {
    AttributeProto a = find(name, AttributeProto.AttributeType.STRING);
    return a == null ? otherwise : a.getS().toStringUtf8();
  }

  /** Integers, or null. */
  public long @Nullable [] integers(String name) {
    AttributeProto a = find(name, AttributeProto.AttributeType.INTS);
    return a == null ? null : a.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  /** Integers that are used as sizes or axes. */
  public int[] sizes(String name, int... otherwise) {
    long[] v = integers(name);
    return v == null ? otherwise : Call.ints(node + ": attribute " + name, v);
  }

  /** Numbers, or null. */
  public double @Nullable [] reals(String name) {
    AttributeProto a = find(name, AttributeProto.AttributeType.FLOATS);
    return a == null ? null : a.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray();
  }

  /** Texts; empty if missing. */
  public List<String> texts(String name) {
    AttributeProto a = find(name, AttributeProto.AttributeType.STRINGS);
    return a == null
        ? List.of()
        : a.getStringsList().stream()
            .map((ByteString s) -> s.toString(StandardCharsets.UTF_8))
            .toList();
  }

  /** A tensor, or null. */
  public @Nullable TensorProto tensor(String name) {
    AttributeProto a = find(name, AttributeProto.AttributeType.TENSOR);
    return a == null ? null : a.getT();
  }
}
