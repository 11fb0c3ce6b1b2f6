package dev.hebb.fuzz;

/** What Jazzer calls; the property {@code hebb.fuzz.target} names the reader. */
public final class Fuzz {
  private static final Target TARGET = Target.valueOf(System.getProperty("hebb.fuzz.target"));

  private Fuzz() {}

  /** Reads one file that the fuzzer made up. */
  public static void fuzzerTestOneInput(byte[] content) {
    TARGET.read(content);
  }
}
