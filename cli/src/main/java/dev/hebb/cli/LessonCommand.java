package dev.hebb.cli;

import dev.hebb.lessons.Language;
import dev.hebb.lessons.Lesson;
import dev.hebb.lessons.Lessons;
import dev.hebb.lessons.Words;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the lessons, or tells one. */
@Command(
    name = "lesson",
    mixinStandardHelpOptions = true,
    description = {
      "Tells an idea of the lecture step by step, with every number computed and checked; without"
          + " ROW, lists all lessons.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hebb lesson",
      "  hebb lesson L59             back-propagation in a 2-2-2 network by hand",
      "  hebb lesson L63 --lang zh   Hopfield networks, in Chinese"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LessonCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "ROW",
      arity = "0..1",
      description = "The row of the lecture: L59, or 59.")
  private @Nullable String row;

  @Option(
      names = "--lang",
      paramLabel = "LANGUAGE",
      defaultValue = "en",
      description = "en or zh; default: ${DEFAULT-VALUE}.")
  private Language language;

  @Override
  public Integer call() {
    var console = new Console(spec);
    if (row == null) {
      for (Lesson lesson : Lessons.all()) {
        console.line(
            "%-16s %s".formatted(String.join(" ", lesson.rows()), lesson.title().in(language)));
      }
      console.line("");
      console.line(
          new Words(
                  "hebb lesson L59 tells one of them; --lang zh in Chinese.",
                  "hebb lesson L59 --lang zh 讲解其中一课；--lang en 为英文。")
              .in(language));
    } else {
      console.line(Lessons.about(row).tell(language).text().stripTrailing());
    }
    return 0;
  }
}
