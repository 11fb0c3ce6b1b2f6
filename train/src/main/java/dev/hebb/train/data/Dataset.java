package dev.hebb.train.data;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Examples: inputs of one shape, and for each a class or some numbers to predict. The inputs lie in
 * memory or wherever {@link Examples} find them. It is immutable; subsets share their parent's
 * memory.
 *
 * <pre>{@code
 * var xor = Dataset.ofClasses(
 *     Shape.of(2), new float[] {0, 0, 0, 1, 1, 0, 1, 1}, new int[] {0, 1, 1, 0},
 *     List.of("no", "yes"));
 * for (var batch : xor.shuffle(Seed.of(1)).batch(2)) step.run(batch.x(), batch.y());
 * }</pre>
 */
public final class Dataset {
  private static final Seed DEFAULT_SEED = Seed.of(0);
  private static final int INPUTS_IN_FINGERPRINT = 256;

  private final Shape shape;
  private final Examples inputs;
  private final boolean inMemory;
  private final Targets targets;
  private final int[] rows;
  private final Preprocessing preprocessing;

  private Dataset(
      Shape shape,
      Examples inputs,
      boolean inMemory,
      Targets targets,
      int[] rows,
      Preprocessing preprocessing) {
    this.shape = shape;
    this.inputs = inputs;
    this.inMemory = inMemory;
    this.targets = targets;
    this.rows = rows;
    this.preprocessing = preprocessing;
  }

  /**
   * Examples with one class each.
   *
   * @param shape the shape of one example, float32
   * @param inputs the examples one after the other, each row-major; copied
   * @param labels a class index per example, 0 to {@code names.size() − 1}; copied
   * @param names the names of the classes, at least two
   * @throws DataException if the lengths disagree, a label is out of range or an input is not
   *     finite
   */
  public static Dataset ofClasses(Shape shape, float[] inputs, int[] labels, List<String> names) {
    var targets = new Targets.Classes(labels.clone(), names);
    return adopt(shape, inputs.clone(), targets, Preprocessing.NONE);
  }

  /**
   * Examples with numbers to predict (regression).
   *
   * @param shape the shape of one example, float32
   * @param inputs the examples one after the other, each row-major; copied
   * @param targets the targets one after the other, {@code width} numbers each; copied
   * @param width how many numbers are predicted per example
   * @throws DataException if the lengths disagree or a number is not finite
   */
  public static Dataset ofValues(Shape shape, float[] inputs, float[] targets, int width) {
    var values = new Targets.Values(targets.clone(), width);
    return adopt(shape, inputs.clone(), values, Preprocessing.NONE);
  }

  /**
   * Examples that are read when they are needed, with one class each. An input that is not finite
   * is found when it is read.
   *
   * @param shape the shape of one example, float32
   * @param inputs gives the inputs
   * @param labels a class index per example, 0 to {@code names.size() − 1}; copied
   * @param names the names of the classes, at least two
   * @throws DataException if a label is out of range
   */
  public static Dataset ofClasses(Shape shape, Examples inputs, int[] labels, List<String> names) {
    return lazy(shape, inputs, new Targets.Classes(labels.clone(), names));
  }

  /**
   * Examples that are read when they are needed, with numbers to predict.
   *
   * @param shape the shape of one example, float32
   * @param inputs gives the inputs
   * @param targets the targets one after the other, {@code width} numbers each; copied
   * @param width how many numbers are predicted per example
   * @throws DataException if a target is not finite, or they do not divide into rows
   */
  public static Dataset ofValues(Shape shape, Examples inputs, float[] targets, int width) {
    return lazy(shape, inputs, new Targets.Values(targets.clone(), width));
  }

