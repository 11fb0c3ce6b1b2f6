package dev.hebb.cli;

import static dev.hebb.cli.Command.hebb;

import dev.hebb.nn.Layers;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with the input: one clear sentence, exit code 2, no stack trace. */
@Timeout(60)
class WrongInputTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "train nothing | nothing",
        "train dgits | Did you mean 'digits'",
        "train none.csv | does not exist",
        "train | DATA",
        "train iris --epochs 0 | --epochs must be above 0",
        "train iris --epochs three | 'three' is not",
        "train iris --lr NaN | --lr must be above 0",
        "train iris --batch -1 | --batch must be above 0",
        "train iris --threads 0 | --threads must be above 0",
        "train iris --epoch 3 | Unknown option",
        "train iris --net vgg | there is no network 'vgg'",
        "train iris --net lenet | for pictures",
        "train digits --net alexnet | at least 63 × 63",
        "train digits --net unet | gives a class for each pixel",
        "train digits --net dcgan-discriminator | gives one number",
        "zoo nonsense | there is no network 'nonsense'",
        "train iris --net none.json | does not exist",
        "train iris --target class | --target names a column",
        "train mnist --data /nowhere | /nowhere",
        "train iris --runs here | --studio",
        "train digits --net dcgan --studio | two against each other",
        "studio --port 70000 | between 0 and 65535",
        "studio --host no.such.host.invalid | not known",
        "studio --token short | at least 8",
        "studio --runs /dev/null/runs | cannot hold runs",
        "train iris --out /no/where/iris.hebb | must be a file in a folder",
        "predict | MODEL",
        "predict none.hebb x.png | none.hebb does not exist",
        "eval none.hebb iris | none.hebb does not exist",
        "summary none.hebb | none.hebb does not exist",
        "generate none.hebb | none.hebb does not exist",
        "summary nonsense | there is no network 'nonsense'",
        "summary mlp --shape 1x-2 | write a shape like",
        "summary cnn --shape 4 | for pictures",
        "bench W9 | there is no workload W9",
        "bench W0 --seconds 0 | --seconds must lie in",
        "bench W0 --against no-such-folder | no-such-folder holds no build of Hebb",
        "lesson L99 | the nearest are L63",
        "lesson L42 | no lesson about row L42; the nearest are L41, L43",
        "lesson hopfield | named by its row",
        "lesson L59 --lang fr | 'fr'",
        "fit iris | Unmatched argument"
      })
  void isSaidInOneSentence(String command, String about) {
    hebb((Object[]) command.split(" ")).complains(about);
  }

  @Test
  void tables() throws IOException {
    Path nan =
        Files.writeString(folder.resolve("nan.csv"), "a,b,c\n1,2,x\nNaN,3,y\n4,5,x\n6,7,y\n");
    hebb("train", nan).complains("nan.csv, line 3", "'a'", "NaN");
    Path ragged = Files.writeString(folder.resolve("ragged.csv"), "a,b\n1,x\n2\n");
    hebb("train", ragged).complains("ragged.csv, line 3");
    Path empty = Files.writeString(folder.resolve("empty.csv"), "");
    hebb("train", empty).complains("empty.csv");
    Path one = Files.writeString(folder.resolve("one.csv"), "a,b\n1,x\n2,x\n3,x\n4,x\n");
    hebb("train", one).complains("one.csv", "only one class");
    hebb("train", one, "--target", "z").complains("no column 'z'");
    Path text = Files.writeString(folder.resolve("text.arff"), "hello");
    hebb("train", text).complains("text.arff");
  }

  @Test
  void pictures() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    hebb("train", empty).complains("empty");
    Path cat = Files.createDirectories(folder.resolve("pets/cat"));
    Path dog = Files.createDirectories(folder.resolve("pets/dog"));
    Files.writeString(cat.resolve("a.png"), "no picture");
    Files.writeString(dog.resolve("b.png"), "no picture");
    hebb("train", folder.resolve("pets")).complains("a.png");
  }

  @Test
  void aLabelOutOfRange() throws IOException {
    for (String part : new String[] {"train", "t10k"}) {
      var images = ByteBuffer.allocate(16 + 2 * 784).putInt(0x803).putInt(2).putInt(28).putInt(28);
      Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
      byte[] labels =
          ByteBuffer.allocate(10).putInt(0x801).putInt(2).put((byte) 3).put((byte) 12).array();
      Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels);
    }
    hebb("train", folder).complains("train-labels", "label 12 is out of range");
  }

  @Test
  void networksInFiles() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\n\"type\": \n}");
    hebb("train", "iris", "--net", broken).complains("broken.json", "line 3");
    Path unknown = Files.writeString(folder.resolve("unknown.json"), "{\"type\":\"Magic\"}");
    hebb("train", "iris", "--net", unknown).complains("Magic");
    Path misfit =
        Files.writeString(
            folder.resolve("misfit.json"),
            "{\"type\":\"Chain\",\"layers\":[{\"type\":\"MaxPool\",\"window\":null}]}");
    hebb("train", "iris", "--net", misfit).complains("MaxPool");
  }

  @Test
  void models() throws IOException {
    Path good = folder.resolve("good.hebb");
    Layers.sequential(Layers.dense(3)).build(Shape.of(4), Seed.of(1)).save(good);
    byte[] whole = Files.readAllBytes(good);
    Path half = Files.write(folder.resolve("half.hebb"), Arrays.copyOf(whole, whole.length / 2));
    hebb("predict", half, "x.csv").complains("half.hebb");
    hebb("eval", half, "iris").complains("half.hebb");
    hebb("summary", half).complains("half.hebb");
    hebb("predict", good, "x.csv").complains("good.hebb", "reads numbers");
    hebb("eval", good, "digits").complains("[1, 28, 28]", "[4]");
    hebb("train", "iris", "--out", good, "--resume").complains("good.hebb", "finished model");
  }
}
