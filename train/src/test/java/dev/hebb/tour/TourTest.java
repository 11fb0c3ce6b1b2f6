package dev.hebb.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of docs/tour.md and of the README compile, run, and print what stands below them. */
class TourTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\\n(.*?)```(?:\\s*```text\\n(.*?)```)?", Pattern.DOTALL);

  /** A program and what it shall print, or nothing if it only has to run. */
  record Program(String title, String code, String output) {
    @Override
    public String toString() {
      return title;
    }
  }

  static Stream<Program> programs() throws IOException {
    var all = new ArrayList<Program>();
    for (String file : List.of("docs/tour.md", "README.md")) {
      String text = Files.readString(root().resolve(file));
      Matcher m = PROGRAM.matcher(text);
      while (m.find()) {
        String before = text.substring(0, m.start());
        String title = before.substring(before.lastIndexOf("\n## ") + 1).lines().findFirst().orElse("");
        all.add(new Program(file + " " + title, m.group(1), m.group(2) == null ? "" : m.group(2)));
      }
    }
    assertThat(all).as("programs in the documents").hasSizeGreaterThanOrEqualTo(9);
    return all.stream();
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/tour.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void runs(Program program, @TempDir Path folder) throws Exception {
    Matcher named = Pattern.compile("public (?:record|class) (\\w+)").matcher(program.code);
    String name = named.find() ? named.group(1) : "Program";
    Path source = Files.writeString(folder.resolve(name + ".java"), program.code);
    var messages = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null,
                  List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
                  null, files.getJavaFileObjects(source))
              .call();
      assertThat(compiled).as("%s%n%s", messages, program.code).isTrue();
    }
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "-Dstdout.encoding=UTF-8", "-cp",
                folder + java.io.File.pathSeparator + System.getProperty("java.class.path"), name)
            .directory(folder.toFile())
            .redirectError(errors.toFile())
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    if (!program.output.isEmpty()) {
      String expected =
          Stream.of(program.output.strip().split("…", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining(".*"));
      assertThat(printed.strip()).matches(Pattern.compile(expected, Pattern.DOTALL));
    }
  }
}