  /** Windows of a text, and for each the window one token later; the arrays are not copied. */
  static Dataset ofTokens(Shape shape, int[] tokens, int[] starts, TextPrep prep) {
    int width = shape.size();
    Examples windows =
        (i, into, at) -> {
          for (int k = 0; k < width; k++) {
            into[at + k] = (float) tokens[starts[i] + k]; // exact: vocabularies are far below 2^24
          }
        };
    var targets = new Targets.Tokens(tokens, starts, width, prep.size());
    return new Dataset(shape, windows, true, targets, upTo(starts.length), prep);
  }

  private static Dataset lazy(Shape shape, Examples inputs, Targets targets) {
    int each = checked(shape).size();
    Examples finite =
        (i, into, at) -> {
          inputs.read(i, into, at);
          requireFinite(i, into, at, each);
        };
    return new Dataset(shape, finite, false, targets, upTo(targets.size()), Preprocessing.NONE);
  }

  private static Shape checked(Shape shape) {
    if (shape.dtype() != DType.FLOAT32) {
      throw new DataException("examples are float32, but their shape is " + shape);
    }
    if (shape.size() == 0) {
      throw new DataException("examples hold at least one number, but their shape is " + shape);
    }
    return shape;
  }

  private static void requireFinite(int example, float[] x, int from, int count) {
    int to = from + count;
    int i = from;
    int bits = 0;
    for (; i <= to - 4; i += 4) { // four at a time, because this is done at the speed of memory
      bits |= carry(x[i]) | carry(x[i + 1]) | carry(x[i + 2]) | carry(x[i + 3]);
    }
    for (; i < to; i++) {
      bits |= carry(x[i]);
    }
    if (bits < 0) {
      i = from;
      while (Float.isFinite(x[i])) {
        i++;
      }
      throw new DataException(
          "example %d: its input number %d is %s; remove the example or repair the value"
              .formatted(example, i - from, x[i]));
    }
  }

  /** Negative for infinities and NaN alone: one more than the largest exponent is the sign. */
  private static int carry(float x) {
    return (Float.floatToRawIntBits(x) & 0x7FFFFFFF) + 0x00800000;
  }

  private static int[] upTo(int n) {
    int[] rows = new int[n];
    Arrays.setAll(rows, i -> i);
    return rows;
  }

  /** Takes the arrays over without copying them; the caller must not keep them. */
  static Dataset adopt(Shape shape, float[] inputs, Targets targets, Preprocessing preprocessing) {
    int each = checked(shape).size();
    if ((long) each * targets.size() != inputs.length) {
      throw new DataException(
          "%d examples of shape %s need %d numbers, but there are %d"
              .formatted(targets.size(), shape, (long) each * targets.size(), inputs.length));
    }
    for (int i = 0; i < targets.size(); i++) {
      requireFinite(i, inputs, i * each, each);
    }
    Examples examples = (i, into, at) -> System.arraycopy(inputs, i * each, into, at, each);
    return new Dataset(shape, examples, true, targets, upTo(targets.size()), preprocessing);
  }

  /** The shape of one example, without the batch. */
  public Shape shape() {
    return shape;
  }

  /** How many examples. */
  public int size() {
    return rows.length;
  }

  /** Whether each example has a class (else it has numbers to predict). */
  public boolean isClassification() {
    return targets instanceof Targets.Classes;
  }

  /**
   * How many classes there are.
   *
   * @throws DataException if the targets are numbers
   */
  public int classes() {
    return classTargets().labels().size();
  }

  /**
   * The names of the classes, by index.
   *
   * @throws DataException if the targets are numbers
   */
  public List<String> labels() {
    return classTargets().labels();
  }

  /** How many numbers a network should give per example: one per class, or one per target value. */
  public int outputs() {
    return switch (targets) {
      case Targets.Classes c -> c.labels().size();
      case Targets.Values v -> v.width();
      case Targets.Tokens t -> t.vocabulary();
    };
  }

  /** How many examples each class has. */
  public int[] classCounts() {
    int[] counts = new int[classes()];
    for (int row : rows) {
      counts[classTargets().indices()[row]]++;
    }
    return counts;
  }

  /** A copy of one example's input. */
  public float[] input(int i) {
    float[] x = new float[shape.size()];
    inputs.read(row(i), x, 0);
    return x;
  }

