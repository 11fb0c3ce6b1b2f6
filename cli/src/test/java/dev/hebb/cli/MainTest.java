package dev.hebb.cli;

import static dev.hebb.cli.Command.hebb;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.LayerSpec;
import dev.hebb.nn.Layers;
import dev.hebb.nn.Net;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;

@Timeout(120)
class MainTest {
  @TempDir private Path folder;

  @BeforeAll
  static void drawWithoutAScreen() {
    System.setProperty("java.awt.headless", "true");
  }

  @Test
  void aloneItPrintsItsHelp() {
    assertThat(hebb().succeeds().out()).contains("Usage: hebb", "train", "predict", "Examples");
    assertThat(hebb("--version").succeeds().out()).startsWith("hebb ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train",
        "predict",
        "generate",
        "eval",
        "summary",
        "inspect",
        "convert",
        "run",
        "data",
        "zoo",
        "lesson"
      })
  void everyCommandExplainsItself(String name) {
    assertThat(hebb(name, "--help").succeeds().out())
        .contains("Usage: hebb " + name)
        .contains("hebb ");
  }

  @Test
  void dataTellsWhatThereIs() {
    assertThat(hebb("data").succeeds().out())
        .contains("digits", "mnist", "fashion", "iris", "credit");
  }

  @Test
  void lessonsAreListedAndToldInBothLanguages() {
    assertThat(hebb("lesson").succeeds().out())
        .contains("L59", "L63", "Hopfield", "hebb lesson L59");
    assertThat(hebb("lesson", "--lang", "zh").succeeds().out()).contains("感知机");
    assertThat(hebb("lesson", "L59").succeeds().out())
        .contains("0.298371109", "0.35891648", "0.291027774", "0.280471447");
    assertThat(hebb("lesson", "59", "--lang", "zh").succeeds().out()).contains("前向", "0.298371109");
  }

  @Test
  void summaryKnowsTheNetworksByName() {
    // 16·(25 + 1) + 48·(16·25 + 1) + 128·(48·4·4 + 1) + 10·(128 + 1)
    assertThat(hebb("summary", "lenet").succeeds().out()).contains("119,386");
    assertThat(hebb("summary", "linear", "--shape", "4", "--outputs", "3").succeeds().out())
        .contains("15 parameters");
    assertThat(hebb("summary", "vae").succeeds().out()).contains("652,824 parameters");
  }

  @Test
  void theZooListsTheNetworksAndShowsOne() {
    String all = hebb("zoo").succeeds().out();
    assertThat(all.lines().filter(l -> l.startsWith("  vgg16")).findFirst().orElseThrow())
        .contains("138,357,544", "30.9 G", "3×224×224", "Simonyan");
    assertThat(all).contains("lenet5-1998", "densenet40");
    assertThat(hebb("zoo", "resnet18").succeeds().out())
        .contains("He et al., 2016", "11,689,512 parameters", "Residual");
  }

  @Test
  void aTextIsLearntAndContinued() throws IOException {
    Path text = Files.writeString(folder.resolve("songs.txt"), "la le lu\nlu le la\n".repeat(60));
    Path model = folder.resolve("songs.hebb");
    String trained =
        hebb("train", text, "--epochs", "30", "--out", model, "--net", "gpt").succeeds().out();
    assertThat(trained).contains("6 different ones", "guessing: 1.7918", "hebb generate");
    String written =
        hebb("generate", model, "--prompt", "la", "--tokens", "40", "--temperature", "0")
            .succeeds()
            .out();
    assertThat(written).startsWith("la ").matches("(?s)[laeu\\s]{20,}");
    hebb("predict", model, text).complains("hebb generate");
    hebb("generate", model, "--prompt", "X").complains("'X'");
    hebb("generate", model, "--top-p", "2").complains("(0, 1]");
    hebb("generate", model, "--tokens", "0").complains("--tokens");
    hebb("train", text, "--net", "lenet").complains("use char-rnn, gpt");
  }

