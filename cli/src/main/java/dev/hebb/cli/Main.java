package dev.hebb.cli;

import dev.hebb.tensor.HebbException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code hebb} command. */
@Command(
    name = "hebb",
    mixinStandardHelpOptions = true,
    version = "hebb 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    description = "Trains neural networks and uses them, on the JVM alone.",
    subcommands = {
      TrainCommand.class,
      PredictCommand.class,
      GenerateCommand.class,
      EvalCommand.class,
      SummaryCommand.class,
      InspectCommand.class,
      ConvertCommand.class,
      RunCommand.class,
      DataCommand.class,
      LessonCommand.class,
      ZooCommand.class,
      BenchCommand.class,
      StudioCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  hebb train digits                     train a digit recogniser, about a minute",
      "  hebb predict digits.hebb photo.png    read a digit from a picture",
      "  hebb train loans.csv --target paid    learn from a table of your own",
      "  hebb predict loans.hebb new.csv       CSV in, CSV with predictions out",
      "  hebb convert digits.hebb digits.onnx  take it anywhere",
      "  hebb train names                      learn to invent names",
      "  hebb generate names.hebb              invent some",
      "  hebb lesson L59                       back-propagation by hand, every number",
      "",
      "'hebb COMMAND --help' explains a command."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Main implements Runnable {
  /** The exit code for what the user can put right. */
  static final int WRONG_INPUT = 2;

  /** The exit code for what is Hebb's own fault. */
  static final int BUG = 70;

  @Spec private CommandSpec spec;

  @Option(
      names = "--trace",
      hidden = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean trace;

  private Main() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true"); // pictures are drawn without a screen
    }
    Charset charset = System.out.charset();
    var out = new PrintWriter(System.out, true, charset);
    var err = new PrintWriter(System.err, true, System.err.charset());
    int code = run(out, err, args);
    out.flush();
    System.exit(code);
  }

  /**
   * Runs the command.
   *
   * @param out where results go
   * @param err where complaints go
   * @return 0, or {@link #WRONG_INPUT} after one sentence that says what is wrong and what to do
   */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    var main = new Main();
    var command =
        new CommandLine(main)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(90)
            .setParameterExceptionHandler((e, _) -> misused(e))
            .setExecutionExceptionHandler((e, c, _) -> failed(e, c.getErr(), main.trace));
    try {
      return command.execute(args);
    } catch (OutOfMemoryError e) {
      err.println("hebb: there is not enough memory for this; try a smaller --batch or fewer data");
      return WRONG_INPUT;
    } catch (Error e) { // picocli hands only exceptions to its handlers
      return failed(e, err, main.trace);
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int misused(CommandLine.ParameterException e) {
    CommandLine command = e.getCommandLine();
    var suggestions = new java.io.StringWriter();
    CommandLine.UnmatchedArgumentException.printSuggestions(e, new PrintWriter(suggestions, true));
    String hint = String.join(" ", suggestions.toString().lines().map(String::strip).toList());
    command
        .getErr()
        .printf(
            "hebb: %s.%s See '%s --help'.%n",
            ended(String.valueOf(e.getMessage())),
            hint.isEmpty() ? "" : " " + hint + ".",
            command.getCommandSpec().qualifiedName());
    return WRONG_INPUT;
  }

  private static int failed(Throwable e, PrintWriter err, boolean trace) {
    if (trace) {
      e.printStackTrace(err);
    }
    if (e instanceof HebbException) {
      err.println("hebb: " + e.getMessage());
      return WRONG_INPUT;
    }
    err.printf("hebb: an error of Hebb's own, please report it: %s (--trace shows where)%n", e);
    return BUG;
  }

  private static String ended(String message) {
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }
}
