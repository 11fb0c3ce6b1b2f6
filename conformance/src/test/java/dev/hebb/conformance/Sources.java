package dev.hebb.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The repository's Java files, for what stands in them and in no class: the documentation. */
final class Sources {
  /** The repository; Maven runs tests in the module's folder. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final Path NN = ROOT.resolve("nn/src/main/java/dev/hebb/nn");

  /** What is declared or called in the product's code: types, methods and constants. */
  private static final Set<String> NAMES =
      files("src/main/java", ".java").stream()
          .map(Sources::text)
          .flatMap(Sources::names)
          .collect(Collectors.toSet());

  private static final List<Path> TESTS = files("src/test/java", "Test.java");

  private Sources() {}

  /** The files of a package below {@code dev.hebb.nn}, without package-info. */
  static List<Path> ofPackage(String name) {
    try (Stream<Path> files = Files.list(NN.resolve(name))) {
      return files.filter(f -> !f.endsWith("package-info.java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name of the file's class. */
  static String name(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  /** The source of a public class of a module. */
  static Path of(Class<?> type, String module) {
    return ROOT.resolve(
        module + "/src/main/java/" + type.getName().replace('.', '/').concat(".java"));
  }

  /** The files of all test classes, module by module. */
  static List<Path> tests() {
    return TESTS;
  }

  /** The test classes of this simple name, in all modules. */
  static List<Path> tests(String name) {
    return tests().stream().filter(f -> f.endsWith(name + ".java")).toList();
  }

  /** Whether a type, a method or a constant of this name stands in the product's code. */
  static boolean hasName(String name) {
    return NAMES.contains(name);
  }

  private static Stream<String> names(String text) {
    return Stream.of("\\b(?:class|record|enum|interface) (\\w+)", "\\b(\\w+)(?:\\(|,| =)")
        .flatMap(declared -> Pattern.compile(declared).matcher(text).results())
        .map(found -> found.group(1));
  }

  private static List<Path> files(String folder, String end) {
    try (Stream<Path> modules = Files.list(ROOT)) {
      List<Path> folders =
          modules.map(m -> m.resolve(folder)).filter(Files::isDirectory).sorted().toList();
      List<Path> found = new ArrayList<>();
      for (Path f : folders) {
        try (Stream<Path> all = Files.walk(f)) {
          all.filter(p -> p.toString().endsWith(end)).sorted().forEach(found::add);
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The first paragraph of what stands above the file's own class, with formulas that follow, as
   * Markdown.
   */
  static String aboutClass(Path file) {
    return about(
        file, "public (sealed |final )*(record|class|enum|interface) " + name(file) + "\\b.*");
  }

  /** The first paragraph of what stands above a static method, as Markdown. */
  static String aboutMethod(Path file, String method) {
    return about(file, "  (public )?static .*\\b" + method + "\\(.*");
  }

  /** The first paragraph of what stands above a constant of an enum, as Markdown. */
  static String aboutConstant(Path file, String constant) {
    return about(file, "  " + constant + "\\b.*");
  }

  private static String about(Path file, String declaration) {
    List<String> lines = text(file).lines().toList();
    Pattern pattern = Pattern.compile(declaration);
    for (int i = 0; i < lines.size(); i++) {
      if (pattern.matcher(lines.get(i)).matches()) {
        return above(lines, i);
      }
    }
    throw new AssertionError(file + " has no " + declaration);
  }

  private static String above(List<String> lines, int declaration) {
    int from = declaration;
    while (from > 0 && !lines.get(from).strip().startsWith("/**")) {
      from--;
    }
    List<String> paragraph = new ArrayList<>();
    List<String> formulas = new ArrayList<>();
    boolean inFormulas = false;
    for (String line : lines.subList(from, declaration)) {
      String text = line.strip().replaceAll("^/\\*\\*|\\*/$", "").replaceAll("^\\* ?", "").strip();
      if (text.matches("(<p>|@param|@see).*")) {
        break;
      }
      boolean isLast = text.endsWith("}</pre>");
      inFormulas |= text.startsWith("<pre>");
      String words = text.replace("<pre>{@code", "").replaceAll("}</pre>$", "").strip();
      (inFormulas ? formulas : paragraph).add(words);
      if (isLast) {
        break;
      }
    }
    String codes =
        formulas.stream()
            .filter(f -> !f.isEmpty())
            .map(f -> "<br>`" + f.replace("|", "\\|") + "`")
            .collect(Collectors.joining());
    return markdown(paragraph.stream().collect(Collectors.joining(" ")).strip()) + codes;
  }

  private static String markdown(String javadoc) {
    return javadoc
        .replaceAll("\\{@code ([^}]*)}", "`$1`")
        .replaceAll("\\{@link(?:plain)? [^ }]+ ([^}]*)}", "$1")
        .replaceAll("\\{@link(?:plain)? ([^}]*)}", "`$1`")
        .replaceAll("<a +href=\"([^\"]*)\">(.*?)</a>", "[$2]($1)")
        .replace("|", "\\|");
  }
}
