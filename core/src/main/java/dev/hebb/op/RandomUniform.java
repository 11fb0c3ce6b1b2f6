package dev.hebb.op;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Uniform numbers in [0, 1) with 24 random bits: a pure function of key, counter and position, by
 * Philox4x32-10 (Salmon et al., “Parallel random numbers: as easy as 1, 2, 3”, 2011). The operand
 * is the counter, an int64 scalar; a train step advances it, so that each step draws anew and a
 * resumed run draws the same.
 *
 * <p>Sixteen blocks make sixty-four elements, first words first, which suits vectors: element i is
 * word ⌊i/16⌋ mod 4 of the block with counter (16⌊i/64⌋ + i mod 16, 0, low word, high word of the
 * counter) and key (low word, high word), its upper 24 bits times 2⁻²⁴.
 *
 * @param shape the shape of the result, float32 or float64
 * @param key names the stream
 */
public record RandomUniform(Shape shape, long key) implements Op {
  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public Shape infer(List<Shape> in) {
    if (!in.getFirst().equals(Shape.of(DType.INT64))) {
      throw new IllegalArgumentException("the counter is an int64 scalar, not " + in.getFirst());
    }
    return shape;
  }

  @Override
  public NdArray reference(List<NdArray> in, Shape out) {
    long counter = in.getFirst().getLong(0);
    var y = new NdArray(out);
    for (int i = 0; i < y.size(); i++) {
      int number = i / 64 * 16 + i % 16;
      int[] block = philox(number, 0, (int) counter, (int) (counter >>> 32), key);
      y.set(i, (block[i / 16 % 4] >>> 8) * 0x1p-24);
    }
    return y;
  }

  @Override
  public List<@Nullable Tensor> gradient(List<Tensor> in, Tensor out, Tensor g) {
    return Arrays.asList((Tensor) null);
  }

  /** Ten rounds of Philox4x32, written as in the paper. */
  static int[] philox(int c0, int c1, int c2, int c3, long key) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = 0xD2511F53L * Integer.toUnsignedLong(c0);
      long p1 = 0xCD9E8D57L * Integer.toUnsignedLong(c2);
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = n0;
      c2 = n2;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return new int[] {c0, c1, c2, c3};
  }
}
