package dev.hebb.peers;

import static org.bytedeco.pytorch.global.torch.*;

import java.util.*;
import java.util.function.*;
import org.bytedeco.javacpp.*;
import org.bytedeco.pytorch.*;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * libtorch through JavaCPP: eager ATen calls with C++ autograd and C++ optimisers. -Dcl=true puts
 * 4-D tensors in channels_last.
 */
public class TorchPeer implements Peer {
  static final boolean CL = Boolean.getBoolean("cl");

  @Override
  public String version() {
    return "libtorch 2.10.0 (JavaCPP 1.5.13)" + (CL ? " channels_last" : "");
  }

  @Override
  public Session open(String w, int threads) {
    set_num_threads(threads);
    manual_seed(1);
    if (Boolean.getBoolean("config"))
      System.out.println(show_config().getString() + "\n" + get_parallel_info().getString());
    if (Single.isOne(w)) return TorchKernel.open(Single.of(w));
    switch (w) {
      case "W0":
        {
          Net n = new Net();
          Lin a = n.lin(2, 8), b = n.lin(8, 1);
          Tensor x = t(Workloads.XOR_X, 4, 2), y = t(Workloads.XOR_Y, 4, 1);
          return new Train(
              n, sgd(n, 0.5, 0), () -> binary_cross_entropy_with_logits(b.f(sigmoid(a.f(x))), y));
        }
      case "W1":
        {
          Net n = new Net();
          Lin a = n.lin(784, 128), b = n.lin(128, 10);
          Tensor x = t(Workloads.uniform(64 * 784, 42), 64, 784),
              y = l(Workloads.labels(64, 10, 43), 64);
          return new Train(n, sgd(n, 0.1, 0), () -> cross_entropy_loss(b.f(relu(a.f(x))), y));
        }
      case "W2":
        {
          Net n = new Net();
          Lin a = n.lin(784, 1024), b = n.lin(1024, 1024), c = n.lin(1024, 10);
          Tensor x = t(Workloads.uniform(256 * 784, 42), 256, 784),
              y = l(Workloads.labels(256, 10, 43), 256);
          return new Train(
              n, adam(n, 1e-3), () -> cross_entropy_loss(c.f(relu(b.f(relu(a.f(x))))), y));
        }
      case "W3":
        {
          Net n = new Net();
          Conv c1 = n.conv(1, 20, 5, 1, 0, true), c2 = n.conv(20, 50, 5, 1, 0, true);
          Lin a = n.lin(800, 500), b = n.lin(500, 10);
          Tensor x = img(Workloads.uniform(64 * 784, 42), 64, 1, 28, 28),
              y = l(Workloads.labels(64, 10, 43), 64);
          return new Train(
              n,
              sgd(n, 0.01, 0.9),
              () ->
                  cross_entropy_loss(
                      b.f(
                          relu(
                              a.f(
                                  flatten(
                                      pool(c2.f(pool(c1.f(x), 2, 2, 0, false)), 2, 2, 0, false),
                                      1,
                                      -1)))),
                      y));
        }
      case "W4":
        {
          Net n = new Net();
          UnaryOperator<Tensor> f = resnet(n);
          Tensor x = img(Workloads.normal(32 * 3 * 1024, 42), 32, 3, 32, 32),
              y = l(Workloads.labels(32, 10, 43), 32);
          return new Train(n, sgd(n, 0.01, 0.9), () -> cross_entropy_loss(f.apply(x), y));
        }
      case "W5i":
        {
          Net n = new Net();
          UnaryOperator<Tensor> f = googlenet(n);
          Tensor x = img(Workloads.normal(3 * 224 * 224, 42), 1, 3, 224, 224);
          return new Infer(n, () -> f.apply(x));
        }
      case "W5t":
        {
          Net n = new Net();
          UnaryOperator<Tensor> f = googlenet(n);
          Tensor x = img(Workloads.normal(8 * 3 * 224 * 224, 42), 8, 3, 224, 224),
              y = l(Workloads.labels(8, 1000, 43), 8);
          return new Train(n, sgd(n, 0.001, 0.9), () -> cross_entropy_loss(f.apply(x), y));
        }
      case "W6":
        {
          Net n = new Net();
          Tensor emb = n.p(1, 64, 64);
          LSTMOptions o = new LSTMOptions(64, 256);
          o.batch_first().put(true);
          LSTMImpl lstm = new LSTMImpl(o);
          TensorVector ps = lstm.parameters();
          for (long i = 0; i < ps.size(); i++) n.add(ps.get(i));
          Lin d = n.lin(256, 64);
          Tensor x = l(Workloads.labels(32 * 64, 64, 42), 32, 64),
              y = l(Workloads.labels(32 * 64, 64, 43), 32 * 64);
          return new Train(
              n,
              adam(n, 1e-3),
              () ->
                  cross_entropy_loss(
                      d.f(lstm.forward(embedding(emb, x)).get0()).view(32 * 64, 64), y));
        }
      case "W7":
        {
          Net n = new Net();
          List<UnaryOperator<Tensor>> ls =
              List.of(encoder(n, 128, 4, 512), encoder(n, 128, 4, 512));
          Tensor x = t(Workloads.normal(16 * 64 * 128, 42), 16, 64, 128),
              y = t(Workloads.normal(16 * 64 * 128, 43), 16, 64, 128);
          return new Train(
              n, adam(n, 1e-3), () -> mse_loss(ls.get(1).apply(ls.get(0).apply(x)), y));
        }
      case "W8":
        {
          Net n = new Net();
          Lin a = n.lin(784, 128), b = n.lin(128, 10);
          Tensor x = t(Workloads.uniform(784, 42), 1, 784);
          return new Infer(n, () -> b.f(relu(a.f(x))));
        }
      case "EW":
        {
          Tensor x = t(Workloads.normal(Workloads.EWN, 42), Workloads.EWN);
          Scalar a = new Scalar(1.5f), b = new Scalar(0.25f);
          return new Infer(new Net(), () -> tanh(x.mul(a).add(b)).mul(sigmoid(x)).add(mish(x)));
        }
      case "EWg":
        {
          Tensor x = t(Workloads.normal(Workloads.EWN, 42), Workloads.EWN);
          Scalar a = new Scalar(1.5f), b = new Scalar(0.25f);
          x.requires_grad_(true);
          return new Session() {
            float last;

            @Override
            public long params() {
              return 0;
            }

            @Override
            public void step() {
              try (PointerScope s = new PointerScope()) {
                x.mutable_grad().reset();
                Tensor l = sum(tanh(x.mul(a).add(b)).mul(sigmoid(x)).add(mish(x)));
                l.backward();
                last = l.item_float();
              }
            }

            @Override
            public float loss() {
              return last;
            }
          };
        }
      default:
        return null;
    }
  }

