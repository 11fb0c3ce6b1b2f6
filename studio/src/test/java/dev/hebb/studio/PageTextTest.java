package dev.hebb.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page's texts are there in both languages, and those that it asks for exist. */
class PageTextTest {
  private static final Path PAGE = Path.of("src/main/resources/dev/hebb/studio/page");
  private static final Pattern LANGUAGE = Pattern.compile("^  (en|zh): \\{$");
  private static final Pattern KEY = Pattern.compile("^    (?:'([^']+)'|(\\w+)):");
  private static final Pattern USE = Pattern.compile("\\bt\\('([^']+)'[,)]");
  private static final Pattern BLANK = Pattern.compile("\\{(\\w+)}");
  private static final Pattern TABLE =
      Pattern.compile("(?s)\\n  en: \\{\\n.*?\\n  },\\n  zh: \\{\\n.*?\\n  },?\\n");

  @Test
  void bothLanguagesHaveTheSameTextsWithTheSameBlanks() throws IOException {
    assertThat(texts("en")).isNotEmpty().isEqualTo(texts("zh"));
  }

  @Test
  void everyTextThatIsAskedForExists() throws IOException {
    Set<String> keys =
        texts("en").stream().map(text -> text.split(" ")[0]).collect(Collectors.toSet());
    Set<String> used = new TreeSet<>();
    for (Path file : scripts()) {
      Matcher use = USE.matcher(Files.readString(file));
      while (use.find()) {
        used.add(use.group(1));
      }
    }
    assertThat(used).isNotEmpty();
    used.removeAll(keys);
    assertThat(used).isEmpty();
  }

  /** Each key of a language with the names of its blanks, in all tables. */
  private static Set<String> texts(String language) throws IOException {
    Set<String> texts = new TreeSet<>();
    for (Path file : scripts()) {
      Matcher table = TABLE.matcher(Files.readString(file));
      while (table.find()) {
        String now = "";
        for (String line : table.group().lines().toList()) {
          Matcher begin = LANGUAGE.matcher(line);
          now = begin.find() ? begin.group(1) : now;
          Matcher key = KEY.matcher(line);
          if (now.equals(language) && key.find()) {
            texts.add((key.group(1) == null ? key.group(2) : key.group(1)) + " " + blanks(line));
          }
        }
      }
    }
    return texts;
  }

  private static Set<String> blanks(String line) {
    return BLANK
        .matcher(line)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.walk(PAGE)) {
      return files.filter(file -> file.toString().endsWith(".js")).sorted().toList();
    }
  }
}