  @Test
  void aTableIsTrainedMeasuredAndAsked() throws IOException {
    Path model = folder.resolve("iris.hebb");
    String trained =
        hebb("train", "iris", "--out", model, "--divisions", "3", "--threads", "2")
            .succeeds()
            .out();
    assertThat(trained)
        .contains("120 examples of [4]", "Iris-virginica", "taken for", "iris.hebb", "iris.png")
        .contains("3 other random divisions");
    assertThat(model).exists();
    BufferedImage report = ImageIO.read(folder.resolve("iris.png").toFile());
    assertThat(report.getWidth()).isGreaterThan(800);

    String measured = hebb("eval", model, "iris").succeeds().out();
    String line =
        trained.lines().filter(l -> l.contains("test examples:")).findFirst().orElseThrow();
    assertThat(measured).contains(line.substring(line.indexOf(':')));

    Path rows =
        Files.writeString(
            folder.resolve("rows.csv"),
            "petalwidth,petallength,sepallength,sepalwidth\n0.2,1.4,5.1,3.5\n");
    List<String> answered = hebb("predict", model, rows).succeeds().out().lines().toList();
    assertThat(answered.get(0))
        .isEqualTo("petalwidth,petallength,sepallength,sepalwidth,predicted class,probability");
    assertThat(answered.get(1)).startsWith("0.2,1.4,5.1,3.5,Iris-setosa,0.");
    Path known =
        Files.writeString(
            folder.resolve("known.csv"),
            "sepallength,sepalwidth,petallength,petalwidth,class\n5.1,3.5,1.4,0.2,Iris-setosa\n");
    assertThat(hebb("eval", model, known).succeeds().out()).contains("1 rows", "100.00 % right");

    assertThat(hebb("summary", model).succeeds().out())
        .contains("finished model", "120 examples", "Java");
    hebb("predict", model, folder.resolve("iris.png")).complains("iris.png");
    Path other = Files.writeString(folder.resolve("other.csv"), "petalwidth,colour\n1,red\n");
    hebb("predict", model, other).complains("other.csv, row 1", "colour");
    Path wrong = Files.writeString(folder.resolve("wrong.csv"), "petalwidth,petallength\n1,long\n");
    hebb("predict", model, wrong).complains("wrong.csv, row 1", "long");
    hebb("eval", model, rows).complains("rows.csv", "no column 'class'");
    hebb("eval", model, "credit").complains("trained on other data");
  }

