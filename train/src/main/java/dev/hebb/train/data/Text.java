package dev.hebb.train.data;

import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A text to learn from: windows of it, and for each token of a window the one that follows.
 *
 * <pre>{@code
 * var text = Text.characters(Path.of("shakespeare.txt")).windows(64);
 * for (var b : text.train().shuffle().batch(32)) step.run(b.x(), b.y());   // both i32[32, 64]
 * }</pre>
 */
public final class Text {
  private static final double TRAIN_SHARE = 0.9;

  private final String name;
  private final TextPrep prep;
  private final int[] tokens;

  private Text(String name, TextPrep prep, int[] tokens) {
    this.name = name;
    this.prep = prep;
    this.tokens = tokens;
  }

  /**
   * A UTF-8 file, character by character.
   *
   * @throws DataException if it cannot be read
   */
  public static Text characters(Path file) {
    return characters(file.toString(), Input.of(file).unpacked().text());
  }

  /** A text, character by character. */
  public static Text characters(String name, String text) {
    var tokens = new TreeSet<>(TextPrep.cut(text, TextPrep.Unit.CHARACTER));
    return of(name, text, new TextPrep(TextPrep.Unit.CHARACTER, List.copyOf(tokens)));
  }

  /**
   * A UTF-8 file, word by word.
   *
   * @param vocabulary how many words are known, the most frequent ones; the others become {@link
   *     TextPrep#UNKNOWN}
   */
  public static Text words(Path file, int vocabulary) {
    return words(file.toString(), Input.of(file).unpacked().text(), vocabulary);
  }

  /** A text, word by word. */
  public static Text words(String name, String text, int vocabulary) {
    if (vocabulary < 1) {
      throw new DataException("a vocabulary needs at least one word, not " + vocabulary);
    }
    Map<String, Integer> counts = new HashMap<>();
    TextPrep.cut(text, TextPrep.Unit.WORD).forEach(w -> counts.merge(w, 1, Integer::sum));
    var order =
        Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey());
    var known = new ArrayList<>(List.of(TextPrep.UNKNOWN));
    counts.entrySet().stream().sorted(order).limit(vocabulary).forEach(e -> known.add(e.getKey()));
    return of(name, text, new TextPrep(TextPrep.Unit.WORD, known));
  }

  /** A text in a known vocabulary, for instance a model's. */
  public static Text of(String name, String text, TextPrep prep) {
    return new Text(name, prep, prep.encode(text));
  }

  /** The vocabulary. */
  public TextPrep prep() {
    return prep;
  }

  /** The numbers of the tokens. */
  public int[] tokens() {
    return tokens.clone();
  }

  /** Windows that lie side by side; see {@link #windows(int, int)}. */
  public Splits windows(int length) {
    return windows(length, length);
  }

  /**
   * Windows of the text, those of its first nine tenths to train and the others to test on. Each
   * input is int32 {@code [length]}, and so is its target, the same window one token later.
   *
   * @param length how many tokens a window has
   * @param step how far the windows lie apart; with less than {@code length} they overlap
   * @throws DataException if the text is too short
   */
  public Splits windows(int length, int step) {
    if (length < 1 || step < 1) {
      throw new DataException(
          "windows of %d tokens, %d apart: both must be at least 1".formatted(length, step));
    }
    int end = (int) (tokens.length * TRAIN_SHARE);
    Dataset train = windows(0, end, length, step);
    Dataset test = windows(end, tokens.length, length, length);
    return new Splits(name, train, train.take(0), test, List.of());
  }

  private Dataset windows(int from, int to, int length, int step) {
    int count = to - from <= length ? 0 : (to - from - 1 - length) / step + 1;
    if (count == 0) {
      throw new DataException(
          "%s: a part of %d tokens has no window of %d and its next token; take shorter windows"
              .formatted(name, to - from, length));
    }
    int[] starts = new int[count];
    Arrays.setAll(starts, i -> from + i * step);
    Shape shape = Shape.of(DType.INT32, length);
    return Dataset.ofTokens(shape, tokens, starts, prep);
  }
}
