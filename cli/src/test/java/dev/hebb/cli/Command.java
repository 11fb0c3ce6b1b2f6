package dev.hebb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * One run of the command with what it printed.
 *
 * @param code the exit code
 * @param out what went to standard output
 * @param err what went to standard error
 */
record Command(int code, String out, String err) {

  static Command hebb(Object... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    String[] words = List.of(args).stream().map(Object::toString).toArray(String[]::new);
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), words);
    return new Command(code, out.toString(), err.toString());
  }

  Command succeeds() {
    assertThat(err).isEmpty();
    assertThat(code).isZero();
    return this;
  }

  /** One sentence on standard error, with all of this in it. */
  Command complains(String... about) {
    assertThat(code).as(err).isEqualTo(2);
    assertThat(err.strip().lines()).as(err).hasSize(1);
    assertThat(err).startsWith("hebb: ").contains(about).doesNotContain("Exception");
    return this;
  }
}
