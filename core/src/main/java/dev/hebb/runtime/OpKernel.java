package dev.hebb.runtime;

import dev.hebb.op.NdArray;
import dev.hebb.op.Op;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation run by its own reference implementation: correct for every element type, slow. For
 * what training does not do, such as matrix products of integers or convolutions in float64.
 * Operands: those of the operation, then the result.
 *
 * @param op the operation
 * @param in the shapes of its operands
 * @param out the shape of its result
 */
public record OpKernel(Op op, List<Shape> in, Shape out) implements Kernel {
  @Override
  public int phases() {
    return 1;
  }

  @Override
  public int tasks(int phase) {
    return 1;
  }

  @Override
  public void run(int phase, int task, Operands x, Scratch s) {
    var values = new ArrayList<NdArray>();
    for (int i = 0; i < in.size(); i++) {
      int n = in.get(i).size();
      Object copy = in.get(i).dtype().newArray(n);
      System.arraycopy(x.array(i), x.offset(i), copy, 0, n);
      values.add(NdArray.of(in.get(i), copy));
    }
    Object y = op.reference(values, out).toArray();
    System.arraycopy(y, 0, x.array(in.size()), x.offset(in.size()), out.size());
  }

  @Override
  public String toString() {
    return "reference " + op.name();
  }
}
