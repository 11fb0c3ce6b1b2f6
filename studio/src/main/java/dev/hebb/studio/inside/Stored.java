package dev.hebb.studio.inside;

import dev.hebb.nn.Net;
import dev.hebb.studio.web.ApiException;
import dev.hebb.studio.web.Json;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.TextPrep;
import dev.hebb.train.io.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What is kept of a run beside its log, so that it can be looked at later and by others. */
public final class Stored {
  private static final String PREDICTIONS = "predictions.json";
  private static final String MODEL = "model.hebb";
  private static final String SAMPLE = "sample.safetensors";

  /** Larger networks are not written again and again. */
  private static final long MOST_PARAMETERS = 50_000_000;

  private static final int EXAMPLES = 200;
  private static final long MOST_NUMBERS = 4_000_000;

  private Stored() {}

  static void predictions(Path folder, Predictions predictions) {
    try {
      Path temporary = folder.resolve("." + PREDICTIONS);
      Files.write(temporary, Json.bytes(predictions));
      Files.move(temporary, folder.resolve(PREDICTIONS), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new HebbException("predictions cannot be written: " + e.getMessage(), e);
    }
  }

  static void model(Path folder, Subject subject) {
    if (subject.net().summary().parameters() > MOST_PARAMETERS) {
      return;
    }
    subject.net().save(folder.resolve(MODEL));
    Path sample = folder.resolve(SAMPLE);
    if (!Files.exists(sample) && !(subject.model().preprocessing() instanceof TextPrep)) {
      long each = Math.max(1, subject.sample().shape().size());
      int n = (int) Math.min(EXAMPLES, MOST_NUMBERS / each);
      DataFile.write(Probe.spread(subject.sample(), n), sample);
    }
  }

  /** The predictions as they were written last; an empty object while there are none. */
  public static JsonNode predictions(Path folder) {
    try {
      return Json.read(Files.readAllBytes(folder.resolve(PREDICTIONS)), JsonNode.class);
    } catch (NoSuchFileException e) {
      return JsonNodeFactory.instance.objectNode();
    } catch (IOException e) {
      throw new HebbException("predictions cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The network as it was written last, with its examples.
   *
   * @throws ApiException 404 if it was not
   */
  public static Subject subject(Path folder) {
    Path model = folder.resolve(MODEL);
    Path sample = folder.resolve(SAMPLE);
    if (!Files.exists(model)) {
      throw ApiException.missing(
          "the network of this run was not kept: it was interrupted early, or is too large");
    }
    Net net = Net.load(model);
    Dataset data = Files.exists(sample) ? DataFile.open(sample) : none(net);
    return new Subject(net, data);
  }

  private static Dataset none(Net net) {
    return Dataset.ofValues(net.in().as(DType.FLOAT32), new float[net.in().size()], new float[1], 1)
        .take(0);
  }

  /** When the network was written last, for whoever keeps it; 0 if it was not. */
  public static long written(Path folder) {
    return folder.resolve(MODEL).toFile().lastModified();
  }
}
