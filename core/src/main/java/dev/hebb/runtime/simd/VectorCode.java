package dev.hebb.runtime.simd;

import static java.util.stream.Collectors.toMap;

import dev.hebb.op.ScalarOp;
import dev.hebb.tensor.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.PseudoInstruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * The bytecode of the functions in {@link VectorMath}, to be copied into generated loops.
 *
 * <p>A call would do as well, if the compiler inlined it. But it stops inlining methods that are
 * not the Vector API's own when a loop has grown, and a vector that is passed to a call is an
 * object. A loop into which the functions were copied calls nothing but the Vector API.
 */
final class VectorCode {
  private static final ClassDesc OWNER = VectorMath.class.describeConstable().orElseThrow();
  private static final Map<String, MethodModel> METHODS = parse();

  private VectorCode() {}

  private static Map<String, MethodModel> parse() {
    try (InputStream in =
        Objects.requireNonNull(VectorMath.class.getResourceAsStream("VectorMath.class"))) {
      return ClassFile.of().parse(in.readAllBytes()).methods().stream()
          .filter(m -> !m.methodName().equalsString("<clinit>"))
          .collect(toMap(m -> m.methodName().stringValue(), Function.identity()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The method in {@link VectorMath}: named as the operation, in Java's spelling. */
  private static String name(ScalarOp f) {
    return f == ScalarOp.IS_NAN ? "isNan" : f.name().toLowerCase(Locale.ROOT);
  }

  /** Whether there is a vector form on float32. */
  static boolean has(Chain.Op op) {
    boolean copies = op.f() == ScalarOp.CAST && (op.to() == DType.FLOAT32 || op.from() == op.to());
    return copies || op.f() != ScalarOp.CAST && METHODS.containsKey(name(op.f()));
  }

  /** How many operations on vectors it consists of. */
  static int size(ScalarOp f) {
    return f == ScalarOp.CAST ? 0 : size(method(name(f)));
  }

  private static int size(MethodModel m) {
    int n = 0;
    for (CodeElement e : code(m)) {
      if (e instanceof InvokeInstruction call) {
        n += isCopied(call) ? size(method(call.name().stringValue())) : 1;
      }
    }
    return n;
  }

  /**
   * Applies an operation to the vectors on the stack and leaves the result there.
   *
   * @param free all local variables from this one on may be used
   */
  static void emit(CodeBuilder to, ScalarOp f, int free) {
    if (f != ScalarOp.CAST) {
      copy(to, method(name(f)), free);
    }
  }

  private static MethodModel method(String name) {
    return Objects.requireNonNull(METHODS.get(name), name);
  }

  private static CodeAttribute code(MethodModel m) {
    return (CodeAttribute) m.code().orElseThrow();
  }

  /** Whether a call is replaced by what it calls. A loop stays a call: it is a rare road. */
  private static boolean isCopied(InvokeInstruction call) {
    return call.opcode() == Opcode.INVOKESTATIC
        && call.owner().asSymbol().equals(OWNER)
        && !loops(method(call.name().stringValue()));
  }

  private static boolean loops(MethodModel m) {
    return code(m).elementStream().anyMatch(IncrementInstruction.class::isInstance);
  }

  /** Copies a method: its parameters come from the stack, its result goes there. */
  private static void copy(CodeBuilder to, MethodModel m, int free) {
    var parameters = m.methodTypeSymbol().parameterList();
    for (int i = parameters.size() - 1; i >= 0; i--) { // all are references: one slot each
      to.storeLocal(TypeKind.from(parameters.get(i)), free + i);
    }
    CodeAttribute code = code(m);
    Map<Label, Label> labels = new HashMap<>();
    for (CodeElement e : code) {
      switch (e) {
        case LoadInstruction l -> to.loadLocal(l.typeKind(), free + l.slot());
        case StoreInstruction s -> to.storeLocal(s.typeKind(), free + s.slot());
        case InvokeInstruction call when isCopied(call) ->
            copy(to, method(call.name().stringValue()), free + code.maxLocals());
        case ReturnInstruction r -> {} // the last instruction: no form leaves early
        case LabelTarget l ->
            to.labelBinding(labels.computeIfAbsent(l.label(), k -> to.newLabel()));
        case BranchInstruction b ->
            to.branch(b.opcode(), labels.computeIfAbsent(b.target(), k -> to.newLabel()));
        case PseudoInstruction p -> {} // what debuggers want
        default -> to.with(e);
      }
    }
  }
}
