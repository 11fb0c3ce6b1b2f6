package dev.hebb.nn.layer;

import dev.hebb.nn.Block;
import dev.hebb.nn.Layer;
import dev.hebb.nn.Params;
import dev.hebb.nn.Side;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network that reads one sequence and continues another (Sutskever et al., 2014; Vaswani et al.,
 * 2017): the encoder gets the first {@code source} steps of each example, the decoder the rest, and
 * what the encoder gives is the {@link Side#MEMORY} of the decoder's cross attention, its mask the
 * {@link Side#MEMORY_MASK}.
 *
 * <p>x is [n, source + target, …], both sequences one behind the other, so that a batch of such
 * pairs is one tensor; the result is the decoder's, [n, target, …].
 *
 * @param source how many steps the encoder gets, ≥ 1
 * @param encoder gives [source, units]
 * @param decoder takes the other steps
 */
public record EncoderDecoder(int source, Layer encoder, Layer decoder) implements Layer {
  /** Masks that belong to both sequences together, and so to neither alone. */
  private static final List<String> OF_BOTH =
      List.of(Side.MASK, Side.LENGTHS, Side.ATTENTION, Side.MEMORY_MASK);

  /** Checks the range. */
  public EncoderDecoder {
    if (source < 1) {
      throw new HebbException("encoderDecoder: the encoder needs a step, not " + source);
    }
  }

  @Override
  public Block build(Shape in, Params p) {
    if (in.rank() == 0 || in.dim(0) <= source) {
      throw p.mismatch(
          this, "%d steps for the encoder and more for the decoder".formatted(source), in, "");
    }
    int target = in.dim(0) - source;
    Block encode = p.build("encoder", encoder, in.with(0, source));
    Block decode = p.build("decoder", decoder, in.with(0, target));
    return Block.of(
        decode.out(),
        x -> {
          Tensor mask = Side.maskOf(this, x);
          Map<String, Tensor> given = new HashMap<>();
          Side.within(
              part(mask, 0, source),
              OF_BOTH,
              () -> {
                given.put(Side.MEMORY, encode.apply(x.narrow(1, 0, source)));
                Tensor real = Side.find(Side.MASK);
                if (real != null) {
                  given.put(Side.MEMORY_MASK, real);
                }
                return given;
              });
          given.putAll(part(mask, source, target));
          return Side.within(given, OF_BOTH, () -> decode.apply(x.narrow(1, source, target)));
        });
  }

  private static Map<String, Tensor> part(@Nullable Tensor mask, int from, int steps) {
    return mask == null ? Map.of() : Map.of(Side.MASK, mask.narrow(1, from, steps));
  }

  @Override
  public String toString() {
    return "EncoderDecoder(%d, %s, %s)".formatted(source, encoder, decoder);
  }
}
