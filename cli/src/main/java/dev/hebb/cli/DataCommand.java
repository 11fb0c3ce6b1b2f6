package dev.hebb.cli;

import dev.hebb.train.data.Catalog;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the data sets with a name. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    description = {"Lists the data sets that have a name, and where they come from.", ""},
    footer = {
      "",
      "Besides these, 'hebb train' takes:",
      "  FILE.csv, FILE.tsv   a table; the first line names the columns",
      "  FILE.arff            a table in Weka's format",
      "  FOLDER               a sub-folder of pictures per class, or MNIST's four IDX files"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DataCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where data sets are that do not ship with Hebb.")
  private @Nullable Path folder;

  @Override
  public Integer call() {
    var console = new Console(spec);
    for (Catalog.Entry entry : Catalog.entries(folder)) {
      console.line("%-8s %s (%s)".formatted(entry.name(), entry.description(), entry.size()));
      console.line("         by " + entry.source());
      console.line(
          "         "
              + (entry.available()
                  ? "ready: hebb train " + entry.name()
                  : "not here: " + entry.howToGet()));
    }
    return 0;
  }
}
