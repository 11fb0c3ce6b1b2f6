package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Init;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.ShapeError;
import dev.hebb.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A convolution whose channels each see some of the input's channels only, as table I of LeCun et
 * al. (1998) has it: fewer weights, and features that must differ.
 *
 * <p>[n, c, h, w] → [n, channels, h − kernel + 1, w − kernel + 1]. w is [connections, kernel,
 * kernel], one square for each pair of channels that are connected; b is [channels]. The weights
 * start uniform over ±2.4 / fan-in, as in that paper.
 *
 * @param sees for each channel that comes out, the channels that it sees, each once
 * @param kernel the window's height and width, ≥ 1
 */
public record PartialConv2d(List<List<Integer>> sees, int kernel) implements Layer {
  /** Keeps a copy and checks the ranges. */
  public PartialConv2d {
    sees = sees.stream().map(List::copyOf).toList();
    if (kernel < 1 || sees.isEmpty()) {
      throw new HebbException(
          "partialConv2d: needs a kernel of at least 1 and at least one channel, not %d and %s"
              .formatted(kernel, sees));
    }
    for (List<Integer> one : sees) {
      if (one.isEmpty() || one.stream().distinct().count() < one.size()) {
        throw new HebbException(
            "partialConv2d: each channel sees at least one other, and each once, not " + one);
      }
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() != 3) {
      throw p.mismatch(
          this,
          "a picture per example (channels, height, width)",
          in,
          "reshape(channels, height, width)");
    }
    int given = in.dim(0);
    int channels = sees.size();
    int connections = sees.stream().mapToInt(List::size).sum();
    int[] places = new int[channels * given];
    Arrays.fill(places, connections); // the square of zeros
    int next = 0;
    for (int out = 0; out < channels; out++) {
      for (int c : sees.get(out)) {
        if (c < 0 || c >= given) {
          throw new ShapeError(
              "channel %d sees channel %d, but the input has 0 to %d".formatted(out, c, given - 1));
        }
        places[out * given + c] = next++;
      }
    }
    double fanIn = (double) connections / channels * kernel * kernel;
    Tensor w = p.param("w", Shape.of(connections, kernel, kernel), Init.uniform(2.4 / fanIn));
    Tensor b = p.zeros("b", channels);
    Tensor zero = Tensor.full(Shape.of(p.dtype(), 1, kernel, kernel), 0);
    Tensor index = Tensor.of(places, Shape.of(places.length));
    return Block.infer(
        in.as(p.dtype()),
        x -> {
          Tensor full = w.concat(0, zero).gather(0, index).reshape(channels, given, kernel, kernel);
          return x.conv2d(full).add(b.reshape(channels, 1, 1));
        });
  }

  @Override
  public String toString() {
    int connections = sees.stream().mapToInt(List::size).sum();
    return "PartialConv2d(%d, %d, %d connections)".formatted(sees.size(), kernel, connections);
  }
}
