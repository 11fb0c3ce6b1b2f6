package dev.hebb.train.data;

import java.util.Collection;
import java.util.Locale;
import java.util.Objects;

/** The "did you mean" of error messages. */
final class Suggest {
  private static final int MAX_LISTED = 12;

  private Suggest() {}

  /** {@code " Did you mean 'class'?"}, or the known names where none is near. */
  static String among(Collection<String> known, String wrong) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String name : known) {
      int d = distance(name.toLowerCase(Locale.ROOT), wrong.toLowerCase(Locale.ROOT));
      if (d < bestDistance) {
        best = name;
        bestDistance = d;
      }
    }
    if (best != null && bestDistance <= Math.max(1, Math.min(best.length(), wrong.length()) / 3)) {
      return " Did you mean '" + best + "'?";
    }
    String listed = String.join(", ", known.stream().limit(MAX_LISTED).toList());
    return " There are: " + listed + (known.size() > MAX_LISTED ? ", …" : "") + ".";
  }

  /** Levenshtein's edit distance; bounded, since the text may come from a hostile file. */
  private static int distance(String a, String b) {
    if (Math.max(a.length(), b.length()) > 80) {
      return Objects.equals(a, b) ? 0 : Integer.MAX_VALUE;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int swap = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(swap, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