  @Test
  void numbersArePredictedToo() throws IOException {
    var text = new StringBuilder("x;z;y\n");
    for (int i = 0; i < 200; i++) {
      double x = i / 20.0;
      text.append("%s;%s;%s%n".formatted(x, i % 2 == 0 ? "even" : "odd", 3 * x + (i % 2)));
    }
    Path file = Files.writeString(folder.resolve("line.csv"), text);
    Path model = folder.resolve("line.hebb");
    String out = hebb("train", file, "--out", model, "--divisions", "0").succeeds().out();
    double r2 =
        Double.parseDouble(
            out.lines()
                .filter(l -> l.contains("R²"))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*R² ", ""));
    assertThat(r2).isGreaterThan(0.9);
    assertThat(hebb("predict", model, file).succeeds().out()).startsWith("x,z,y,predicted y");
    assertThat(hebb("eval", model, file).succeeds().out()).contains("held-out rows", "R²");
  }

  private void bars(Path pictures) throws IOException {
    for (String name : List.of("flat", "tall")) {
      Path classFolder = Files.createDirectories(pictures.resolve(name));
      for (int i = 0; i < 12; i++) {
        var image = new BufferedImage(12, 12, BufferedImage.TYPE_BYTE_GRAY);
        var g = image.createGraphics();
        g.setColor(Color.WHITE);
        if (name.equals("flat")) {
          g.fillRect(1, 1 + i % 9, 10, 2);
        } else {
          g.fillRect(1 + i % 9, 1, 2, 10);
        }
        g.dispose();
        ImageIO.write(image, "png", classFolder.resolve(i + ".png").toFile());
      }
    }
  }

  @Test
  void aFolderOfPicturesIsTrainedAndAsked() throws IOException {
    Path pictures = folder.resolve("bars");
    bars(pictures);
    Path model = folder.resolve("bars.hebb");
    assertThat(
            hebb("train", pictures, "--out", model, "--epochs", "6", "--batch", "6")
                .succeeds()
                .out())
        .contains("cnn", "flat", "tall");
    String answer = hebb("predict", model, pictures.resolve("flat/3.png")).succeeds().out();
    assertThat(answer).contains("3.png: ", " %)");
    assertThat(hebb("eval", model, pictures).succeeds().out()).contains("24 pictures");
    hebb("predict", model, folder.resolve("bars.hebb")).complains("not a PNG");
    var image = ImageIO.read(pictures.resolve("flat/3.png").toFile());
    for (String format : List.of("png", "jpg", "bmp", "gif")) {
      Path same = folder.resolve("same." + format);
      assertThat(ImageIO.write(image, format, same.toFile())).as(format).isTrue();
      assertThat(hebb("predict", model, same).succeeds().out())
          .contains("same." + format + ": flat");
      byte[] bytes = Files.readAllBytes(same);
      Path broken = folder.resolve("broken." + format);
      Files.write(broken, java.util.Arrays.copyOf(bytes, 30));
      hebb("predict", model, broken).complains("broken." + format);
    }
    Path csv = Files.writeString(folder.resolve("t.csv"), "a,b\n1,2\n");
    hebb("eval", model, csv).complains("t.csv");
  }

  @ParameterizedTest
  @ValueSource(strings = {"autoencoder", "vae", "dcgan"})
  void networksThatMakePicturesWriteSome(String net) throws IOException {
    Path pictures = folder.resolve("bars");
    bars(pictures);
    Path model = folder.resolve(net + ".hebb");
    String said =
        hebb("train", pictures, "--net", net, "--out", model, "--epochs", "2", "--batch", "6")
            .succeeds()
            .out();
    assertThat(said).contains("parameters", "epoch 2/2", net + "-samples.png");
    BufferedImage made = ImageIO.read(folder.resolve(net + "-samples.png").toFile());
    assertThat(made.getWidth()).isGreaterThan(10 * 12);
    assertThat(Net.load(model).summary().parameters()).isPositive();
    hebb("train", pictures, "--net", net, "--out", model, "--resume")
        .complains("cannot be resumed");
    hebb("train", "iris", "--net", net).complains("makes pictures");
  }

  @Test
  void anInterruptedRunLeavesACheckpointAndIsResumed() throws Exception {
    Path whole = folder.resolve("whole.hebb");
    Path parts = folder.resolve("parts.hebb");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                "iris",
                "--epochs",
                "1000",
                "--divisions",
                "0",
                "--out",
                parts.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader lines = child.inputReader();
    String line = lines.readLine();
    while (line != null && !line.startsWith("epoch")) {
      line = lines.readLine();
    }
    child.toHandle().destroy(); // SIGTERM, which a JVM takes as Ctrl-C
    String rest = String.join(" ", lines.lines().toList());
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(rest).contains("checkpoint", "--resume");
    assertThat(hebb("summary", parts).succeeds().out()).contains("training can go on");

    String[] options = {"--epochs", "1000", "--divisions", "0"};
    hebb("train", "iris", "--out", whole, options[0], options[1], options[2], options[3])
        .succeeds();
    hebb("train", "iris", "--epochs", "900", "--out", parts, "--resume").complains("optimiser");
    assertThat(
            hebb(
                    "train",
                    "iris",
                    "--out",
                    parts,
                    "--resume",
                    options[0],
                    options[1],
                    options[2],
                    options[3])
                .succeeds()
                .out())
        .contains("going on in epoch");
    float[] x = {1, 2, 3, 4};
    assertThat(Net.load(parts).predict(x)).containsExactly(Net.load(whole).predict(x));
    Path none = folder.resolve("none.hebb");
    assertThat(
            hebb("train", "iris", "--epochs", "1", "--divisions", "0", "--out", none, "--resume")
                .succeeds()
                .out())
        .contains("beginning from the start");
  }

  @Test
  void aLayerFileDescribesTheNetwork() throws IOException {
    Path net =
        Files.writeString(
            folder.resolve("net.json"),
            new ObjectMapper()
                .writeValueAsString(LayerSpec.describe(Layers.sequential(Layers.dense(3)))));
    Path model = folder.resolve("m.hebb");
    assertThat(
            hebb("train", "iris", "--net", net, "--epochs", "1", "--divisions", "0", "--out", model)
                .succeeds()
                .out())
        .contains("15 parameters");
  }
}
