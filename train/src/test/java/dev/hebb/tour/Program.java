package dev.hebb.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A program of a document: a {@code java} fence, and what it prints, in the {@code text} fence
 * after it.
 *
 * @param title the heading that it stands under
 * @param source a complete source file
 * @param output what it prints: {@code …} stands for anything, on a line of its own for any lines
 */
record Program(String title, String source, String output) {
  private static final String NAME = "Program";
  private static final int MOST_SECONDS = 180;

  /** The programs of a Markdown file in their order. */
  static List<Program> in(Path markdown) throws IOException {
    var programs = new ArrayList<Program>();
    String title = "";
    String source = null;
    String fence = null;
    var body = new StringBuilder();
    for (String line : Files.readAllLines(markdown)) {
      if (fence == null) {
        if (line.startsWith("```")) {
          fence = line.substring(3).strip();
          body.setLength(0);
        } else if (line.startsWith("#")) {
          title = line.replaceFirst("#+ *", "");
        }
        continue;
      }
      if (!line.equals("```")) {
        body.append(line).append('\n');
        continue;
      }
      if (source != null) {
        assertThat(fence).as("%s: the fence after the program", title).isEqualTo("text");
        programs.add(new Program(title, source, body.toString()));
        source = null;
      } else if (fence.equals("java")) {
        source = body.toString();
      }
      fence = null;
    }
    assertThat(fence).as("%s: a fence that is not closed", markdown).isNull();
    assertThat(source).as("%s: a program without its output", title).isNull();
    return programs;
  }

  /** Compiles and runs it in a folder, as a reader would, and compares what it prints. */
  void check(Path folder) throws Exception {
    Path classes = Files.createTempDirectory(folder, "classes");
    compile(classes);
    String printed = run(folder, classes);
    if (!matches(printed)) {
      assertThat(tidy(printed)).as("what “%s” prints", title).isEqualTo(tidy(output));
    }
  }

  private void compile(Path classes) {
    var file =
        new SimpleJavaFileObject(
            URI.create("string:///" + NAME + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var messages = new StringWriter();
    var options =
        List.of("--release", "25", "-proc:none", "-cp", classPath(), "-d", classes.toString());
    boolean compiles =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, null, null, options, null, List.of(file))
            .call();
    assertThat(compiles).as("“%s” compiles:\n%s", title, messages).isTrue();
  }

  /** A JVM of its own: it has a working folder, and starts cold as a user's does. */
  private String run(Path folder, Path classes) throws IOException, InterruptedException {
    Path out = classes.resolve("out.txt");
    Path err = classes.resolve("err.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Xmx1g",
                "-Dstdout.encoding=UTF-8",
                "-Djava.awt.headless=true",
                "-cp",
                classes + File.pathSeparator + classPath(),
                NAME)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String printed = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(ended && process.waitFor() == 0)
        .as("“%s” runs to its end; it printed:\n%s%s", title, printed, Files.readString(err))
        .isTrue();
    return printed;
  }

  /** The class path of this test, for a JVM with another working folder. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Whether something printed is what the document says. */
  boolean matches(String printed) {
    var pattern = new StringBuilder();
    for (String line : tidy(output).split("\n")) {
      pattern.append(
          line.equals("…")
              ? "(?:.*\n)*"
              : Arrays.stream(line.split("…", -1))
                      .map(Pattern::quote)
                      .collect(Collectors.joining(".*"))
                  + "\n");
    }
    return Pattern.matches(pattern.toString(), tidy(printed));
  }

  /** Without blanks at the ends of lines, or lines at the end. */
  private static String tidy(String text) {
    return text.lines().map(String::stripTrailing).collect(Collectors.joining("\n")).strip() + "\n";
  }
}
