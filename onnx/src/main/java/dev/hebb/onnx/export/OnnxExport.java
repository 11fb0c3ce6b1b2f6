package dev.hebb.onnx.export;

import dev.hebb.nn.Net;
import dev.hebb.nn.NoteFormat;
import dev.hebb.nn.Side;
import dev.hebb.onnx.proto.ModelProto;
import dev.hebb.onnx.proto.OperatorSetIdProto;
import dev.hebb.op.Leaf;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Mode;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Step;
import dev.hebb.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A network as an ONNX model, for ONNX Runtime and all else that reads the format.
 *
 * <pre>{@code
 * OnnxExport.of(net).save(Path.of("digits.onnx"));
 * OnnxExport.of(net).input("image").output("scores").postprocessing(y -> y.softmax(-1)).save(file);
 * }</pre>
 *
 * <p>The model computes what the network computes in evaluation, for any number of examples at
 * once. Every layer can be exported, also one's own, because what is translated are not layers but
 * the operations that they are made of. Weights keep their names. Recurrent layers are written out
 * step by step.
 *
 * <p>The network's notes (labels, preprocessing, provenance, …) go along as JSON in the model's
 * metadata, each under {@code hebb.} and its key; {@link Net#load} finds them there.
 *
 * @param net the network
 * @param input the name of the model's first input, [batch, …]
 * @param output the name of its output, [batch, …]
 * @param side further inputs, which layers read besides the batch: by name, with the shape of one
 *     example
 * @param batch the only batch size, or 0 for any
 * @param around what is computed before and after the network
 */
public record OnnxExport(
    Net net, String input, String output, Map<String, Shape> side, int batch, Around around) {
  /** The version of the operators that models are written in. */
  public static final int OPSET = 20;

  /** The version of the file format that came with them. */
  private static final long IR_VERSION = 9;

  /**
   * Sizes to tell dimensions apart that depend on the batch; more than a line needs, to be sure.
   */
  private static final List<Integer> BATCHES = List.of(2, 3, 5);

  /** What notes are called in a model's metadata. */
  public static final String NOTES = "hebb.";

  /**
   * What is computed around the network, as part of the model.
   *
   * @param in the shape of one example that goes in
   * @param before makes of them what the network takes
   * @param after makes of the network's output what the model gives
   */
  public record Around(Shape in, UnaryOperator<Tensor> before, UnaryOperator<Tensor> after) {}

  /** Checks the names and the batch, and keeps the order of the inputs. */
  public OnnxExport {
    side = Collections.unmodifiableMap(new LinkedHashMap<>(side));
    Set<String> names = new HashSet<>(side.keySet());
    if (!names.add(input) || !names.add(output) || names.contains("")) {
      throw new HebbException(
          "ONNX export: inputs and output need different names, not \"%s\", %s and \"%s\""
              .formatted(input, side.keySet(), output));
    }
    if (batch < 0) {
      throw new HebbException("ONNX export: a batch has at least one example, not " + batch);
    }
  }

  /** A network with inputs and outputs called so, for any batch size. */
  public static OnnxExport of(Net net) {
    return new OnnxExport(
        net, "input", "output", Map.of(), 0, new Around(net.in(), x -> x, y -> y));
  }

  /** With another name of the input. */
  public OnnxExport input(String name) {
    return new OnnxExport(net, name, output, side, batch, around);
  }

  /** With another name of the output. */
  public OnnxExport output(String name) {
    return new OnnxExport(net, input, name, side, batch, around);
  }

  /**
   * With one more input, for what layers read besides the batch, see {@link Side}.
   *
   * @param name the value's name, such as {@link Side#MASK}; also the input's
   * @param example its shape for one example, without the batch axis
   */
  public OnnxExport side(String name, Shape example) {
    var more = new LinkedHashMap<>(side);
    more.put(name, example);
    return new OnnxExport(net, input, output, more, batch, around);
  }

  /** For one batch size only, as some runtimes like it; networks that differ by it need it. */
  public OnnxExport batch(int examples) {
    return new OnnxExport(net, input, output, side, examples, around);
  }

  /**
   * With something computed in front of the network: {@code x -> x.sub(mean).div(std)}. The notes
   * are written as they are, so change the one that tells of it.
   *
   * @param in the shape of one example that goes in, without the batch axis
   * @param before takes [batch, in…] and gives what the network takes
   */
  public OnnxExport preprocessing(Shape in, UnaryOperator<Tensor> before) {
    return new OnnxExport(net, input, output, side, batch, new Around(in, before, around.after));
  }

  /** With something computed behind the network: {@code y -> y.softmax(-1)}. */
  public OnnxExport postprocessing(UnaryOperator<Tensor> after) {
    return new OnnxExport(
        net, input, output, side, batch, new Around(around.in, around.before, after));
  }

  /**
   * Writes the model. More than a gigabyte of weights goes into a second file, {@code FILE.data}.
   *
   * @throws HebbException if the file cannot be written, or the network does what ONNX has no
   *     operator for
   */
  public void save(Path file) {
    save(file, ModelFile.MOST_INSIDE);
  }

  void save(Path file, long mostInside) {
    OnnxGraph graph = graph();
    ModelFile.write(file, model(graph), graph.weights(), mostInside);
  }

  /**
   * The model as the file's bytes.
   *
   * @throws HebbException if the network does what ONNX has no operator for, or holds more than a
   *     gigabyte of weights
   */
  public byte[] toBytes() {
    OnnxGraph graph = graph();
    if (graph.weights().values().stream().mapToLong(TensorData::size).sum()
        > ModelFile.MOST_INSIDE) {
      throw new HebbException(
          "ONNX export: the weights do not fit into one array; use save(file), which writes two"
              + " files");
    }
    return ModelFile.whole(model(graph), graph.weights()).toByteArray();
  }

  private OnnxGraph graph() {
    List<Integer> sizes = batch == 0 ? BATCHES : List.of(batch);
    var recorded = BatchGraph.of(sizes, sizes.stream().map(this::record).toList());
    var inputs = new ArrayList<OnnxGraph.Input>();
    inputs.add(declaration(input, around.in));
    side.forEach((name, example) -> inputs.add(declaration(name, example)));
    return Translation.of(recorded, inputs, output);
  }

  private OnnxGraph.Input declaration(String name, Shape example) {
    var dims = new ArrayList<Extent>();
    dims.add(batch == 0 ? new Extent(1, 0) : Extent.fixed(batch));
    IntStream.of(example.dims()).mapToObj(Extent::fixed).forEach(dims::add);
    return new OnnxGraph.Input(name, example.dtype(), dims);
  }

  /** The network on a batch, recorded: nothing is computed. */
  private BatchGraph.Recording record(int size) {
    return Step.rehearse(() ->
        Mode.evaluation(() -> {
          var inputs = new ArrayList<Tensor>();
          inputs.add(placeholder(around.in, size));
          var values = new LinkedHashMap<String, Tensor>();
          side.forEach((name, example) -> values.put(name, placeholder(example, size)));
          inputs.addAll(values.values());
          Tensor x = around.before.apply(inputs.getFirst());
          Map<String, Tensor> parts = activations(x, values);
          // The last part is the network; one without layers gives its input.
          Tensor y = parts.isEmpty() ? x : List.copyOf(parts.values()).getLast();
          // Layers also show what no part gives, such as gates.
          parts.keySet().retainAll(net.parts().stream().map(Net.Part::path).toList());
          return new BatchGraph.Recording(inputs, around.after.apply(y), parts);
        }));
  }

  private Map<String, Tensor> activations(Tensor x, Map<String, Tensor> values) {
    Side given = null;
    for (Map.Entry<String, Tensor> e : values.entrySet()) {
      given =
          given == null ? Side.of(e.getKey(), e.getValue()) : given.and(e.getKey(), e.getValue());
    }
    return given == null ? net.activations(x) : given.run(() -> net.activations(x));
  }

  private static Tensor placeholder(Shape example, int size) {
    return Tensor.apply(new Leaf.Input(example.prepend(size)));
  }

  private ModelProto.Builder model(OnnxGraph graph) {
    var model = ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("hebb");
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
    notes().forEach((key, text) -> model.addMetadataProps(ModelFile.entry(NOTES + key, text)));
    model
        .getGraphBuilder()
        .setName("hebb")
        .setDocString(net.toString())
        .addAllInput(graph.inputs())
        .addOutput(graph.output())
        .addAllNode(graph.nodes());
    return model;
  }

  private Map<String, String> notes() {
    var texts = new LinkedHashMap<String, String>();
    ServiceLoader.load(NoteFormat.class)
        .findFirst()
        .ifPresent(
            format -> net.notes().forEach((key, note) -> texts.put(key, format.write(note))));
    return texts;
  }
}
