package dev.hebb.runtime.simd;

import dev.hebb.op.ScalarOp;
import dev.hebb.tensor.DType;
import java.util.List;

/**
 * The structure of a run of float32 operations: which operation is applied to which values, and
 * what becomes of them. Values are numbered from 0 in the order in which they appear. Chains of
 * equal structure share their code.
 *
 * @param ops the operations in order
 * @param roles the role of each value
 */
public record Chain(List<Op> ops, List<Role> roles) {
  /** What a value is to the chain. */
  public enum Role {
    /** Comes from outside, one element for each of the tile. */
    OPERAND,
    /** Comes from outside, one number for all elements. */
    NUMBER,
    /** Computed and used here alone; whether it is stored is undefined. */
    INNER,
    /** Computed here and stored. */
    RESULT
  }

  /**
   * d = f(a, b, c), element by element; operands that the operation does not have repeat another.
   *
   * @param from the type of the operands (of the last two for {@code WHERE})
   * @param to the type of the result
   */
  public record Op(ScalarOp f, DType from, DType to, int a, int b, int c, int d) {
    /** Operand 0, 1 or 2. */
    int operand(int i) {
      return i == 0 ? a : i == 1 ? b : c;
    }
  }

  /** Copies both lists. */
  public Chain {
    ops = List.copyOf(ops);
    roles = List.copyOf(roles);
  }
}
