package dev.hebb.train.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads ARFF, the format of Weka: {@code @relation}, an {@code @attribute} line per column with its
 * type, {@code @data}, then rows with commas between the values; {@code %} begins a comment and
 * {@code ?} is a missing value. Types: {@code numeric}, {@code real}, {@code integer}, a list of
 * categories in braces, and {@code string}. Dates, nested relations and sparse rows are refused.
 */
final class Arff {
  private final Input input;
  private final List<RawColumn> columns = new ArrayList<>();
  private @Nullable RawTable table;
  private int line;

  private Arff(Input input) {
    this.input = input;
  }

  static RawTable read(Input input) {
    return new Arff(input).read();
  }

  private RawTable read() {
    for (String text : (Iterable<String>) input.text().lines()::iterator) {
      line++;
      String content = text.strip();
      if (content.isEmpty() || content.startsWith("%")) {
        continue;
      }
      if (table == null) {
        header(content);
      } else {
        row(table, content);
      }
    }
    if (table == null) {
      throw error("there is no @data line; this is not an ARFF file, or it was cut short");
    }
    if (table.rows() == 0) {
      throw error("there is no row after @data");
    }
    return table;
  }

  private void header(String content) {
    String keyword = content.split("\\s", 2)[0].toLowerCase(Locale.ROOT);
    switch (keyword) {
      case "@relation" -> {}
      case "@attribute" -> attribute(content.substring(keyword.length()));
      case "@data" -> table = new RawTable(input.name(), line, columns);
      default ->
          throw error(
              "@relation, @attribute or @data is expected, but the line is '%s'"
                  .formatted(Numbers.shortened(content)));
    }
  }

  private void attribute(String declaration) {
    var scanner = new Scanner(declaration);
    Token name = scanner.next("{");
    String rest = scanner.rest();
    if (name == null || rest.isEmpty()) {
      throw error("an attribute has a name and a type: @attribute age numeric");
    }
    columns.add(rest.startsWith("{") ? nominal(name.text, rest) : typed(name.text, rest));
  }

  private RawColumn typed(String name, String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "numeric", "real", "integer" -> new RawColumn(name, TablePrep.Kind.NUMERIC, List.of());
      case "string" -> new RawColumn(name, null, List.of());
      default ->
          throw error(
              ("attribute '%s' has type '%s';"
                      + " known are numeric, real, integer, string and a list {a, b}")
                  .formatted(Numbers.shortened(name), Numbers.shortened(type)));
    };
  }

  private RawColumn nominal(String name, String list) {
    if (!list.endsWith("}")) {
      throw error("the categories of '" + Numbers.shortened(name) + "' do not end with }");
    }
    List<String> categories = new ArrayList<>();
    for (Token token : values(list.substring(1, list.length() - 1))) {
      categories.add(token.text);
    }
    if (categories.isEmpty() || new HashSet<>(categories).size() < categories.size()) {
      throw error(
          "the categories of '%s' are %s"
              .formatted(
                  Numbers.shortened(name), categories.isEmpty() ? "empty" : "not different"));
    }
    return new RawColumn(name, TablePrep.Kind.CATEGORICAL, List.copyOf(categories));
  }

  private void row(RawTable to, String content) {
    if (content.startsWith("{")) {
      throw error("sparse rows {index value, …} cannot be read; save the file with full rows");
    }
    List<Token> tokens = values(content);
    var cells = new ArrayList<@Nullable String>();
    for (int c = 0; c < tokens.size(); c++) {
      // One value too many has no column to be checked against; the table refuses the row below.
      cells.add(c < columns.size() ? cell(tokens.get(c), columns.get(c)) : null);
    }
    to.add(cells, line);
  }

  /** The value's text, null where it is missing. A category that is called ? or NA is a value. */
  private @Nullable String cell(Token token, RawColumn column) {
    if (column.declares(token.text)) {
      return token.text;
    }
    if (!token.quoted && Numbers.isMissing(token.text)) {
      return null;
    }
    if (!column.declaredCategories().isEmpty()) {
      throw error(
          "'%s' is not a category of '%s'.%s"
              .formatted(
                  Numbers.shortened(token.text),
                  Numbers.shortened(column.name()),
                  Suggest.among(column.declaredCategories(), token.text)));
    }
    return token.text;
  }

  /** The values of a list; between commas, or blanks as Weka allows. */
  private List<Token> values(String text) {
    var tokens = new ArrayList<Token>();
    var scanner = new Scanner(text);
    boolean afterComma = true;
    while (scanner.hasMore()) {
      boolean comma = scanner.skip(',');
      Token token = comma ? null : scanner.next(",");
      if (token != null) {
        tokens.add(token);
      } else if (afterComma) {
        throw error("there is no value before a comma; write ? where it is missing");
      }
      afterComma = comma;
    }
    if (afterComma && !tokens.isEmpty()) {
      throw error("there is no value after the last comma; write ? where it is missing");
    }
    return tokens;
  }

  private DataException error(String what) {
    return new DataException("%s, line %d: %s".formatted(input.name(), line, what));
  }

  /** A value and whether it stood in quotes. */
  private record Token(String text, boolean quoted) {}

  /** Walks over one line. */
  private final class Scanner {
    private final String text;
    private int at;

    Scanner(String text) {
      this.text = text;
    }

    /** Goes over blanks; whether something follows them. */
    boolean hasMore() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return at < text.length();
    }

    /** What has not been read yet, without blanks around it. */
    String rest() {
      return text.substring(at).strip();
    }

    boolean skip(char c) {
      boolean there = at < text.length() && text.charAt(at) == c;
      at += there ? 1 : 0;
      return there;
    }

    /** The next word, which blanks or one of {@code stops} end, or the next text in quotes. */
    @Nullable Token next(String stops) {
      if (!hasMore()) {
        return null;
      }
      char quote = text.charAt(at);
      if (quote == '\'' || quote == '"') {
        return quoted(quote);
      }
      int start = at;
      while (at < text.length()
          && !Character.isWhitespace(text.charAt(at))
          && stops.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return at == start ? null : new Token(text.substring(start, at), false);
    }

    private Token quoted(char quote) {
      var out = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == quote) {
          at++;
          return new Token(out.toString(), true);
        }
        if (c == '\\' && at + 1 < text.length()) {
          c = text.charAt(++at);
          c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        out.append(c);
      }
      throw error("a quote " + quote + " is not closed");
    }
  }
}