  // ---- steps
  static class Train implements Session {
    final Net n;
    final Optimizer o;
    final Supplier<Tensor> loss;
    float last;

    Train(Net n, Optimizer o, Supplier<Tensor> loss) {
      this.n = n;
      this.o = o;
      this.loss = loss;
    }

    @Override
    public long params() {
      return n.count();
    }

    @Override
    public void step() {
      try (PointerScope s = new PointerScope()) {
        o.zero_grad();
        Tensor l = loss.get();
        l.backward();
        o.step();
        last = l.item_float();
      }
    }

    @Override
    public float loss() {
      return last;
    }
  }

  static class Infer implements Session {
    final Net n;
    final Supplier<Tensor> f;
    float last;
    final FloatPointer fp = new FloatPointer();

    Infer(Net n, Supplier<Tensor> f) {
      this.n = n;
      this.f = f;
    }

    @Override
    public long params() {
      return n.count();
    }

    @Override
    public void step() {
      try (PointerScope s = new PointerScope();
          InferenceMode g = new InferenceMode(true)) {
        last = f.get().data_ptr_float().get(0);
      }
    }

    @Override
    public float loss() {
      return last;
    }
  }

  static Optimizer sgd(Net n, double lr, double m) {
    SGDOptions o = new SGDOptions(lr);
    o.momentum().put(m);
    return new SGD(n.vec(), o);
  }

