package dev.hebb.onnx.op;

/**
 * The generator MT19937, started from one number as NumPy starts it: what the seed of a Dropout
 * node means to those who wrote ONNX's conformance cases.
 *
 * @see <a href="https://doi.org/10.1145/272991.272995">Matsumoto and Nishimura, 1998</a>
 */
final class MersenneTwister {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int at = N;

  MersenneTwister(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  private int next() {
    if (at == N) {
      for (int i = 0; i < N; i++) {
        int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
        state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) * 0x9908b0df);
      }
      at = 0;
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** Uniform in [0, 1), with 53 random bits. */
  double nextDouble() {
    int high = next() >>> 5;
    int low = next() >>> 6;
    return (high * 0x1p26 + low) * 0x1p-53;
  }
}
