package dev.hebb.studio.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.hebb.op.Activation;
import dev.hebb.tensor.Seed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** ONNX Runtime makes of an exported model what the playground's network makes of the points. */
class ModelExportTest {
  private static float[][] run(byte[] model, float[][] points) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment(); // one for the process: stays open
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor x = OnnxTensor.createTensor(environment, points);
          OrtSession.Result out = session.run(Map.of("point", x))) {
        return (float[][]) out.get("answer").orElseThrow().getValue();
      }
    }
  }

  private static Settings settings(List<Feature> features) {
    return new Settings(
        new Settings.Data(Problem.SPIRAL, 60, 0.1, 0.5),
        new Settings.Layout(
            features,
            List.of(
                new Settings.Hidden(5, Activation.GELU), new Settings.Hidden(3, Activation.TANH)),
            Activation.LINEAR,
            Start.HE),
        new Settings.Learning(Objective.CROSS_ENTROPY, Rule.ADAM, 0.05, 8),
        new Settings.Restraint(Settings.Penalty.NONE, 0, 0.2),
        11);
  }

  private static Experiment learnt(Experiment experiment) {
    for (int i = 0; i < 20; i++) {
      experiment.step();
    }
    return experiment;
  }

  @Test
  void allFeaturesAndTheProbability() throws OrtException {
    Experiment experiment = learnt(ExperimentTest.of(settings(List.of(Feature.values()))));
    float[][] points = {{0.75f, -1.25f}, {-2, 0.5f}, {0, 3}};
    float[][] answers = run(ModelExport.of(experiment), points);
    for (int i = 0; i < points.length; i++) {
      float[] row = new float[7];
      for (int k = 0; k < 7; k++) {
        row[k] = Feature.values()[k].of(points[i][0], points[i][1]);
      }
      float logit = experiment.architecture().net().predict(row)[0];
      assertThat(answers[i]).hasSize(1);
      assertThat((double) answers[i][0]).isCloseTo(1 / (1 + Math.exp(-logit)), within(1e-5));
    }
  }

  /** 0 … 40 and 1000 … 1080 are scaled into ±2.5, so 30 and 1020 become 1.25 and −1.25. */
  @Test
  void ownPointsInTheirOwnUnits() throws OrtException {
    String csv = "0,1000,a\n40,1080,b\n20,1040,c\n10,1010,a\n30,1060,b\n".repeat(3);
    Points points = OwnPoints.read(csv).points(0, 0.4, Seed.of(1));
    Experiment experiment =
        learnt(new Experiment(settings(List.of(Feature.X1, Feature.X2)), points));
    float[] scores = experiment.architecture().net().predict(new float[] {1.25f, -1.25f});
    double sum = 0;
    for (float s : scores) {
      sum += Math.exp(s);
    }
    float[] answer = run(ModelExport.of(experiment), new float[][] {{30, 1020}})[0];
    assertThat(answer).hasSize(3);
    for (int k = 0; k < 3; k++) {
      assertThat((double) answer[k]).isCloseTo(Math.exp(scores[k]) / sum, within(1e-4));
    }
  }
}