  static Optimizer adam(Net n, double lr) {
    return new Adam(n.vec(), new AdamOptions(lr));
  }

  // ---- tensors and layers
  static Tensor t(float[] a, long... d) {
    return tensor(a).view(d).contiguous();
  }

  static Tensor l(long[] a, long... d) {
    return tensor(a).view(d).contiguous();
  }

  static Tensor img(float[] a, long... d) {
    Tensor x = t(a, d);
    return CL ? x.contiguous(MemoryFormat.ChannelsLast) : x;
  }

  static Tensor pool(Tensor x, int k, int s, int p, boolean ceil) {
    return max_pool2d(
        x, new long[] {k, k}, new long[] {s, s}, new long[] {p, p}, new long[] {1, 1}, ceil);
  }

  static final class Net {
    final List<Tensor> ps = new ArrayList<>();

    long count() {
      long c = 0;
      for (Tensor p : ps) c += p.numel();
      return c;
    }

    TensorVector vec() {
      return new TensorVector(ps.toArray(new Tensor[0]));
    }

    Tensor add(Tensor t) {
      ps.add(t);
      return t;
    }

    Tensor p(double std, long... d) {
      Tensor x = randn(d).mul(new Scalar((float) std));
      if (CL && d.length == 4) x = x.contiguous(MemoryFormat.ChannelsLast);
      x = x.detach();
      x.requires_grad_(true);
      return add(x);
    }

    Tensor c(float v, long... d) {
      float[] a = new float[(int) d[0]];
      Arrays.fill(a, v);
      Tensor x = t(a, d);
      x.requires_grad_(true);
      return add(x);
    }

    Lin lin(int i, int o) {
      return new Lin(p(Math.sqrt(1.0 / i), o, i), c(0, o));
    }

    Conv conv(int i, int o, int k, int s, int p, boolean bias) {
      return new Conv(p(Math.sqrt(2.0 / (i * k * k)), o, i, k, k), bias ? c(0, o) : null, s, p);
    }

    UnaryOperator<Tensor> bn(int ch) {
      TensorOptional g = new TensorOptional(c(1, ch)),
          b = new TensorOptional(c(0, ch)),
          m = new TensorOptional(zeros(ch)),
          v = new TensorOptional(t(ones(ch), ch));
      return x -> batch_norm(x, g, b, m, v, true, 0.1, 1e-5, true);
    }

    UnaryOperator<Tensor> ln(int d) {
      TensorOptional g = new TensorOptional(c(1, d)), b = new TensorOptional(c(0, d));
      return x -> layer_norm(x, new long[] {d}, g, b, 1e-5, true);
    }
  }

  static float[] ones(int n) {
    float[] a = new float[n];
    Arrays.fill(a, 1);
    return a;
  }

  static final class Lin {
    final Tensor w;
    final TensorOptional b;

    Lin(Tensor w, Tensor b) {
      this.w = w;
      this.b = new TensorOptional(b);
    }

    Tensor f(Tensor x) {
      return linear(x, w, b);
    }
  }

  static final class Conv {
    final Tensor w;
    final TensorOptional b;
    final LongArrayRef s, p, d;
    final long[] sv, pv, dv;

    Conv(Tensor w, Tensor b, int st, int pd) {
      this.w = w;
      this.b = b == null ? new TensorOptional() : new TensorOptional(b);
      sv = new long[] {st, st};
      pv = new long[] {pd, pd};
      dv = new long[] {1, 1};
      s = p = d = null;
    }

    Tensor f(Tensor x) {
      return conv2d(x, w, b, sv, pv, dv, 1);
    }
  }

