package dev.hebb.runtime.simd;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Makes a class for a {@link Chain}: flat loops that load operands, do all operations on vector
 * registers and store what is wanted.
 *
 * <p>A long chain is cut into several loops, one method each.
 */
final class ChainGenerator {
  /**
   * Operations on vectors in a loop, unless one operation alone has more. Between 80 and 150 all
   * were equally fast; the compiler gives up on a method that is several times as large.
   */
  private static final int MOST_OPERATIONS = 100;

  private static final ClassDesc SELF =
      ClassDesc.of(ChainGenerator.class.getPackageName(), "GeneratedChain");
  private static final ClassDesc VECTOR_MATH = desc(VectorMath.class);
  private static final ClassDesc FLOAT_VECTOR = desc(FloatVector.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc FLOATS = CD_float.arrayType();
  private static final ClassDesc INTS = CD_int.arrayType();
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(CD_void, CD_Object.arrayType(), INTS, INTS, CD_int, CD_int);
  private static final MethodTypeDesc FROM_ARRAY =
      MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, FLOATS, CD_int);
  private static final MethodTypeDesc BROADCAST =
      MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, CD_float);
  private static final MethodTypeDesc INTO_ARRAY = MethodTypeDesc.of(CD_void, FLOATS, CD_int);

  private final Chain chain;

  private ChainGenerator(Chain chain) {
    this.chain = chain;
  }

  /** The chain as a loop over whole vectors: {@code to − from} must be a multiple of the lanes. */
  static ChainLoop generate(Chain chain) {
    byte[] bytes;
    synchronized (VectorCode.class) { // it reads the bytecode bit by bit, not safe for two threads
      bytes = new ChainGenerator(chain).classFile();
    }
    try {
      return (ChainLoop)
          MethodHandles.lookup()
              .defineHiddenClass(bytes, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot define the loop of " + chain, e);
    }
  }

  private static ClassDesc desc(Class<?> c) {
    return c.describeConstable().orElseThrow();
  }

  private byte[] classFile() {
    List<List<Chain.Op>> loops = loops();
    return ClassFile.of()
        .build(
            SELF,
            c -> {
              c.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
              c.withInterfaceSymbols(desc(ChainLoop.class));
              c.withMethodBody(
                  INIT_NAME,
                  MTD_void,
                  0,
                  b -> b.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_());
              c.withMethodBody(
                  "run",
                  RUN,
                  ClassFile.ACC_PUBLIC,
                  b -> {
                    for (int i = 0; i < loops.size(); i++) {
                      b.aload(1).aload(2).aload(3).iload(4).iload(5);
                      b.invokestatic(SELF, "loop" + i, RUN);
                    }
                    b.return_();
                  });
              for (int i = 0; i < loops.size(); i++) {
                List<Chain.Op> ops = loops.get(i);
                c.withMethodBody(
                    "loop" + i, RUN, ClassFile.ACC_STATIC, b -> new Body(b, ops).emit());
              }
            });
  }

  /** The operations of each loop. */
  private List<List<Chain.Op>> loops() {
    var all = new ArrayList<List<Chain.Op>>();
    int size = 0;
    for (Chain.Op op : chain.ops()) {
      int more = VectorCode.size(op.f());
      if (all.isEmpty() || size + more > MOST_OPERATIONS) {
        all.add(new ArrayList<>());
        size = 0;
      }
      all.getLast().add(op);
      size += more;
    }
    return all;
  }

  /** One loop. Parameters: arrays, offsets, places, from, to. */
  private final class Body {
    private static final int AT = 0;
    private static final int OFF = 1;
    private static final int PLACE = 2;
    private static final int I = 3;
    private static final int TO = 4;

    private final CodeBuilder b;
    private final List<Chain.Op> ops;
    private final Set<Integer> stored = new HashSet<>();
    private final Map<Integer, Integer> arrays = new HashMap<>();
    private final Map<Integer, Integer> offsets = new HashMap<>();
    private final Map<Integer, Integer> vectors = new HashMap<>();

    Body(CodeBuilder b, List<Chain.Op> ops) {
      this.b = b;
      this.ops = ops;
    }

    void emit() {
      Set<Integer> defined = new HashSet<>();
      Set<Integer> read = new HashSet<>();
      for (Chain.Op op : ops) {
        for (int k = 0; k < op.f().arity(); k++) {
          if (!defined.contains(op.operand(k))) {
            read.add(op.operand(k));
          }
        }
        defined.add(op.d());
      }
      defined.stream().filter(this::isUsedElsewhere).forEach(stored::add);
      read.forEach(this::open);
      stored.forEach(this::open);
      for (int v : read) {
        if (chain.roles().get(v) == Chain.Role.NUMBER) {
          species().aload(local(arrays, v)).iload(local(offsets, v)).faload();
          b.invokestatic(FLOAT_VECTOR, "broadcast", BROADCAST);
          keep(v);
        }
      }
      for (int v : defined) {
        vectors.put(v, b.allocateLocal(TypeKind.REFERENCE));
      }
      for (int v : read) {
        vectors.computeIfAbsent(v, k -> b.allocateLocal(TypeKind.REFERENCE));
      }
      Label head = b.newLabel();
      Label end = b.newLabel();
      b.labelBinding(head).iload(I).iload(TO).if_icmpge(end);
      round(read);
      b.iinc(I, VectorMath.S.length()).goto_(head).labelBinding(end).return_();
    }

    private void round(Set<Integer> read) {
      int free = b.allocateLocal(TypeKind.REFERENCE);
      Set<Integer> loaded = new HashSet<>();
      for (Chain.Op op : ops) {
        for (int k = 0; k < op.f().arity(); k++) {
          int v = op.operand(k);
          if (read.contains(v) && chain.roles().get(v) != Chain.Role.NUMBER && loaded.add(v)) {
            species();
            index(v);
            b.invokestatic(FLOAT_VECTOR, "fromArray", FROM_ARRAY).astore(local(vectors, v));
          }
        }
        for (int k = 0; k < op.f().arity(); k++) {
          b.aload(local(vectors, op.operand(k)));
        }
        VectorCode.emit(b, op.f(), free);
        b.astore(local(vectors, op.d()));
        if (stored.contains(op.d())) {
          b.aload(local(vectors, op.d()));
          index(op.d());
          b.invokevirtual(FLOAT_VECTOR, "intoArray", INTO_ARRAY);
        }
      }
    }

    private boolean isUsedElsewhere(int v) {
      return chain.roles().get(v) == Chain.Role.RESULT
          || chain.ops().stream()
              .anyMatch(op -> !ops.contains(op) && (op.a() == v || op.b() == v || op.c() == v));
    }

    /** Takes a value's array and offset out of the tables. */
    private void open(int v) {
      int array = b.allocateLocal(TypeKind.REFERENCE);
      int offset = b.allocateLocal(TypeKind.INT);
      b.aload(AT).aload(PLACE).loadConstant(v).iaload().aaload().checkcast(FLOATS).astore(array);
      b.aload(OFF).aload(PLACE).loadConstant(v).iaload().iaload().istore(offset);
      arrays.put(v, array);
      offsets.put(v, offset);
    }

    private CodeBuilder species() {
      return b.getstatic(VECTOR_MATH, "S", SPECIES);
    }

    private void index(int v) {
      b.aload(local(arrays, v)).iload(local(offsets, v)).iload(I).iadd();
    }

    private void keep(int v) {
      int local = b.allocateLocal(TypeKind.REFERENCE);
      b.astore(local);
      vectors.put(v, local);
    }

    private static int local(Map<Integer, Integer> of, int v) {
      return Objects.requireNonNull(of.get(v));
    }
  }
}
