package dev.hebb.tensor;

/**
 * The origin of all randomness in a run. The same seed gives the same initial weights, order of
 * examples, dropout masks and so the same results, on any number of threads.
 *
 * @param value any 64 bits
 */
public record Seed(long value) {
  /** The seed with this value. */
  public static Seed of(long value) {
    return new Seed(value);
  }

  /** An independent seed for the numbered stream. */
  public Seed split(long stream) {
    return new Seed(mix(value ^ mix(stream + 0x9E3779B97F4A7C15L)));
  }

  /** An independent seed for the named stream, for instance one per layer. */
  public Seed split(String stream) {
    long h = 0xCBF29CE484222325L; // FNV-1a: String.hashCode has too few bits to key a generator
    for (int i = 0; i < stream.length(); i++) {
      h = (h ^ stream.charAt(i)) * 0x100000001B3L;
    }
    return split(h);
  }

  /** SplitMix64's finaliser (Steele, Lea and Flood, 2014): a bijection that scatters every bit. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
