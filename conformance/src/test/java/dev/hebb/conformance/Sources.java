package dev.hebb.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The repository's Java files, for what stands in them and in no class: the documentation. */
final class Sources {
  /** The repository; Maven runs tests in the module's folder. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final Path NN = ROOT.resolve("nn/src/main/java/dev/hebb/nn");

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

  /** The test class of this simple name, in any module. */
  static Optional<Path> test(String name) {
    try (Stream<Path> modules = Files.list(ROOT)) {
      List<Path> tests =
          modules.map(m -> m.resolve("src/test/java")).filter(Files::isDirectory).sorted().toList();
      for (Path folder : tests) {
        try (Stream<Path> files = Files.walk(folder)) {
          Optional<Path> found = files.filter(f -> f.endsWith(name + ".java")).findFirst();
          if (found.isPresent()) {
            return found;
          }
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first paragraph of what stands above the file's own class, as Markdown. */
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
    List<String> paragraph = new ArrayList<>();
    int from = declaration;
    while (from > 0 && !lines.get(from).strip().startsWith("/**")) {
      from--;
    }
    for (String line : lines.subList(from, declaration)) {
      String text = line.strip().replaceAll("^/\\*\\*|\\*/$", "").replaceAll("^\\* ?", "").strip();
      if (text.matches("(<p>|<pre>|@param|@see).*")) {
        break;
      }
      paragraph.add(text);
    }
    return markdown(paragraph.stream().collect(Collectors.joining(" ")).strip());
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
