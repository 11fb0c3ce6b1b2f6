package dev.hebb.tensorboard;

import com.google.protobuf.ByteString;
import com.google.protobuf.Value;
import dev.hebb.nn.NetGraph;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensorboard.proto.AttrValue;
import dev.hebb.tensorboard.proto.DataClass;
import dev.hebb.tensorboard.proto.DataType;
import dev.hebb.tensorboard.proto.Event;
import dev.hebb.tensorboard.proto.Experiment;
import dev.hebb.tensorboard.proto.GraphDef;
import dev.hebb.tensorboard.proto.HParamInfo;
import dev.hebb.tensorboard.proto.HParams;
import dev.hebb.tensorboard.proto.Metadata;
import dev.hebb.tensorboard.proto.MetricInfo;
import dev.hebb.tensorboard.proto.MetricName;
import dev.hebb.tensorboard.proto.NodeDef;
import dev.hebb.tensorboard.proto.SessionEnd;
import dev.hebb.tensorboard.proto.SessionStart;
import dev.hebb.tensorboard.proto.Summary;
import dev.hebb.tensorboard.proto.TensorShape;
import dev.hebb.tensorboard.proto.TensorValue;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * An event file, in a folder that {@code tensorboard --logdir} is told. Each is a new file, so
 * several runs, and parts of an interrupted one, may lie in one folder. What was written is on its
 * way to the disk when a method returns, and a process that dies loses nothing of it.
 *
 * <p>Tags may have slashes: {@code train/loss} and {@code val/loss} are shown in two groups.
 */
public final class EventFile {
  /** The version that every such file begins with. */
  private static final String VERSION = "brain.Event:2";

  private static final String HPARAMS = "hparams";

  private final Records records;

  private EventFile(Records records) {
    this.records = records;
    records.write(event(0).setFileVersion(VERSION).build());
  }

  /**
   * Begins a new file.
   *
   * @param folder where; made if it is not there
   * @throws HebbException if the file cannot be created
   */
  public static EventFile create(Path folder) {
    return new EventFile(Records.create(folder));
  }

  /** Where it is. */
  public Path file() {
    return records.file();
  }

  /** A number at a step. */
  public void scalar(String tag, double value, long step) {
    value(step, Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
  }

  /** How the numbers of a tensor are distributed; what is not finite is left out. */
  public void histogram(String tag, Tensor values, long step) {
    Histograms.of(values.toDoubles())
        .ifPresent(h -> value(step, Summary.Value.newBuilder().setTag(tag).setHisto(h)));
  }

  /** A picture. */
  public void image(String tag, BufferedImage picture, long step) {
    var png = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", png);
    } catch (IOException e) {
      throw new HebbException("%s: the picture cannot be written".formatted(tag), e);
    }
    var image =
        Summary.Image.newBuilder()
            .setHeight(picture.getHeight())
            .setWidth(picture.getWidth())
            .setColorspace(picture.getColorModel().getNumComponents())
            .setEncodedImageString(ByteString.copyFrom(png.toByteArray()));
    value(step, Summary.Value.newBuilder().setTag(tag).setImage(image));
  }

  /** A text, which is shown as Markdown. */
  public void text(String tag, String markdown, long step) {
    var text =
        TensorValue.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(
                TensorShape.newBuilder().addDim(TensorShape.Dim.newBuilder().setSize(1)))
            .addStringVal(ByteString.copyFromUtf8(markdown));
    value(
        step,
        Summary.Value.newBuilder()
            .setTag(tag)
            .setTensor(text)
            .setMetadata(metadata("text", ByteString.EMPTY)));
  }

  /** A network. */
  public void graph(NetGraph graph) {
    var def = GraphDef.newBuilder();
    for (NetGraph.Node node : graph.nodes()) {
      var attributes =
          Map.of(
              "shape", text(node.out().toString()),
              "parameters", AttrValue.newBuilder().setI(node.parameters()).build(),
              "layer", text(node.kind()));
      def.addNode(
          NodeDef.newBuilder()
              .setName(scoped(node.name()))
              .setOp(node.kind().replaceAll("\\W.*", ""))
              .addAllInput(node.inputs().stream().map(EventFile::scoped).toList())
              .putAllAttr(attributes));
    }
    records.write(event(0).setGraphDef(def.build().toByteString()).build());
  }

  /**
   * The hyper-parameters of the run that this file is about, once at its beginning.
   *
   * @param values strings, numbers and truth values by name
   * @param metrics the tags of the numbers to compare runs by
   */
  public void hyperParameters(Map<String, Object> values, Collection<String> metrics) {
    var experiment = Experiment.newBuilder().setTimeCreatedSecs(now());
    var start = SessionStart.newBuilder().setStartTimeSecs(now());
    values.forEach((name, value) -> {
      var info = HParamInfo.newBuilder().setName(name);
      var entry = Value.newBuilder();
      switch (value) {
        case Number n -> {
          info.setType(HParamInfo.Type.FLOAT64);
          entry.setNumberValue(n.doubleValue());
        }
        case Boolean b -> {
          info.setType(HParamInfo.Type.BOOL);
          entry.setBoolValue(b);
        }
        default -> {
          info.setType(HParamInfo.Type.STRING);
          entry.setStringValue(value.toString());
        }
      }
      experiment.addHparamInfos(info);
      start.putHparams(name, entry.build());
    });
    for (String tag : metrics) {
      experiment.addMetricInfos(
          MetricInfo.newBuilder().setName(MetricName.newBuilder().setTag(tag)));
    }
    hparams("_hparams_/experiment", HParams.newBuilder().setExperiment(experiment));
    hparams("_hparams_/session_start_info", HParams.newBuilder().setSessionStart(start));
  }

  /** Says that the run is over, which its hyper-parameters are shown with. */
  public void ended(boolean successfully) {
    var status = successfully ? SessionEnd.Status.SUCCESS : SessionEnd.Status.FAILURE;
    var end = SessionEnd.newBuilder().setStatus(status).setEndTimeSecs(now());
    hparams("_hparams_/session_end_info", HParams.newBuilder().setSessionEnd(end));
  }

  private void hparams(String tag, HParams.Builder content) {
    // The plugin looks at the metadata alone; a value there must be.
    var nothing =
        TensorValue.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(TensorShape.newBuilder().addDim(TensorShape.Dim.newBuilder()));
    value(
        0,
        Summary.Value.newBuilder()
            .setTag(tag)
            .setTensor(nothing)
            .setMetadata(metadata(HPARAMS, content.build().toByteString())));
  }

  private static Metadata metadata(String plugin, ByteString content) {
    return Metadata.newBuilder()
        .setDataClass(DataClass.DATA_CLASS_TENSOR)
        .setPluginData(Metadata.PluginData.newBuilder().setPluginName(plugin).setContent(content))
        .build();
  }

  private void value(long step, Summary.Value.Builder value) {
    records.write(event(step).setSummary(Summary.newBuilder().addValue(value)).build());
  }

  private static Event.Builder event(long step) {
    return Event.newBuilder().setWallTime(now()).setStep(step);
  }

  private static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  private static AttrValue text(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }

  private static String scoped(String path) {
    return path.replace('.', '/');
  }
}
