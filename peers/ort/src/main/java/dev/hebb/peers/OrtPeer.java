package dev.hebb.peers;

import ai.onnxruntime.*;
import java.io.ByteArrayOutputStream;
import java.nio.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

/**
 * ONNX Runtime, inference only. The models are written here as ONNX protobuf bytes by hand (random
 * weights).
 */
public final class OrtPeer implements Peer {
  @Override
  public String version() {
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion();
  }

  @Override
  public Session open(String w, int threads) {
    Onnx m = new Onnx();
    switch (w) {
      case "W8":
        m.input("x", 1, 784);
        m.output(m.gemm(m.op("Relu", m.gemm("x", 784, 128)), 128, 10), 1, 10);
        return session(m, threads, Workloads.uniform(784, 42), 1, 784);
      case "W5i":
        {
          m.input("x", 1, 3, 224, 224);
          String h =
              m.pool(
                  m.cr(
                      m.cr(m.pool(m.cr("x", 3, 64, 7, 2, 3), 2, 0), 64, 64, 1, 1, 0),
                      64,
                      192,
                      3,
                      1,
                      1),
                  2,
                  0);
          for (int[] r : Workloads.INCEPTION) {
            if (r.length == 1) {
              h = m.pool(h, 2, 0);
              continue;
            }
            h =
                m.cat(
                    m.cr(h, r[0], r[1], 1, 1, 0),
                    m.cr(m.cr(h, r[0], r[2], 1, 1, 0), r[2], r[3], 3, 1, 1),
                    m.cr(m.cr(h, r[0], r[4], 1, 1, 0), r[4], r[5], 5, 1, 2),
                    m.cr(m.pool(h, 1, 1), r[0], r[6], 1, 1, 0));
          }
          m.output(m.gemm(m.op("Flatten", m.op("GlobalAveragePool", h)), 1024, 1000), 1, 1000);
          return session(m, threads, Workloads.normal(3 * 224 * 224, 42), 1, 3, 224, 224);
        }
      case "EW":
        {
          m.input("x", Workloads.EWN);
          m.init("a", new float[] {1.5f}, 1);
          m.init("b", new float[] {0.25f}, 1);
          String t =
              m.op(
                  "Mul",
                  m.op("Tanh", m.op("Add", m.op("Mul", "x", "a"), "b")),
                  m.op("Sigmoid", "x"));
          m.output(
              m.op("Add", t, m.op("Mul", "x", m.op("Tanh", m.op("Softplus", "x")))), Workloads.EWN);
          return session(m, threads, Workloads.normal(Workloads.EWN, 42), Workloads.EWN);
        }
      default:
        return null;
    }
  }

  static Session session(Onnx m, int threads, float[] x, long... shape) {
    try {
      OrtEnvironment env = OrtEnvironment.getEnvironment();
      OrtSession.SessionOptions o = new OrtSession.SessionOptions();
      o.setIntraOpNumThreads(threads);
      o.setInterOpNumThreads(1);
      o.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      OrtSession s = env.createSession(m.model(), o);
      FloatBuffer fb =
          ByteBuffer.allocateDirect(4 * x.length)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer()
              .put(x)
              .flip();
      OnnxTensor t = OnnxTensor.createTensor(env, fb, shape);
      Map<String, OnnxTensor> in = Map.of("x", t);
      long params = m.count;
      return new Session() {
        float last;

        @Override
        public long params() {
          return params < 10 ? 0 : params;
        }

        @Override
        public void step() {
          try (OrtSession.Result r = s.run(in)) {
            last = ((OnnxTensor) r.get(0)).getByteBuffer().getFloat(0);
          } catch (OrtException e) {
            throw new IllegalStateException(e);
          }
        }

        @Override
        public float loss() {
          return last;
        }
      };
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** the small part of ONNX's protobuf format that is needed */
  static final class Onnx {
    final PB graph = new PB();
    long count;
    int id;
    final Random rnd = new Random(1);

    static final class PB extends ByteArrayOutputStream {
      PB var(int f, long v) {
        raw(f << 3);
        raw(v);
        return this;
      }

      PB bytes(int f, byte[] b) {
        raw(f << 3 | 2);
        raw(b.length);
        writeBytes(b);
        return this;
      }

      PB str(int f, String s) {
        return bytes(f, s.getBytes(StandardCharsets.UTF_8));
      }

      PB msg(int f, PB p) {
        return bytes(f, p.toByteArray());
      }

      private void raw(long v) {
        while ((v & ~0x7fL) != 0) {
          write((int) (v & 0x7f | 0x80));
          v >>>= 7;
        }
        write((int) v);
      }
    }

    byte[] model() {
      return new PB()
          .var(1, 8)
          .msg(7, graph.str(2, "g"))
          .msg(8, new PB().str(1, "").var(2, 17))
          .toByteArray();
    }

    private PB value(String n, long... d) {
      PB sh = new PB();
      for (long x : d) sh.msg(1, new PB().var(1, x));
      return new PB().str(1, n).msg(2, new PB().msg(1, new PB().var(1, 1).msg(2, sh)));
    }

    void input(String n, long... d) {
      graph.msg(11, value(n, d));
    }

    void output(String n, long... d) {
      graph.msg(12, value(n, d));
    }

    String init(String n, float[] v, long... d) {
      ByteBuffer b = ByteBuffer.allocate(4 * v.length).order(ByteOrder.LITTLE_ENDIAN);
      b.asFloatBuffer().put(v);
      PB t = new PB();
      for (long x : d) t.var(1, x);
      graph.msg(5, t.var(2, 1).str(8, n).bytes(9, b.array()));
      count += v.length;
      return n;
    }

    String w(double std, long... d) {
      int n = 1;
      for (long x : d) n *= x;
      float[] v = new float[n];
      if (std > 0) for (int i = 0; i < n; i++) v[i] = (float) (std * rnd.nextGaussian());
      return init("w" + id++, v, d);
    }

    static PB ints(String n, long... v) {
      PB p = new PB().str(1, n);
      for (long x : v) p.var(8, x);
      return p.var(20, 7);
    }

    static PB in(String n, long v) {
      return new PB().str(1, n).var(3, v).var(20, 2);
    }

    String node(String op, List<PB> attrs, String... in) {
      PB n = new PB();
      String out = "t" + id++;
      for (String s : in) n.str(1, s);
      n.str(2, out).str(3, out).str(4, op);
      for (PB a : attrs) n.msg(5, a);
      graph.msg(1, n);
      return out;
    }

    String op(String op, String... in) {
      return node(op, List.of(), in);
    }

    String gemm(String x, int i, int o) {
      return node("Gemm", List.of(in("transB", 1)), x, w(Math.sqrt(1.0 / i), o, i), w(0, o));
    }

    String cr(String x, int i, int o, int k, int s, int p) {
      return op(
          "Relu",
          node(
              "Conv",
              List.of(ints("kernel_shape", k, k), ints("strides", s, s), ints("pads", p, p, p, p)),
              x,
              w(Math.sqrt(2.0 / (i * k * k)), o, i, k, k),
              w(0, o)));
    }

    String pool(String x, int s, int p) {
      return node(
          "MaxPool",
          List.of(
              ints("kernel_shape", 3, 3),
              ints("strides", s, s),
              ints("pads", p, p, p, p),
              in("ceil_mode", s == 2 ? 1 : 0)),
          x);
    }

    String cat(String... x) {
      return node("Concat", List.of(in("axis", 1)), x);
    }
  }
}
