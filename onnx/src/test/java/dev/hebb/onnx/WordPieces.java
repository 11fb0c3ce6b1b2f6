package dev.hebb.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plain English as the pieces of words that BERT knows: the longest that fits, then the longest of
 * the rest (Wu et al., "Google's neural machine translation system", 2016).
 */
record WordPieces(Map<String, Integer> vocabulary) {
  private static final long BEGIN = 101;
  private static final long END = 102;
  private static final long UNKNOWN = 100;
  private static final Pattern ENTRY = Pattern.compile("\"([^\"\\\\]++)\":\\s*(\\d+)");

  /** The vocabulary of a tokenizer.json. */
  static WordPieces of(String json) {
    var vocabulary = new HashMap<String, Integer>();
    Matcher m = ENTRY.matcher(json.substring(json.indexOf("\"vocab\"")));
    while (m.find()) {
      vocabulary.put(m.group(1), Integer.parseInt(m.group(2)));
    }
    return new WordPieces(vocabulary);
  }

  long[] encode(String sentence) {
    List<Long> ids = new ArrayList<>(List.of(BEGIN));
    for (String word : sentence.toLowerCase(Locale.ROOT).split("(?=[.,?!'])|\\s+", -1)) {
      for (int at = 0; at < word.length(); ) {
        int end = word.length();
        while (end > at && !vocabulary.containsKey(piece(word, at, end))) {
          end--;
        }
        ids.add(end > at ? vocabulary.get(piece(word, at, end)).longValue() : UNKNOWN);
        at = end > at ? end : word.length();
      }
    }
    ids.add(END);
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  private static String piece(String word, int from, int to) {
    return (from > 0 ? "##" : "") + word.substring(from, to);
  }
}
