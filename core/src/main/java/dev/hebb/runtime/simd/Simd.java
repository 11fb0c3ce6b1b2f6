package dev.hebb.runtime.simd;

/**
 * Tells whether kernels may use vector instructions.
 *
 * <p>They need the incubating module {@code jdk.incubator.vector}. On the module path it is
 * resolved without a flag; on the class path the user adds {@code --add-modules
 * jdk.incubator.vector}. Without it, with vectors of less than 128 bits, or with {@code
 * -Dhebb.simd=off}, every kernel falls back to plain loops with the same results.
 */
public final class Simd {
  /**
   * {@code -Dhebb.simd=at-once}: vector forms are used before they are compiled. That is slow;
   * tests use it to see that they compute the same.
   */
  static final boolean AT_ONCE = System.getProperty("hebb.simd", "on").equalsIgnoreCase("at-once");

  /** Lanes of the shortest vectors that kernels are written for. */
  private static final int FEWEST_LANES = 4;

  private static final boolean AVAILABLE = isWanted() && isPresent() && areLongEnough();

  private Simd() {}

  /** Returns whether kernels use vector instructions in this process. */
  public static boolean available() {
    return AVAILABLE;
  }

  private static boolean isWanted() {
    return !System.getProperty("hebb.simd", "on").equalsIgnoreCase("off");
  }

  private static boolean isPresent() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    if (!present) {
      System.getLogger("dev.hebb")
          .log(
              System.Logger.Level.WARNING,
              "Hebb runs without vector instructions, many times slower: start java with"
                  + " --add-modules jdk.incubator.vector");
    }
    return present;
  }

  /** A JVM that has no vectors, or no compiler for them, still names some of two lanes. */
  private static boolean areLongEnough() {
    boolean areLong = Vectors.lanes() >= FEWEST_LANES;
    if (!areLong) {
      System.getLogger("dev.hebb")
          .log(
              System.Logger.Level.WARNING,
              "Hebb runs without vector instructions, many times slower: this JVM has no vectors"
                  + " of 128 bits or more; start it without -XX:MaxVectorSize, or take another");
    }
    return areLong;
  }

  /** All that needs the vector module; not loaded without it. */
  private static final class Vectors {
    static int lanes() {
      return jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.length();
    }
  }
}
