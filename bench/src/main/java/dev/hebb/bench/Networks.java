package dev.hebb.bench;

import static dev.hebb.nn.Layers.batchNorm;
import static dev.hebb.nn.Layers.chain;
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
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.nn.layer.Conv2d;
import dev.hebb.nn.zoo.GoogLeNet;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;

/** The larger networks of the workloads. */
final class Networks {
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
        convolution(64, 3, 1),
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
      convolution(channels, 3, stride),
      batchNorm(),
      relu(),
      convolution(channels, 3, 1),
      batchNorm()
    };
    return stride == 1
        ? residual(body).relu()
        : residual(body).shortcut(chain(convolution(channels, 1, stride), batchNorm())).relu();
  }

  /** Without dropout. */
  static Layer googLeNet() {
    return GoogLeNet.of().dropout(0).layers();
  }

  /** A convolution that keeps the size, or divides it by the stride. */
  private static Conv2d convolution(int channels, int kernel, int stride) {
    return conv2d(channels, kernel).stride(stride).pad(kernel / 2).noBias();
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
