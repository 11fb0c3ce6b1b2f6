package dev.hebb.cli;

import static dev.hebb.cli.Command.hebb;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hebb.studio.Studio;
import dev.hebb.studio.StudioOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --studio} beside trainings of all kinds of data. */
@Timeout(180)
class StudioCommandTest {
  private static final Pattern LINK = Pattern.compile("studio  (http://localhost:\\d+/)");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"iris --divisions 0", "words.txt --net gpt", "digits --net mlp"})
  void aTrainingPrintsALinkAndIsRecorded(String what) throws Exception {
    Path runs = folder.resolve("runs");
    Path text = Files.writeString(folder.resolve("words.txt"), "to be or not to be. ".repeat(100));
    String[] words = what.replace("words.txt", text.toString()).split(" ");
    var arguments = new java.util.ArrayList<Object>(List.of("train"));
    arguments.addAll(List.of(words));
    arguments.addAll(
        List.of("--epochs", "1", "--studio", "--runs", runs, "--out", folder.resolve("m.hebb")));
    Command command = hebb(arguments.toArray()).succeeds();

    Matcher link = LINK.matcher(command.out());
    assertThat(link.find()).as(command.out()).isTrue();
    assertThatThrownBy(() -> runsAt(link.group(1)))
        .as("it serves as long as the command runs")
        .isInstanceOf(ConnectException.class);
    Studio later = Studio.open(StudioOptions.local().runs(runs));
    String answer = runsAt(later.link());
    later.stop();
    assertThat(answer)
        .contains(
            "\"name\":\"" + what.split("[. ]")[0] + "\"", "\"state\":\"finished\"", "\"epoch\":1");
    try (Stream<Path> all = Files.list(runs)) {
      Path run = all.findFirst().orElseThrow();
      assertThat(Files.readString(run.resolve("log.jsonl")))
          .contains("\"type\":\"started\"", "\"type\":\"steps\"", "\"type\":\"ended\"");
      assertThat(run.resolve("model.hebb")).exists();
    }
  }

  @Test
  void aStudioThatCannotOpenEndsTheTrainingBeforeItBegins() throws Exception {
    Path file = Files.writeString(folder.resolve("runs"), "a file, no folder");
    Path model = folder.resolve("m.hebb");
    hebb("train", "iris", "--studio", "--runs", file, "--out", model)
        .complains(file.toString(), "name a folder for runs");
    assertThat(model).doesNotExist();
  }

  private static String runsAt(String link) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(link + "api/runs")).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  @Test
  void withoutItNothingIsRecorded() {
    String out =
        hebb(
                "train",
                "iris",
                "--epochs",
                "1",
                "--divisions",
                "0",
                "--out",
                folder.resolve("m.hebb"))
            .succeeds()
            .out();
    assertThat(out).doesNotContain("http://");
  }
}
