package dev.hebb.studio;

import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hebb.nn.Losses;
import dev.hebb.nn.optim.Sgd;
import dev.hebb.studio.runs.RunStore;
import dev.hebb.studio.runs.RunView;
import dev.hebb.tensor.Seed;
import dev.hebb.tensor.Shape;
import dev.hebb.train.Trainer;
import dev.hebb.train.data.Dataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that train are killed as by {@code kill -9}; what they recorded can be read. */
class KilledRunTest {
  private static final int KILLS = 3;

  @TempDir private Path folder;

  /** The process that is killed: trains for ever. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      var net = sequential(dense(8).tanh(), dense(2)).build(Shape.of(2), Seed.of(1));
      float[] inputs = new float[200];
      int[] labels = new int[100];
      var random = new Random(1);
      for (int i = 0; i < labels.length; i++) {
        inputs[2 * i] = random.nextFloat();
        inputs[2 * i + 1] = random.nextFloat();
        labels[i] = inputs[2 * i] > inputs[2 * i + 1] ? 1 : 0;
      }
      var data = Dataset.ofClasses(Shape.of(2), inputs, labels, List.of("below", "above"));
      Studio studio = Studio.open(StudioOptions.local().runs(Path.of(args[0])));
      Trainer.of(net, Losses.crossEntropy(), Sgd.of(0.1))
          .with(studio.recorder("killed"))
          .fit(data.shuffle().batch(4), data.batch(50), 1_000_000_000);
    }
  }

  @Test
  @Timeout(300)
  void aKilledRunIsReadableAndInterrupted() throws Exception {
    var random = new Random(7);
    for (int i = 1; i <= KILLS; i++) {
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "--add-modules=jdk.incubator.vector",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Child.class.getName(),
                  folder.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      RunStore watching = new RunStore(folder);
      try {
        while (watching.ids().size() < i || steps(watching) == 0) {
          assertThat(child.isAlive()).isTrue();
          TimeUnit.MILLISECONDS.sleep(50);
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        String state = watching.view(watching.ids().getFirst()).state();
        assertThat(state).as("alive: %s", child.isAlive()).isEqualTo("running");
      } finally {
        child.destroyForcibly().waitFor();
      }

      RunStore store = new RunStore(folder);
      assertThat(store.ids()).hasSize(i);
      String id = store.ids().getFirst();
      RunView run = store.view(id);
      assertThat(run.state()).isEqualTo("interrupted");
      assertThat(run.summary().get("name")).isEqualTo("killed");
      assertThat((long) run.summary().get("step")).isPositive();
      assertThat(watching.view(id).state()).as("to one who was watching").isEqualTo("interrupted");
    }
  }

  private static long steps(RunStore store) {
    return (long) store.view(store.ids().getFirst()).summary().get("step");
  }
}
