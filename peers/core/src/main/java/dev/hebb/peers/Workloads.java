package dev.hebb.peers;

import java.util.*;

/**
 * The workloads: shapes, the same synthetic data for every peer, and nominal floating point
 * operation counts.
 */
public final class Workloads {
  private Workloads() {}

  public static final List<String> ALL =
      List.of("W0", "W1", "W2", "W3", "W4", "W5i", "W5t", "W6", "W7", "W8", "EW", "EWg");

  public static final Map<String, String> TITLE = new LinkedHashMap<>();

  static {
    TITLE.put("W0", "XOR MLP 2-8-1 b4 SGD train");
    TITLE.put("W1", "MLP 784-128-10 b64 SGD train");
    TITLE.put("W2", "MLP 784-1024-1024-10 b256 Adam train");
    TITLE.put("W3", "LeNet b64 SGD-momentum train");
    TITLE.put("W4", "ResNet-ish 3x32x32 b32 SGD-momentum train");
    TITLE.put("W5i", "GoogLeNet 224 b1 inference");
    TITLE.put("W5t", "GoogLeNet 224 b8 SGD-momentum train");
    TITLE.put("W6", "char-LSTM 64/256 T64 b32 Adam train");
    TITLE.put("W7", "Transformer encoder 2L d128 h4 ff512 T64 b16 Adam train");
    TITLE.put("W8", "MLP 784-128-10 single row inference");
    TITLE.put("EW", "tanh(a*x+b)*sigmoid(x)+mish(x), 4M floats");
    TITLE.put("EWg", "same with gradient of sum(y) in x, 4M floats");
  }

  /** parameter counts every peer must match */
  public static long params(String w) {
    switch (w) {
      case "W0":
        return 33;
      case "W1":
      case "W8":
        return 101_770;
      case "W2":
        return 1_863_690;
      case "W3":
        return 431_080;
      case "W4":
        return w4Params();
      case "W5i":
      case "W5t":
        return 6_998_552;
      case "W6":
        return 4096
            + 4 * 256 * (64 + 256)
            + 2 * 4 * 256
            + 256 * 64
            + 64; // two bias vectors, as cuDNN/PyTorch
      case "W7":
        return 2 * (4 * (128 * 128 + 128) + 128 * 512 + 512 + 512 * 128 + 128 + 4 * 128);
      default:
        return 0;
    }
  }

  private static long w4Params() {
    long p = 3 * 64 * 9 + 128;
    p += 4L * (64 * 64 * 9 + 128);
    p += 64 * 128 * 9 + 256 + 128 * 128 * 9 + 256 + 64 * 128 + 256;
    p += 4L * (128 * 128 * 9 + 256);
    return p + 1290;
  }

  // ---- GoogLeNet (Szegedy et al. 2014), no auxiliary heads, no LRN, no dropout, bias + ReLU after
  // every convolution
  /**
   * in, 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection; a row {0} is a 3x3/2 max pool (ceil
   * mode)
   */
  public static final int[][] INCEPTION = {
    {192, 64, 96, 128, 16, 32, 32}, {256, 128, 128, 192, 32, 96, 64}, {0},
    {480, 192, 96, 208, 16, 48, 64}, {512, 160, 112, 224, 24, 64, 64},
    {512, 128, 128, 256, 24, 64, 64},
    {512, 112, 144, 288, 32, 64, 64}, {528, 256, 160, 320, 32, 128, 128}, {0},
    {832, 256, 160, 320, 32, 128, 128}, {832, 384, 192, 384, 48, 128, 128}
  };

