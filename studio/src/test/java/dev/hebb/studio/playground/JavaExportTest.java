package dev.hebb.studio.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hebb.op.Activation;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Seed;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exported programs compile, run, and predict what the playground's network predicts. */
class JavaExportTest {
  private static final int MOST_SECONDS = 120;

  @TempDir private Path folder;

  private static Settings settings(Objective objective, Rule rule, Settings.Restraint restraint) {
    return new Settings(
        new Settings.Data(Problem.SPIRAL, 60, 0.1, 0.5),
        new Settings.Layout(
            List.of(Feature.values()),
            List.of(
                new Settings.Hidden(5, Activation.LEAKY_RELU),
                new Settings.Hidden(3, Activation.TANH)),
            Activation.LINEAR,
            Start.HE),
        new Settings.Learning(objective, rule, 0.05, 8),
        restraint,
        11);
  }

  private static Experiment learnt(Experiment experiment) {
    for (int i = 0; i < 20; i++) {
      experiment.step();
    }
    return experiment;
  }

  @Test
  void aProgramPredictsTheSame() throws Exception {
    Experiment experiment =
        learnt(
            ExperimentTest.of(
                settings(
                    Objective.CROSS_ENTROPY,
                    Rule.ADAM,
                    new Settings.Restraint(Settings.Penalty.L2, 0.01, 0.2))));
    float[] features = new float[7];
    for (int i = 0; i < 7; i++) {
      features[i] = Feature.values()[i].of(0.75, -1.25);
    }
    assertThat(run(JavaExport.of(experiment), "0.75", "-1.25"))
        .isEqualTo(experiment.architecture().net().predict(features));
  }

  /** Own points are told in their own units; 0 … 40 and 1000 … 1080 are scaled into the plane. */
  @Test
  void aProgramForOwnPointsOfSeveralClasses() throws Exception {
    String csv = "0,1000,a\n40,1080,b\n20,1040,c\n10,1010,a\n30,1060,b\n".repeat(3);
    Points points = OwnPoints.read(csv).points(0, 0.4, Seed.of(1));
    Settings settings =
        settings(
            Objective.CROSS_ENTROPY, Rule.SGD, new Settings.Restraint(Settings.Penalty.NONE, 0, 0));
    Experiment experiment = learnt(new Experiment(settings, points));
    float[] features = new float[7];
    for (int i = 0; i < 7; i++) {
      features[i] = Feature.values()[i].of(1.25, -1.25);
    }
    assertThat(run(JavaExport.of(experiment), "30", "1020"))
        .containsExactly(experiment.architecture().net().predict(features), within(1e-5f));
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void everyRuleCompiles(Rule rule) {
    compile(
        JavaExport.of(
            ExperimentTest.of(
                settings(
                    Objective.HINGE,
                    rule,
                    new Settings.Restraint(Settings.Penalty.L1, 0.001, 0)))));
  }

  @ParameterizedTest
  @EnumSource(Objective.class)
  void everyLossCompiles(Objective objective) {
    Problem problem = objective.fits(2) ? Problem.XOR : Problem.HILLS;
    Settings s = settings(objective, Rule.SGD, new Settings.Restraint(Settings.Penalty.NONE, 0, 0));
    compile(JavaExport.of(ExperimentTest.of(s.problem(problem))));
  }

  @Test
  void everyStartAndActivationCompiles() {
    for (Start start : Start.values()) {
      for (Activation f : Derivative.all().subList(0, start == Start.HE ? 10 : 1)) {
        Settings.Layout layout =
            new Settings.Layout(
                List.of(Feature.X1), List.of(new Settings.Hidden(1, f)), Activation.TANH, start);
        Settings s =
            settings(
                Objective.SQUARED, Rule.SGD, new Settings.Restraint(Settings.Penalty.NONE, 0, 0));
        compile(
            JavaExport.of(
                ExperimentTest.of(new Settings(s.data(), layout, s.learning(), s.restraint(), 1))));
      }
    }
  }

  @Test
  void whatHasDivergedIsNotExported() {
    Settings s =
        settings(Objective.SQUARED, Rule.SGD, new Settings.Restraint(Settings.Penalty.NONE, 0, 0));
    Experiment experiment =
        ExperimentTest.of(
            new Settings(
                s.data(),
                s.layout(),
                new Settings.Learning(Objective.SQUARED, Rule.SGD, 100, 8),
                s.restraint(),
                1));
    for (int i = 0; i < 200; i++) {
      experiment.step();
    }
    assertThat(experiment.look().train().loss()).isNull();
    assertThatThrownBy(() -> JavaExport.of(experiment))
        .isInstanceOf(HebbException.class)
        .hasMessageContaining("smaller learning rate");
  }

  private void compile(String source) {
    var file =
        new SimpleJavaFileObject(
            URI.create("string:///Playground.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var messages = new StringWriter();
    var options =
        List.of("--release", "25", "-proc:none", "-cp", classPath(), "-d", folder.toString());
    boolean compiles =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, null, null, options, null, List.of(file))
            .call();
    assertThat(compiles).as("%s\n%s", messages, source).isTrue();
  }

  private float[] run(String source, String... numbers) throws IOException, InterruptedException {
    compile(source);
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Xmx256m",
                "-cp",
                folder + File.pathSeparator + classPath(),
                "Playground"));
    command.addAll(List.of(numbers));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended && process.waitFor() == 0).as(Files.readString(err)).isTrue();
    String[] printed = Files.readString(out).strip().replaceAll("[\\[\\]]", "").split(", ");
    float[] values = new float[printed.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(printed[i]);
    }
    return values;
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .reduce((a, b) -> a + File.pathSeparator + b)
        .orElseThrow();
  }
}
