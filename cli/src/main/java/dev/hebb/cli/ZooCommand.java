package dev.hebb.cli;

import dev.hebb.nn.Summary;
import dev.hebb.nn.zoo.Zoo;
import dev.hebb.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the networks with a name. */
@Command(
    name = "zoo",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the networks that have a name, with their size and work for the papers' pictures; or"
          + " shows the layers of one of them.",
      ""
    },
    footer = {
      "",
      "A multiplication and an addition count as two FLOPs: papers' “multiply-adds” are half.",
      "",
      "Examples:",
      "  hebb zoo",
      "  hebb zoo resnet18",
      "  hebb summary resnet18 --shape 3x64x64 --outputs 2     for pictures of another size",
      "  hebb train digits --net resnet20"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ZooCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NET",
      description = "The network to show; without it, all are listed.")
  private @Nullable String name;

  @Override
  public Integer call() {
    var console = new Console(spec);
    if (name == null) {
      list(console);
    } else {
      show(console, Zoo.find(name));
    }
    return 0;
  }

  private static void show(Console console, Zoo.Entry entry) {
    console.line("%s: %s (%s)".formatted(entry.name(), entry.description(), entry.paper()));
    console.line("");
    console.line(entry.layers().summary(entry.example()).toString());
  }

  private static void list(Console console) {
    var rows = new ArrayList<List<String>>();
    for (Zoo.Entry entry : Zoo.entries()) {
      Summary s = entry.layers().summary(entry.example());
      rows.add(
          List.of(
              entry.name(),
              String.format(Locale.ROOT, "%,d", s.parameters()),
              Text.scaled(s.flops()),
              example(entry.example()),
              entry.paper()));
    }
    console.line(Text.table(List.of("network", "parameters", "FLOPs", "example", "paper"), rows));
    console.line(
        "'hebb zoo NAME' shows a network's layers; 'hebb train DATA --net NAME' trains it.");
  }

  private static String example(Shape shape) {
    String dims =
        Arrays.stream(shape.dims()).mapToObj(String::valueOf).collect(Collectors.joining("×"));
    return shape.dtype().isFloating() ? dims : dims + " tokens";
  }
}
