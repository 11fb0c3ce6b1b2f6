package dev.hebb.peers;

import static org.bytedeco.pytorch.global.torch.*;

import java.util.function.Supplier;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.*;

/**
 * PyTorch's products and convolutions, called as its layers and their gradients call them, weights
 * as the user keeps them.
 */
final class TorchKernel {
  private static final long[] ONE = {1, 1};
  private static final long[] ZERO = {0, 0};

  private TorchKernel() {}

  static Session open(Single single) {
    return new TorchPeer.Infer(
        new TorchPeer.Net(),
        switch (single) {
          case Single.Product p -> product(p);
          case Single.Convolution c -> convolution(c);
        });
  }

  private static Supplier<Tensor> product(Single.Product p) {
    Tensor a = matrix(p.transA(), p.m(), p.k());
    Tensor b = matrix(p.transB(), p.k(), p.n());
    return () -> mm(a, b);
  }

  private static Tensor matrix(boolean transposed, int rows, int columns) {
    return transposed ? random(columns, rows).t() : random(rows, columns);
  }

  private static Supplier<Tensor> convolution(Single.Convolution c) {
    Tensor x = picture(c.n(), c.cin(), c.side(), c.side());
    Tensor w = picture(c.cout(), c.cin(), c.kernel(), c.kernel());
    Tensor dy = picture(c.n(), c.cout(), c.out(), c.out());
    long[] pad = {c.pad(), c.pad()};
    return switch (c.direction()) {
      case "fwd" -> () -> conv2d(x, w, new TensorOptional(), ONE, pad, ONE, 1);
      case "dx" -> () -> backward(dy, x, w, pad, true, false).get0();
      default -> () -> backward(dy, x, w, pad, false, true).get1();
    };
  }

  private static T_TensorTensorTensor_T backward(
      Tensor dy, Tensor x, Tensor w, long[] pad, boolean ofInput, boolean ofWeights) {
    var wanted = new BoolPointer(3).put(0, ofInput).put(1, ofWeights).put(2, false);
    return convolution_backward(
        dy, x, w, new LongArrayRefOptional(), ONE, pad, ONE, false, ZERO, 1, wanted);
  }

  private static Tensor picture(long... dims) {
    return TorchPeer.img(numbers(dims), dims);
  }

  private static Tensor random(long... dims) {
    return TorchPeer.t(numbers(dims), dims);
  }

  private static float[] numbers(long... dims) {
    long n = 1;
    for (long d : dims) {
      n *= d;
    }
    return Single.random(n);
  }
}
