package dev.hebb.onnx.export;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.hebb.tensor.DType;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ONNX Runtime, the independent judge of what was written. */
public final class Ort implements AutoCloseable {
  private final OrtSession session;

  private Ort(OrtSession session) {
    this.session = session;
  }

  public static Ort of(byte[] model) {
    try {
      return new Ort(environment().createSession(model, options()));
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  public static Ort of(Path model) {
    try {
      return new Ort(environment().createSession(model.toString(), options()));
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  /** Without its fused kernels, which round quantised numbers in other places. */
  public static Ort plain(Path model) {
    try {
      var options = options();
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      return new Ort(environment().createSession(model.toString(), options));
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  /** Each operator as it is written, nothing fused and nothing computed ahead. */
  public static Ort unfused(byte[] model) {
    try {
      var options = options();
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      return new Ort(environment().createSession(model, options));
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment();
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    var options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return options;
  }

  /** The inputs' dimensions; −1 for one that may change. */
  Map<String, long[]> inputs() {
    var shapes = new LinkedHashMap<String, long[]>();
    try {
      for (NodeInfo info : session.getInputInfo().values()) {
        shapes.put(info.getName(), ((TensorInfo) info.getInfo()).getShape());
      }
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
    return shapes;
  }

  /** The names that the dimensions of the output have. */
  String[] outputDimensions() {
    try {
      NodeInfo info = session.getOutputInfo().values().iterator().next();
      return ((TensorInfo) info.getInfo()).getDimensionNames();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  /** The model's metadata. */
  Map<String, String> metadata() {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  /** The model's only output. */
  public Tensor run(Map<String, Tensor> inputs) {
    return runAll(inputs).getFirst();
  }

  /** The model's outputs, in their order. */
  public List<Tensor> runAll(Map<String, Tensor> inputs) {
    var bound = new LinkedHashMap<String, OnnxTensor>();
    try {
      for (Map.Entry<String, Tensor> e : inputs.entrySet()) {
        bound.put(e.getKey(), bind(e.getValue()));
      }
      try (OrtSession.Result result = session.run(bound)) {
        List<Tensor> all = new ArrayList<>();
        result.forEach(e -> all.add(tensor((OnnxTensor) e.getValue())));
        return all;
      }
    } catch (OrtException e) {
      throw new AssertionError(e);
    } finally {
      bound.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor bind(Tensor t) throws OrtException {
    long[] shape = Arrays.stream(t.shape().dims()).asLongStream().toArray();
    return switch (t.dtype()) {
      case FLOAT32 -> OnnxTensor.createTensor(environment(), FloatBuffer.wrap(t.toFloats()), shape);
      case FLOAT64 ->
          OnnxTensor.createTensor(environment(), DoubleBuffer.wrap(t.toDoubles()), shape);
      case INT32 -> OnnxTensor.createTensor(environment(), IntBuffer.wrap(t.toInts()), shape);
      case INT64 -> OnnxTensor.createTensor(environment(), LongBuffer.wrap(t.toLongs()), shape);
      case BOOL -> {
        boolean[] truth = t.toBooleans();
        ByteBuffer bytes = ByteBuffer.allocateDirect(truth.length).order(ByteOrder.nativeOrder());
        for (boolean b : truth) {
          bytes.put((byte) (b ? 1 : 0));
        }
        yield OnnxTensor.createTensor(environment(), bytes.rewind(), shape, OnnxJavaType.BOOL);
      }
    };
  }

  private static Tensor tensor(OnnxTensor t) {
    TensorInfo info = t.getInfo();
    int[] dims = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    return switch (info.type) {
      case FLOAT -> Tensor.of(array(t.getFloatBuffer()), Shape.of(dims));
      case DOUBLE -> {
        double[] values = new double[Shape.of(dims).size()];
        t.getDoubleBuffer().get(values);
        yield Tensor.of(values, Shape.of(dims));
      }
      case INT32 -> {
        int[] values = new int[Shape.of(dims).size()];
        t.getIntBuffer().get(values);
        yield Tensor.of(values, Shape.of(DType.INT32, dims));
      }
      case INT64 -> {
        long[] values = new long[Shape.of(dims).size()];
        t.getLongBuffer().get(values);
        yield Tensor.of(values, Shape.of(DType.INT64, dims));
      }
      case BOOL -> {
        ByteBuffer bytes = t.getByteBuffer();
        boolean[] values = new boolean[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = bytes.get(i) != 0;
        }
        yield Tensor.of(values, Shape.of(dims));
      }
      // Ours hold small integers in wider ones.
      case UINT8, INT8 -> {
        ByteBuffer bytes = t.getByteBuffer();
        int[] values = new int[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
          values[i] =
              info.type == OnnxJavaType.UINT8 ? Byte.toUnsignedInt(bytes.get(i)) : bytes.get(i);
        }
        yield Tensor.of(values, Shape.of(DType.INT32, dims));
      }
      default -> throw new AssertionError("an output of type " + info.type);
    };
  }

  private static float[] array(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }
}
