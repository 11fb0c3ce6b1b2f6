package dev.hebb.bench;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.chain;
import static dev.hebb.nn.Layers.concat;
import static dev.hebb.nn.Layers.conv2d;
import static dev.hebb.nn.Layers.dense;
import static dev.hebb.nn.Layers.embedding;
import static dev.hebb.nn.Layers.flatten;
import static dev.hebb.nn.Layers.globalAveragePool;
import static dev.hebb.nn.Layers.layerNorm;
import static dev.hebb.nn.Layers.lstm;
import static dev.hebb.nn.Layers.maxPool;
import static dev.hebb.nn.Layers.relu;
import static dev.hebb.nn.Layers.residual;
import static dev.hebb.nn.Layers.sequential;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import dev.hebb.tensor.Window2d;
import java.util.ArrayList;

/** The larger networks of the workloads. */
final class Networks {
  /**
   * GoogLeNet's blocks: channels of 1×1, 3×3 (reduced, full), 5×5 (reduced, full) and of the pool's
   * projection; an empty row is a max pool.
   *
   * @see <a href="https://arxiv.org/abs/1409.4842">Szegedy et al., 2014</a>
   */
  static final int[][] INCEPTION = {
    {64, 96, 128, 16, 32, 32},
    {128, 128, 192, 32, 96, 64},
    {},
    {192, 96, 208, 16, 48, 64},
    {160, 112, 224, 24, 64, 64},
    {128, 128, 256, 24, 64, 64},
    {112, 144, 288, 32, 64, 64},
    {256, 160, 320, 32, 128, 128},
    {},
    {256, 160, 320, 32, 128, 128},
    {384, 192, 384, 48, 128, 128}
  };

  private Networks() {}

  static Layer leNet() {
    return sequential(
        conv2d(20, 5),
        maxPool(2),
        conv2d(50, 5),
        maxPool(2),
        flatten(),
        dense(500).relu(),
        dense(10));
  }

  /** Three residual blocks of 64 and 128 channels in the style of He et al. */
  static Layer resNet() {
    return sequential(
        convolution(64, 3, 1, false),
        batchNorm(),
        relu(),
        block(64, 1),
        block(64, 1),
        block(128, 2),
        block(128, 1),
        block(128, 1),
        globalAveragePool(),
        dense(10));
  }

  private static Layer block(int channels, int stride) {
    Layer[] body = {
      convolution(channels, 3, stride, false),
      batchNorm(),
      relu(),
      convolution(channels, 3, 1, false),
      batchNorm()
    };
    return stride == 1
        ? residual(body).relu()
        : residual(body)
            .shortcut(chain(convolution(channels, 1, stride, false), batchNorm()))
            .relu();
  }

  /** Without dropout, local normalisation and side exits. */
  static Layer googLeNet() {
    var layers = new ArrayList<Layer>();
    Window2d half = Window2d.of(3).stride(2).ceilMode();
    layers.add(convolution(64, 7, 2, true).relu());
    layers.add(maxPool(half));
    layers.add(convolution(64, 1, 1, true).relu());
    layers.add(convolution(192, 3, 1, true).relu());
    layers.add(maxPool(half));
    for (int[] c : INCEPTION) {
      layers.add(
          c.length == 0
              ? maxPool(half)
              : concat(
                  convolution(c[0], 1, 1, true).relu(),
                  chain(convolution(c[1], 1, 1, true).relu(), convolution(c[2], 3, 1, true).relu()),
                  chain(convolution(c[3], 1, 1, true).relu(), convolution(c[4], 5, 1, true).relu()),
                  chain(
                      maxPool(Window2d.of(3).stride(1).pad(1)),
                      convolution(c[5], 1, 1, true).relu())));
    }
    layers.add(globalAveragePool());
    layers.add(dense(1000));
    return sequential(layers.toArray(new Layer[0]));
  }

  /** A convolution that keeps the size, or divides it by the stride. */
  private static Conv2d convolution(int channels, int kernel, int stride, boolean bias) {
    Window2d window = Window2d.of(kernel).stride(stride).pad(kernel / 2);
    return new Conv2d(channels, window, bias, Init.heNormal());
  }

  /** Predicts the next of 64 characters at every place of a text. */
  static Layer characterModel() {
    return sequential(embedding(64, 64), lstm(256), dense(64));
  }

  /** Two encoder layers of width 128 with 4 heads. */
  static Layer encoder() {
    return sequential(
        residual(new Attention(4)),
        layerNorm(),
        residual(dense(512).relu(), dense(128)),
        layerNorm(),
        residual(new Attention(4)),
        layerNorm(),
        residual(dense(512).relu(), dense(128)),
        layerNorm());
  }

  /** Self-attention; the layer of the library comes with the vocabulary of sequences. */
  record Attention(int heads) implements Layer {
    @Override
    public Block build(Shape in, Params p) {
      int width = in.last();
      int head = width / heads;
      Tensor w = p.glorot("qkv", width, 3 * width);
      Tensor b = p.zeros("qkv.b", 3 * width);
      Tensor wo = p.glorot("out", width, width);
      Tensor bo = p.zeros("out.b", width);
      return Block.of(
          in,
          x -> {
            int n = x.dim(0);
            int t = x.dim(1);
            Tensor qkv = x.matmul(w).add(b).reshape(n, t, 3 * heads, head).permute(0, 2, 1, 3);
            Tensor q = qkv.narrow(1, 0, heads);
            Tensor k = qkv.narrow(1, heads, heads);
            Tensor v = qkv.narrow(1, 2 * heads, heads);
            Tensor mixed = q.attention(k, v).permute(0, 2, 1, 3).reshape(n, t, width);
            return mixed.matmul(wo).add(bo);
          });
    }
  }
}
