package dev.hebb.onnx.export;

import dev.hebb.op.Leaf;
import dev.hebb.op.ScalarOp;
import dev.hebb.op.View;
import dev.hebb.op.Window;
import dev.hebb.tensor.HebbException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Convolutions and pooling. Hebb's windows have channels last, ONNX's first. */
final class Windows {
  /** From channels last to channels first. */
  static final List<Integer> CHANNELS_FIRST = List.of(0, 3, 1, 2);

  private static final List<Integer> CHANNELS_LAST = List.of(0, 2, 3, 1);

  /** From [height, width, in, out] to [out, in, height, width]. */
  private static final List<Integer> KERNEL = List.of(3, 2, 0, 1);

  private final Translation t;

  Windows(Translation t) {
    this.t = t;
  }

  void translate(int i, Window w) {
    List<Integer> in = t.graph.get(i).in();
    switch (w.kind()) {
      case CONV, CONV_INPUT_GRAD -> convolution(i, i, w, null);
      case POOL_TAKE -> {
        if (!in.getFirst().equals(in.getLast())) {
          throw unsupported(i, w);
        }
        emit(i, i, "MaxPool", List.of(picture(in.getFirst())), pooling(w.g()));
      }
      case POOL_SUM -> {
        String mean = average(i, w.g(), 1);
        String count = t.out.number(t.graph.get(i).dtype(), w.g().kh() * w.g().kw());
        emit(i, i, "Mul", List.of(mean, count), Map.of());
      }
      case CONV_WEIGHT_GRAD, POOL_SCATTER, POOL_SUM_SCATTER -> throw unsupported(i, w);
    }
  }

  private HebbException unsupported(int i, Window w) {
    return new HebbException(
        "ONNX export: %s computes %s, the gradient of a convolution or of pooling, for which ONNX has no operator"
            .formatted(t.graph.get(i).origin().where(), w.name()));
  }

  private String picture(int i) {
    return t.values.read(i, CHANNELS_FIRST);
  }

  /** Emits what has channels first, as the result of the window itself or of what follows it. */
  private void emit(
      int i, int window, String type, List<String> in, Map<String, ?> attributes) {
    String name = t.emit(i, type, in, attributes);
    if (i == window) {
      t.values.is(i, name, CHANNELS_LAST);
    }
  }

  // ---- convolutions

  /**
   * A convolution as the result of {@code i}.
   *
   * @param window the convolution's node
   * @param bias what is added to each channel
   * @return false if this is no convolution
   */
  boolean convolution(int i, int window, Window w, @Nullable String bias) {
    List<Integer> operands = t.graph.get(window).in();
    Window.Geometry g = w.g();
    boolean isTransposed = w.kind() == Window.Kind.CONV_INPUT_GRAD;
    if (!isTransposed && w.kind() != Window.Kind.CONV) {
      return false;
    }
    int x = operands.get(isTransposed ? 1 : 0);
    int kernel = operands.get(isTransposed ? 0 : 1);
    var in = new ArrayList<String>();
    in.add(picture(x));
    in.add(t.values.read(kernel, KERNEL));
    if (bias != null) {
      in.add(bias);
    }
    var attributes = new LinkedHashMap<String, Object>();
    attributes.put("kernel_shape", List.of(g.kh(), g.kw()));
    attributes.put("strides", List.of(g.strideH(), g.strideW()));
    attributes.put("dilations", List.of(g.dilH(), g.dilW()));
    attributes.put("group", (long) g.groups());
    if (isTransposed) {
      // ONNX computes the size from the other numbers: too much is cut off as padding at the end,
      // too little is added.
      int restH = rest(g.outH(), g.strideH(), g.kh(), g.dilH(), g.padTop()) - g.h();
      int restW = rest(g.outW(), g.strideW(), g.kw(), g.dilW(), g.padLeft()) - g.w();
      attributes.put(
          "pads", List.of(g.padTop(), g.padLeft(), Math.max(restH, 0), Math.max(restW, 0)));
      attributes.put("output_padding", List.of(Math.max(-restH, 0), Math.max(-restW, 0)));
    } else {
      attributes.put("pads", pads(g));
    }
    emit(i, window, isTransposed ? "ConvTranspose" : "Conv", in, attributes);
    return true;
  }

  /** How far {@code out} windows reach behind the padding in front. */
  private static int rest(int out, int stride, int kernel, int dilation, int before) {
    return (out - 1) * stride + dilation * (kernel - 1) + 1 - before;
  }

  private static List<Integer> pads(Window.Geometry g) {
    int overH = rest(g.outH(), g.strideH(), g.kh(), g.dilH(), g.padTop()) - g.h();
    int overW = rest(g.outW(), g.strideW(), g.kw(), g.dilW(), g.padLeft()) - g.w();
    return List.of(g.padTop(), g.padLeft(), Math.max(overH, 0), Math.max(overW, 0));
  }

  // ---- pooling

  private static Map<String, Object> pooling(Window.Geometry g) {
    var attributes = new LinkedHashMap<String, Object>();
    attributes.put("kernel_shape", List.of(g.kh(), g.kw()));
    attributes.put("strides", List.of(g.strideH(), g.strideW()));
    attributes.put("pads", pads(g));
    if (g.dilH() > 1 || g.dilW() > 1) {
      attributes.put("dilations", List.of(g.dilH(), g.dilW()));
    }
    return attributes;
  }

  private String average(int window, Window.Geometry g, long countsPadding) {
    Map<String, Object> attributes = pooling(g);
    attributes.put("count_include_pad", countsPadding);
    BatchGraph.Node n = t.graph.get(window);
    return t.out.node(
        "AveragePool", n.origin().place(), List.of(picture(n.in().getFirst())), attributes);
  }

  /** Translates a window's sum that is divided by its count. */
  boolean averagePool(int i, ScalarOp f, List<Double> factor) {
    List<Integer> in = t.graph.get(i).in();
    if (f != ScalarOp.MUL && f != ScalarOp.DIV || !isSum(in.getFirst())) {
      return false;
    }
    int window = t.graph.get(in.getFirst()).in().getFirst();
    Window.Geometry g = ((Window) t.graph.get(window).op()).g();
    if (f == ScalarOp.MUL) {
      boolean isMean =
          !factor.isEmpty()
              && factor.stream().allMatch(v -> Math.abs(v * g.kh() * g.kw() - 1) < 1e-12);
      if (isMean) {
        t.values.is(i, average(window, g, 1));
      }
      return isMean;
    }
    int count = behindExpansion(in.getLast());
    boolean isCount = isSum(count) && isOnes(t.graph.get(t.graph.get(count).in().getFirst()));
    if (isCount) {
      t.values.is(i, average(window, g, 0));
    }
    return isCount;
  }

  private int behindExpansion(int i) {
    BatchGraph.Node n = t.graph.get(i);
    return n.op() instanceof View.Expand ? behindExpansion(n.in().getFirst()) : i;
  }

  /** Whether a node is the sum of each window, channels first. */
  private boolean isSum(int i) {
    BatchGraph.Node n = t.graph.get(i);
    return n.op() instanceof View.Permute(List<Integer> order)
        && order.equals(CHANNELS_FIRST)
        && t.graph.get(n.in().getFirst()).op() instanceof Window(Window.Kind kind, var _)
        && kind == Window.Kind.POOL_SUM;
  }

  private boolean isOnes(BatchGraph.Node window) {
    return t.graph.get(window.in().getFirst()).op() instanceof Leaf.Fill fill && fill.value() == 1;
  }
}
