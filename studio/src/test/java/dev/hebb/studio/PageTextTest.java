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
  private static final Path SOURCES = Path.of("src/main/java/dev/hebb/studio");
  private static final Pattern REFUSAL =
      Pattern.compile("(?m)^  \\['((?:\\\\.|[^'])+)', '(.+)'],$");
  private static final Pattern THROWN =
      Pattern.compile("(?s)(?:new HebbException|ApiException[.(]|Refusal[.(]).*?;\\n");
  private static final Pattern MESSAGE = Pattern.compile("\"((?:\\\\.|[^\"\\\\])*)\"");

  /** What a page asks for in words of its own, so that nobody who only clicks is refused it. */
  private static final Set<String> NEVER_SEEN =
      Set.of(
          "a feature is given twice: {}",
          "{} is missing, or null",
          "the playground has no activation {}; it has {}",
          "{} steps at once; take 1 to 1000",
          "there is no scene of this name; there are {}",
          "the action is one of run, pause and step",
          "point is the number of a point, such as 12",
          ", "); // between what there is

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

  @Test
  void everyTranslatedRefusalIsOneOfTheServer() throws IOException {
    String sources = sentences(SOURCES).stream().collect(Collectors.joining("\n"));
    assertThat(refusals()).isNotEmpty().allSatisfy(said -> assertThat(sources).contains(said));
  }

  @Test
  void everyRefusalOfThePlaygroundIsTranslated() throws IOException {
    Set<String> said = sentences(SOURCES.resolve("playground"));
    said.removeAll(NEVER_SEEN);
    assertThat(refusals()).containsAll(said);
  }

  /** The English of refusals that the page can say in Chinese, each blank as {}. */
  private static Set<String> refusals() throws IOException {
    Matcher refusal = REFUSAL.matcher(Files.readString(PAGE.resolve("refusals.js")));
    Set<String> all = new TreeSet<>();
    while (refusal.find()) {
      assertThat(blanks(refusal.group(2))).isEqualTo(blanks(refusal.group(1)));
      all.add(BLANK.matcher(refusal.group(1).replace("\\'", "'")).replaceAll("{}"));
    }
    return all;
  }

  /** What is thrown in some sources, each blank as {}. */
  private static Set<String> sentences(Path sources) throws IOException {
    Set<String> all = new TreeSet<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher thrown = THROWN.matcher(Files.readString(file));
        while (thrown.find()) {
          String whole =
              thrown
                  .group()
                  .replaceAll("\"\\s*\\+\\s*\"", "")
                  .replaceAll("\"\\s*\\+\\s*[\\w.()]+\\s*\\+\\s*\"", "{}")
                  .replaceAll("\"\\s*\\+\\s*[\\w.()]+", "{}\"")
                  .replaceAll("[\\w.()]+\\s*\\+\\s*\"", "\"{}")
                  .replaceAll("%[ds]", "{}");
          MESSAGE.matcher(whole).results().forEach(found -> all.add(found.group(1)));
        }
      }
    }
    return all;
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