  /** every convolution of a network as {batch, cin, hin, cout, k, stride, pad} */
  public static List<int[]> convs(String w) {
    List<int[]> l = new ArrayList<>();
    if (w.equals("W3")) {
      l.add(c(64, 1, 28, 20, 5, 1, 0));
      l.add(c(64, 20, 12, 50, 5, 1, 0));
    }
    if (w.equals("W4")) {
      l.add(c(32, 3, 32, 64, 3, 1, 1));
      for (int i = 0; i < 4; i++) l.add(c(32, 64, 32, 64, 3, 1, 1));
      l.add(c(32, 64, 32, 128, 3, 2, 1));
      l.add(c(32, 128, 16, 128, 3, 1, 1));
      l.add(c(32, 64, 32, 128, 1, 2, 0));
      for (int i = 0; i < 4; i++) l.add(c(32, 128, 16, 128, 3, 1, 1));
    }
    if (w.startsWith("W5")) {
      int b = w.equals("W5i") ? 1 : 8;
      l.add(c(b, 3, 224, 64, 7, 2, 3));
      l.add(c(b, 64, 56, 64, 1, 1, 0));
      l.add(c(b, 64, 56, 192, 3, 1, 1));
      int h = 28;
      for (int[] r : INCEPTION) {
        if (r.length == 1) {
          h /= 2;
          continue;
        }
        l.add(c(b, r[0], h, r[1], 1, 1, 0));
        l.add(c(b, r[0], h, r[2], 1, 1, 0));
        l.add(c(b, r[2], h, r[3], 3, 1, 1));
        l.add(c(b, r[0], h, r[4], 1, 1, 0));
        l.add(c(b, r[4], h, r[5], 5, 1, 2));
        l.add(c(b, r[0], h, r[6], 1, 1, 0));
      }
    }
    return l;
  }

  private static int[] c(int... v) {
    return v;
  }

  public static double convFlops(int[] c) {
    int ho = (c[2] + 2 * c[6] - c[4]) / c[5] + 1;
    return 2.0 * c[0] * c[3] * ho * ho * c[1] * c[4] * c[4];
  }

  /**
   * nominal matmul + convolution operations of one step (multiply and add counted apart; no input
   * gradient for layer 1)
   */
  public static double flops(String w) {
    if (Single.isOne(w)) {
      return Single.of(w).flops();
    }
    switch (w) {
      case "W0":
        return mlp(4, true, 2, 8, 1);
      case "W1":
        return mlp(64, true, 784, 128, 10);
      case "W2":
        return mlp(256, true, 784, 1024, 1024, 10);
      case "W8":
        return mlp(1, false, 784, 128, 10);
      case "W3":
        return conv("W3", true) + 3 * mlp(64, false, 800, 500, 10);
      case "W4":
        return conv("W4", true) + 3 * mlp(32, false, 128, 10);
      case "W5i":
        return conv("W5i", false) + mlp(1, false, 1024, 1000);
      case "W5t":
        return conv("W5t", true) + 3 * mlp(8, false, 1024, 1000);
      case "W6":
        return 3 * 2.0 * 32 * 64 * (4.0 * 256 * (64 + 256) + 256 * 64);
      case "W7":
        return 3
            * 2
            * (2.0 * 16 * 64 * (4 * 128 * 128 + 2 * 128 * 512) + 2 * 2.0 * 16 * 64 * 64 * 128);
      default:
        return 0;
    }
  }

  private static double mlp(int b, boolean train, int... d) {
    double f = 0;
    for (int i = 0; i + 1 < d.length; i++)
      f += 2.0 * b * d[i] * d[i + 1] * (train ? (i == 0 ? 2 : 3) : 1);
    return f;
  }

  private static double conv(String w, boolean train) {
    double f = 0;
    boolean first = true;
    for (int[] c : convs(w)) {
      f += convFlops(c) * (train ? (first ? 2 : 3) : 1);
      first = false;
    }
    return f;
  }

  // ---- data
  public static final int EWN = 4 << 20;

  public static float[] uniform(int n, long seed) {
    Random r = new Random(seed);
    float[] a = new float[n];
    for (int i = 0; i < n; i++) a[i] = r.nextFloat();
    return a;
  }

  public static float[] normal(int n, long seed) {
    Random r = new Random(seed);
    float[] a = new float[n];
    for (int i = 0; i < n; i++) a[i] = (float) r.nextGaussian();
    return a;
  }

  public static long[] labels(int n, int classes, long seed) {
    Random r = new Random(seed);
    long[] a = new long[n];
    for (int i = 0; i < n; i++) a[i] = r.nextInt(classes);
    return a;
  }

  public static float[] oneHot(long[] l, int classes) {
    float[] a = new float[l.length * classes];
    for (int i = 0; i < l.length; i++) a[i * classes + (int) l[i]] = 1;
    return a;
  }

  public static final float[] XOR_X = {0, 0, 0, 1, 1, 0, 1, 1}, XOR_Y = {0, 1, 1, 0};
}