  /** One example's class index. */
  public int label(int i) {
    return classTargets().indices()[row(i)];
  }

  /** A copy of one example's numbers to predict. */
  public float[] target(int i) {
    return switch (targets) {
      case Targets.Values v ->
          Arrays.copyOfRange(v.rows(), row(i) * v.width(), (row(i) + 1) * v.width());
      case Targets.Classes c ->
          throw new DataException("the targets are classes, not numbers: use label(" + i + ")");
      case Targets.Tokens _ ->
          throw new DataException("the targets are tokens, not numbers: use batch(n)");
    };
  }

  /** How raw input became these numbers. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The same examples, saying how they were made. */
  public Dataset with(Preprocessing how) {
    return new Dataset(shape, inputs, inMemory, targets, rows, how);
  }

  /**
   * The same pictures, each with its own values between 0 and 1 as the numbers to predict,
   * row-major: what an autoencoder learns from.
   *
   * @throws DataException if the examples are not pictures
   */
  public Dataset restored() {
    if (!(preprocessing instanceof ImagePrep prep)) {
      throw new DataException("only pictures can be restored, and these examples are " + this);
    }
    int each = shape.size();
    float[] values = new float[Math.multiplyExact(targets.size(), each)];
    float[] x = new float[each];
    for (int row : rows) {
      inputs.read(row, x, 0);
      prep.unitValues(x);
      System.arraycopy(x, 0, values, row * each, each);
    }
    return new Dataset(
        shape, inputs, inMemory, new Targets.Values(values, each), rows, preprocessing);
  }

  /**
   * The examples with these indices, in this order.
   *
   * @throws DataException if an index does not exist
   */
  public Dataset subset(int... indices) {
    int[] chosen = new int[indices.length];
    Arrays.setAll(chosen, i -> row(indices[i]));
    return new Dataset(shape, inputs, inMemory, targets, chosen, preprocessing);
  }

  /** The first {@code n} examples, or all of them where there are fewer. */
  public Dataset take(int n) {
    int[] first = Arrays.copyOf(rows, Math.clamp(n, 0, rows.length));
    return new Dataset(shape, inputs, inMemory, targets, first, preprocessing);
  }

  /** All but the first {@code n} examples. */
  public Dataset skip(int n) {
    int[] rest = Arrays.copyOfRange(rows, Math.clamp(n, 0, rows.length), rows.length);
    return new Dataset(shape, inputs, inMemory, targets, rest, preprocessing);
  }

  /**
   * Divides the examples at random into a training and a test part. Where they have classes, each
   * part gets its share of every class, and at least one example of each class that has two.
   *
   * @param fraction the training part's share, above 0 and below 1
   * @param seed decides which examples go where
   * @throws DataException if there are fewer than two examples or the fraction is out of range
   */
  public Splits split(double fraction, Seed seed) {
    int[][] parts = Stratify.split(stratum(), fraction, seed);
    return new Splits("data", subset(parts[0]), take(0), subset(parts[1]), List.of());
  }

  /** Reads the examples in another random order each epoch, always the same from run to run. */
  public Shuffled shuffle() {
    return shuffle(DEFAULT_SEED);
  }

  /** Reads the examples in another random order each epoch, given by the seed. */
  public Shuffled shuffle(Seed seed) {
    return new Shuffled(this, seed);
  }

  /**
   * Reads the examples in the order in which they stand, in batches of {@code size}.
   *
   * @throws DataException if {@code size} is less than 1
   */
  public Loader batch(int size) {
    return new Loader(this, size, DEFAULT_SEED, false);
  }

  /** All examples as one batch. */
  public Batch all() {
    return gather(rows(), 0, size(), Transform.NONE, 0);
  }

