package dev.hebb.onnx;

import dev.hebb.onnx.op.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which operators are known, and how many of ONNX's cases each of them passes. */
final class Scoreboard {
  static final String REFRESH =
      "mvn -q -o test -pl onnx -am -Dtest=NodeCasesTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dhebb.write=true writes it anew";

  private record Score(int passed, int all) {}

  private final Map<String, Score> scores = new TreeMap<>();

  /** Notes how a case of an operator, named as {@code domain:Name}, went. */
  void add(String operator, boolean passed) {
    scores.merge(
        operator,
        new Score(passed ? 1 : 0, 1),
        (a, b) -> new Score(a.passed + b.passed, a.all + b.all));
  }

  int cases() {
    return scores.values().stream().mapToInt(Score::all).sum();
  }

  private int passed() {
    return scores.values().stream().mapToInt(Score::passed).sum();
  }

  static Path page() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("docs")) && root.getParent() != null) {
      root = root.getParent();
    }
    return root.resolve("docs/onnx-operators.md");
  }

  String markdown() {
    var text = new StringBuilder();
    text.append("# ONNX operators\n\n");
    text.append("Written by `NodeCasesTest`; ").append(REFRESH).append(".\n\n");
    text.append(
        """
        Models of opset 7 to %d are read, older ones where no attribute asks for the rules of before
        opset 7. The cases are those of the ONNX project (v1.22.0) that lie in the archive
        `node-tests.tar.xz`, compared within 1e-3 of the expected value plus 1e-7, as ONNX's own runner
        does. %d of %d pass.

        The second number counts the models of one node that `OperatorsBesideOrtTest` compares with
        ONNX Runtime. `ControlFlowTest` does so for graphs in nodes and functions, and
        `OperatorsByHandTest` holds what ONNX Runtime lacks beside examples and loops.

        | operator | cases passed | beside ONNX Runtime |
        |---|---|---|
        """
            .formatted(Registry.NEWEST, passed(), cases()));
    Map<String, Long> beside =
        OperatorsBesideOrtTest.cases()
            .collect(Collectors.groupingBy(OperatorCase::operator, Collectors.counting()));
    for (String name : Registry.names()) {
      Score s = scores.get(name);
      String shown = name.replaceFirst("^ai\\.onnx:", "").replace(':', ' ');
      long n = beside.getOrDefault(shown, 0L);
      text.append("| ")
          .append(shown)
          .append(" | ")
          .append(s == null ? "no case in the archive" : s.passed + " of " + s.all)
          .append(" | ")
          .append(n == 0 ? "–" : Long.toString(n))
          .append(" |\n");
    }
    text.append(
        "\n## Left out\n\nA model that uses one of these is refused when it is loaded.\n\n");
    text.append("| operator | reason |\n|---|---|\n");
    Registry.leftOut().forEach((name, why) -> text.append("| %s | %s |\n".formatted(name, why)));
    return text.toString();
  }
}
