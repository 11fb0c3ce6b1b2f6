package dev.hebb.peers;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.*;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory.*;
import org.bytedeco.javacpp.FloatPointer;

/**
 * oneDNN's product of matrices and its convolutions, channels last, both with weights laid out as it
 * likes best, which costs nothing here; with -Dplain=true a product's lie row by row, as a user has
 * them. Each primitive's arguments are laid out once.
 */
public final class OneDnnPeer implements Peer {
  private static final boolean PLAIN = Boolean.getBoolean("plain");
  private static final format_tag[] ORDER = {format_tag.ab, format_tag.ba};

  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final stream stream = new stream(cpu);

  @Override
  public String version() {
    return "oneDNN 3.11";
  }

  @Override
  public Session open(String w, int threads) {
    if (!Single.isOne(w)) {
      return null;
    }
    return switch (Single.of(w)) {
      case Single.Product p -> product(p);
      case Single.Convolution c -> convolution(c);
    };
  }

  private Session product(Single.Product p) {
    desc a = plain(ORDER[p.transA() ? 1 : 0], p.m(), p.k());
    desc c = plain(format_tag.ab, p.m(), p.n());
    format_tag order = PLAIN ? ORDER[p.transB() ? 1 : 0] : format_tag.any;
    var d = new matmul.primitive_desc(cpu, a, plain(order, p.k(), p.n()), c);
    return session(
        new matmul(d),
        memory(c),
        DNNL_ARG_DST,
        new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS},
        memory(a),
        memory(d.weights_desc()));
  }

  private Session convolution(Single.Convolution c) {
    desc x = plain(format_tag.nhwc, c.n(), c.cin(), c.side(), c.side());
    desc w = plain(format_tag.any, c.cout(), c.cin(), c.kernel(), c.kernel());
    desc y = plain(format_tag.nhwc, c.n(), c.cout(), c.out(), c.out());
    long[] stride = {1, 1};
    long[] pad = {c.pad(), c.pad()};
    dnnl.algorithm how = dnnl.algorithm.convolution_direct;
    var f =
        new convolution_forward.primitive_desc(
            cpu, prop_kind.forward_training, how, x, w, y, stride, pad, pad);
    switch (c.direction()) {
      case "fwd":
        return session(
            new convolution_forward(f),
            memory(y),
            DNNL_ARG_DST,
            new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS},
            memory(x),
            memory(f.weights_desc()));
      case "dx":
        var dx =
            new convolution_backward_data.primitive_desc(
                cpu, how, x, w, y, stride, pad, pad, f);
        return session(
            new convolution_backward_data(dx),
            memory(x),
            DNNL_ARG_DIFF_SRC,
            new int[] {DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
            memory(dx.weights_desc()),
            memory(y));
      default:
        var dw =
            new convolution_backward_weights.primitive_desc(
                cpu, how, x, w, y, stride, pad, pad, f);
        return session(
            new convolution_backward_weights(dw),
            memory(dw.diff_weights_desc()),
            DNNL_ARG_DIFF_WEIGHTS,
            new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST},
            memory(x),
            memory(y));
    }
  }

  private static desc plain(format_tag order, long... dims) {
    return new desc(dims, data_type.f32, order);
  }

  private memory memory(desc d) {
    var m = new memory(d, cpu);
    int n = (int) (d.get_size() / Float.BYTES);
    new FloatPointer(m.get_data_handle()).put(Single.random(n), 0, n);
    return m;
  }

  private Session session(primitive p, memory result, int resultName, int[] names, memory... in) {
    var all = new dnnl_exec_arg_t(names.length + 1);
    for (int i = 0; i < names.length; i++) {
      all.position(i).arg(names[i]).memory(in[i].get());
    }
    all.position(names.length).arg(resultName).memory(result.get());
    all.position(0);
    dnnl_primitive primitive = p.get();
    dnnl_stream s = stream.get();
    var y = new FloatPointer(result.get_data_handle());
    Object[] keep = {p, in, result};
    return Single.session(
        () -> {
          if (dnnl_primitive_execute(primitive, s, names.length + 1, all) != 0) {
            throw new IllegalStateException("oneDNN failed on " + keep[0]);
          }
          stream._wait();
        },
        () -> y.get(0));
  }
}