  static UnaryOperator<Tensor> resnet(Net n) {
    Conv stem = n.conv(3, 64, 3, 1, 1, false);
    UnaryOperator<Tensor> sb = n.bn(64);
    List<UnaryOperator<Tensor>> bl = new ArrayList<>();
    bl.add(block(n, 64, 64, 1));
    bl.add(block(n, 64, 64, 1));
    bl.add(block(n, 64, 128, 2));
    bl.add(block(n, 128, 128, 1));
    bl.add(block(n, 128, 128, 1));
    Lin fc = n.lin(128, 10);
    return x -> {
      Tensor h = relu_(sb.apply(stem.f(x)));
      for (UnaryOperator<Tensor> b : bl) h = b.apply(h);
      return fc.f(flatten(adaptive_avg_pool2d(h, 1, 1), 1, -1));
    };
  }

  static UnaryOperator<Tensor> block(Net n, int i, int o, int s) {
    Conv c1 = n.conv(i, o, 3, s, 1, false);
    UnaryOperator<Tensor> b1 = n.bn(o);
    Conv c2 = n.conv(o, o, 3, 1, 1, false);
    UnaryOperator<Tensor> b2 = n.bn(o);
    Conv cs = s == 1 ? null : n.conv(i, o, 1, s, 0, false);
    UnaryOperator<Tensor> bs = s == 1 ? null : n.bn(o);
    return x -> {
      Tensor r = s == 1 ? x : bs.apply(cs.f(x));
      return relu_(b2.apply(c2.f(relu_(b1.apply(c1.f(x))))).add_(r));
    };
  }

  static UnaryOperator<Tensor> googlenet(Net n) {
    Conv a = n.conv(3, 64, 7, 2, 3, true),
        b = n.conv(64, 64, 1, 1, 0, true),
        c = n.conv(64, 192, 3, 1, 1, true);
    List<UnaryOperator<Tensor>> bl = new ArrayList<>();
    for (int[] r : Workloads.INCEPTION) {
      if (r.length == 1) {
        bl.add(x -> pool(x, 3, 2, 0, true));
        continue;
      }
      Conv c1 = n.conv(r[0], r[1], 1, 1, 0, true),
          c3r = n.conv(r[0], r[2], 1, 1, 0, true),
          c3 = n.conv(r[2], r[3], 3, 1, 1, true),
          c5r = n.conv(r[0], r[4], 1, 1, 0, true),
          c5 = n.conv(r[4], r[5], 5, 1, 2, true),
          cp = n.conv(r[0], r[6], 1, 1, 0, true);
      bl.add(
          x ->
              cat(
                  new TensorVector(
                      relu_(c1.f(x)),
                      relu_(c3.f(relu_(c3r.f(x)))),
                      relu_(c5.f(relu_(c5r.f(x)))),
                      relu_(cp.f(pool(x, 3, 1, 1, false)))),
                  1));
    }
    Lin fc = n.lin(1024, 1000);
    return x -> {
      Tensor h = pool(relu_(c.f(relu_(b.f(pool(relu_(a.f(x)), 3, 2, 0, true))))), 3, 2, 0, true);
      for (UnaryOperator<Tensor> f : bl) h = f.apply(h);
      return fc.f(flatten(adaptive_avg_pool2d(h, 1, 1), 1, -1));
    };
  }

  static UnaryOperator<Tensor> encoder(Net n, int d, int heads, int ff) {
    Lin qkv = n.lin(d, 3 * d), o = n.lin(d, d), f1 = n.lin(d, ff), f2 = n.lin(ff, d);
    UnaryOperator<Tensor> l1 = n.ln(d), l2 = n.ln(d);
    return x -> {
      long B = x.size(0), T = x.size(1);
      TensorVector v = qkv.f(x).view(B, T, 3 * heads, d / heads).transpose(1, 2).chunk(3, 1);
      Tensor at = scaled_dot_product_attention(v.get(0), v.get(1), v.get(2));
      Tensor h = l1.apply(x.add(o.f(at.transpose(1, 2).reshape(B, T, d))));
      return l2.apply(h.add(f2.f(relu(f1.f(h)))));
    };
  }
}
