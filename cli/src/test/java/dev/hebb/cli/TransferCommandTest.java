package dev.hebb.cli;

import static dev.hebb.cli.Command.hebb;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Losses;
import dev.hebb.nn.Net;
import dev.hebb.nn.optim.Adam;
import dev.hebb.nn.zoo.LeNet;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Variable;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.Digits;
import dev.hebb.train.data.ImagePrep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was learned from digits helps to tell even from odd ones from a hundred pictures. */
@Timeout(600)
class TransferCommandTest {
  private static final int PICTURES = 100;

  @TempDir private static Path folder;

  private static Path base;
  private static Path parity;

  @BeforeAll
  static void learnDigits() throws IOException {
    System.setProperty("java.awt.headless", "true");
    var digits = Digits.load();
    Net net = LeNet.of(10).build(digits.shape(), Seed.of(1));
    Trainer.of(net, Losses.crossEntropy(), Adam.of(2e-3))
        .fit(digits.train().take(4000).shuffle(Seed.of(1)).batch(32), 4);
    base = folder.resolve("base.hebb");
    net.save(base);
    parity = folder.resolve("parity");
    write(digits.train().skip(8000).take(PICTURES), parity.resolve("train"));
    write(digits.test().take(500), parity.resolve("test"));
  }

  /** Pictures in a folder for each class. */
  private static void write(Dataset digits, Path into) throws IOException {
    var prep = (ImagePrep) digits.preprocessing();
    for (int i = 0; i < digits.size(); i++) {
      Path of = into.resolve(digits.label(i) % 2 == 0 ? "even" : "odd");
      Files.createDirectories(of);
      ImageIO.write(prep.decode(digits.input(i)), "png", of.resolve(i + ".png").toFile());
    }
  }

  private static double right(String out) {
    Matcher share = Pattern.compile("([0-9.]+) % right").matcher(out);
    assertThat(share.find()).as(out).isTrue();
    return Double.parseDouble(share.group(1));
  }

  @Test
  void l46TheOutputLayerAloneLearnsOrEverythingDoesAndBothBeatABeginningFromNothing() {
    Path nothing = folder.resolve("nothing.hebb");
    double fromNothing =
        right(hebb("train", parity, "--net", "lenet", "--out", nothing).succeeds().out());
    Path head = folder.resolve("head.hebb");
    String said =
        hebb("train", parity, "--from", base, "--freeze", "body", "--lr", "0.01", "--out", head)
            .succeeds()
            .out();
    assertThat(said).contains("only its output layer");
    double headAlone = right(said);
    List<Variable> before = Net.load(base).variables();
    Net after = Net.load(head);
    assertThat(after.out().size()).isEqualTo(2);
    for (Variable v : before.subList(0, before.size() - 2)) {
      assertThat(after.variable("body." + v.name()).value().toFloats())
          .as("%s keeps its bits", v.name())
          .isEqualTo(v.value().toFloats());
    }

    Path all = folder.resolve("all.hebb");
    double everything = right(hebb("train", parity, "--from", head, "--out", all).succeeds().out());
    String kernel = "body." + before.getFirst().name();
    assertThat(Net.load(all).variable(kernel).value().toFloats())
        .isNotEqualTo(before.getFirst().value().toFloats());
    assertThat(headAlone).isGreaterThan(fromNothing);
    assertThat(everything).isGreaterThan(fromNothing);
  }

  @Test
  void aModelOfOtherInputsIsRefusedAndAFewExamplesAreEnoughToSay() {
    hebb("train", "iris", "--from", base).complains("base.hebb", "[1, 28, 28]", "[4]");
    String out =
        hebb(
                "train",
                "digits",
                "--from",
                base,
                "--examples",
                "64",
                "--epochs",
                "1",
                "--tensorboard",
                folder.resolve("runs"),
                "--out",
                folder.resolve("few.hebb"))
            .succeeds()
            .out();
    assertThat(out).contains("64 examples", "1 epoch of 1 step of 64", "all of it");
    assertThat(right(out))
        .isGreaterThan(85); // its classes are the same, so it keeps its output layer
    try (var files = Files.list(folder.resolve("runs"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .singleElement()
          .asString()
          .startsWith("events.out.tfevents.");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
