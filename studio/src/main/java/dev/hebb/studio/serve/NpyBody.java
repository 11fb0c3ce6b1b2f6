package dev.hebb.studio.serve;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.io.NumPy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Examples and answers as NumPy's arrays; the first axis counts the examples. */
final class NpyBody {
  private static final String FIELD = "body";

  /** In an array's header, of bytes: a picture's pixels as they are stored. */
  private static final String BYTES = "|u1";

  /** The header of a small array is shorter. */
  private static final int HEADER = 128;

  private NpyBody() {}

  /**
   * Reads a body.
   *
   * @param most how many examples it may have
   * @return one row per example, as the network reads it
   * @throws Refusal if it is no array, or not of such examples
   */
  static float[][] read(byte[] body, Examples examples, int most) {
    Tensor array;
    try {
      array = NumPy.read(body, FIELD);
    } catch (HebbException e) {
      throw Refusal.at(FIELD, e.getMessage());
    }
    if (array.rank() == 0 || array.dim(0) == 0) {
      throw Refusal.at(FIELD, "the array has no first axis that counts examples, or none of them");
    }
    int n = array.dim(0);
    if (n > most) {
      throw Refusal.of(
          413, "one request may have up to %,d examples, not %,d: send several".formatted(most, n));
    }
    float[] all = array.cast(DType.FLOAT32).toFloats();
    if (isBytes(body) && examples.signature().preprocessing() instanceof ImagePrep) {
      for (int i = 0; i < all.length; i++) {
        all[i] /= 255;
      }
    }
    int size = all.length / n;
    List<Integer> dims = Arrays.stream(array.shape().drop(1).dims()).boxed().toList();
    float[][] rows = new float[n][];
    for (int i = 0; i < n; i++) {
      float[] values = Arrays.copyOfRange(all, i * size, (i + 1) * size);
      rows[i] = examples.numbers(values, dims, "%s[%d]".formatted(FIELD, i));
    }
    return rows;
  }

  private static boolean isBytes(byte[] body) {
    ByteBuffer start = ByteBuffer.wrap(body, 0, Math.min(HEADER, body.length));
    return StandardCharsets.ISO_8859_1.decode(start).toString().contains(BYTES);
  }

  /** Answers as one float32 array. */
  static byte[] write(float[][] answers) {
    int size = answers[0].length;
    float[] all = new float[answers.length * size];
    for (int i = 0; i < answers.length; i++) {
      System.arraycopy(answers[i], 0, all, i * size, size);
    }
    return NumPy.bytes(Tensor.of(all, Shape.of(answers.length, size)));
  }
}
