package dev.hebb.train.data;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What counts as a number in a table, and what as a missing value. */
final class Numbers {
  /** Narrower than Double.parseDouble, which also takes "1f", "0x1p3" and surrounding blanks. */
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d++(\\.\\d*+)?|\\.\\d++)([eE][+-]?\\d++)?");

  private static final Set<String> NOT_FINITE = Set.of("nan", "inf", "infinity", "∞");

  /** Longer texts are no numbers that anyone wrote; parsing them takes quadratic time. */
  private static final int MAX_LENGTH = 400;

  private Numbers() {}

  /** Whether the text is a decimal number, of any size. */
  static boolean isNumber(String text) {
    return text.length() <= MAX_LENGTH && DECIMAL.matcher(text).matches();
  }

  /** Whether the text says NaN or infinity. */
  static boolean isNotFinite(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    return text.length() <= 9
        && NOT_FINITE.contains((signed ? text.substring(1) : text).toLowerCase(Locale.ROOT));
  }

  /** Whether the text stands for a value that is not known. */
  static boolean isMissing(String text) {
    return text.isEmpty() || text.equals("?") || text.equals("NA");
  }

  /**
   * The number's value.
   *
   * @param where file and line, or what else the number belongs to, for messages
   * @throws DataException if it is none, or is not finite as a float
   */
  static double parse(String text, String where) {
    if (isNotFinite(text)) {
      throw new DataException(
          where + ": '" + text + "' is not a finite number; repair it or leave it empty (missing)");
    }
    if (!isNumber(text)) {
      throw new DataException(
          where
              + ": '"
              + shortened(text)
              + "' is not a number; write it like 12.5, or leave it"
              + " empty (missing)");
    }
    double value = Double.parseDouble(text);
    if (Math.abs(value) > Float.MAX_VALUE) {
      throw new DataException(where + ": " + shortened(text) + " is too large for a float");
    }
    return value;
  }

  /** The text, cut for use in a message. */
  static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 39) + "…";
  }
}
