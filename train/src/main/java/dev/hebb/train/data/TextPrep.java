package dev.hebb.train.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How text becomes numbers and back: a vocabulary. Decoding what was encoded gives the text again,
 * but for words that are not in the vocabulary.
 *
 * @param unit what a token is
 * @param tokens the texts of the tokens, by number; each once
 */
public record TextPrep(Unit unit, List<String> tokens) implements Preprocessing {
  /** What stands for words that are not in the vocabulary; it has the number 0. */
  public static final String UNKNOWN = "<unknown>";

  private static final Pattern WORDS = Pattern.compile("[\\p{L}\\p{N}]+|.", Pattern.DOTALL);

  /** What a token is. */
  public enum Unit {
    /** A character (a Unicode code point). */
    CHARACTER,
    /** A run of letters and digits, or any other single character, also a space. */
    WORD
  }

  /** Checks that each token is there once. */
  public TextPrep {
    tokens = List.copyOf(tokens);
    if (tokens.size() < 2) {
      throw new DataException(
          "a vocabulary needs at least two tokens, but there are " + tokens.size());
    }
    if (new HashSet<>(tokens).size() != tokens.size()) {
      throw new DataException("a token is twice in the vocabulary");
    }
  }

  /** The tokens of a text, by their texts. */
  static List<String> cut(String text, Unit unit) {
    List<String> pieces = new ArrayList<>();
    switch (unit) {
      case CHARACTER -> text.codePoints().forEach(c -> pieces.add(Character.toString(c)));
      case WORD -> WORDS.matcher(text).results().forEach(m -> pieces.add(m.group()));
    }
    return pieces;
  }

  /** How many tokens there are. */
  public int size() {
    return tokens.size();
  }

  /**
   * The numbers of a text's tokens.
   *
   * @throws DataException if a character is not in the vocabulary
   */
  public int[] encode(String text) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < tokens.size(); i++) {
      numbers.put(tokens.get(i), i);
    }
    boolean hasUnknown = tokens.getFirst().equals(UNKNOWN);
    List<String> pieces = cut(text, unit);
    int[] ids = new int[pieces.size()];
    for (int i = 0; i < ids.length; i++) {
      Integer id = numbers.get(pieces.get(i));
      if (id == null && !hasUnknown) {
        throw new DataException(
            "'%s' (token %d of the text) is not among the %d tokens that the model knows: %s"
                .formatted(
                    visible(pieces.get(i)),
                    i,
                    size(),
                    Numbers.shortened(visible(String.join("", tokens)))));
      }
      ids[i] = id == null ? 0 : id;
    }
    return ids;
  }

  /** A message is one line. */
  private static String visible(String text) {
    return text.replace('\n', '↵').replace('\r', '←').replace('\t', '→');
  }

  /**
   * The text of tokens.
   *
   * @throws DataException if there is no token of a number
   */
  public String decode(int... ids) {
    var text = new StringBuilder();
    for (int id : ids) {
      if (id < 0 || id >= size()) {
        throw new DataException("there is no token %d, only 0 to %d".formatted(id, size() - 1));
      }
      text.append(tokens.get(id));
    }
    return text.toString();
  }
}