  /**
   * The identity of the data: the first 16 hexadecimal digits of SHA-256 over the shape, inputs and
   * targets in their order. It says which data a model was trained on. Of inputs that are not in
   * memory only some hundred, evenly spread, take part: reading all could take hours.
   */
  public String fingerprint() {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    sha.update(shape.toString().getBytes(StandardCharsets.UTF_8));
    int each = shape.size();
    var bytes = ByteBuffer.allocate((each + Math.max(outputs(), each)) * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    float[] x = new float[each];
    int step = inMemory ? 1 : Math.ceilDiv(rows.length, INPUTS_IN_FINGERPRINT);
    for (int i = 0; i < rows.length; i++) {
      int row = rows[i];
      bytes.clear();
      if (i % step == 0) {
        inputs.read(row, x, 0);
        bytes.asFloatBuffer().put(x);
        bytes.position(each * Float.BYTES);
      }
      switch (targets) {
        case Targets.Classes c -> bytes.putInt(c.indices()[row]);
        case Targets.Values v -> {
          for (int k = 0; k < v.width(); k++) {
            bytes.putFloat(v.rows()[row * v.width() + k]);
          }
        }
        case Targets.Tokens t -> {
          for (int k = 1; k <= t.width(); k++) {
            bytes.putInt(t.tokens()[t.starts()[row] + k]);
          }
        }
      }
      sha.update(bytes.flip());
    }
    return HexFormat.of().formatHex(sha.digest(), 0, 8);
  }

  /** {@code 9000 examples of [1, 28, 28], 10 classes}. */
  @Override
  public String toString() {
    return switch (targets) {
      case Targets.Classes c ->
          "%d examples of %s, %d classes".formatted(size(), shape, c.labels().size());
      case Targets.Values v ->
          "%d examples of %s, %d target values each".formatted(size(), shape, v.width());
      case Targets.Tokens t ->
          "%d windows of %d tokens, %d different ones".formatted(size(), t.width(), t.vocabulary());
    };
  }

  /** The positions of the examples in the shared arrays, in this data set's order. */
  int[] rows() {
    return rows.clone();
  }

  /**
   * Some examples as a batch.
   *
   * @param order positions in the shared arrays
   * @param transform changes each input after it was copied; given the example's position there, so
   *     that what happens to an example does not depend on the batch that it is in
   */
  Batch gather(int[] order, int from, int to, Transform transform, int index) {
    int each = shape.size();
    float[] x = new float[Math.multiplyExact(to - from, each)];
    for (int i = from; i < to; i++) {
      int offset = (i - from) * each;
      inputs.read(order[i], x, offset);
      transform.apply(x, offset, order[i]);
    }
    Shape batch = shape.prepend(to - from);
    Tensor inputBatch =
        shape.dtype() == DType.INT32 ? Tensor.of(whole(x), batch) : Tensor.adopt(x, batch);
    return new Batch(inputBatch, targets.gather(order, from, to), index);
  }

  private static int[] whole(float[] x) {
    int[] ids = new int[x.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) x[i];
    }
    return ids;
  }

  /** A change of one input in place. */
  @FunctionalInterface
  interface Transform {
    Transform NONE = (x, offset, example) -> {};

    void apply(float[] x, int offset, int example);
  }

  private int row(int i) {
    if (i < 0 || i >= rows.length) {
      throw new DataException(
          "example %d does not exist: there are %d, numbered from 0".formatted(i, rows.length));
    }
    return rows[i];
  }

  /** The group of each example for a split that keeps the proportions. */
  private int[] stratum() {
    int[] group = new int[rows.length];
    if (targets instanceof Targets.Classes c) {
      Arrays.setAll(group, i -> c.indices()[rows[i]]);
    }
    return group;
  }

  private Targets.Classes classTargets() {
    return switch (targets) {
      case Targets.Classes c -> c;
      case Targets.Values v ->
          throw new DataException(
              "the targets are numbers (%d per example), not classes: use outputs()"
                  .formatted(v.width()));
      case Targets.Tokens _ ->
          throw new DataException("the targets are tokens of a text, not classes: use outputs()");
    };
  }
}
