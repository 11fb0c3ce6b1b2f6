package dev.hebb.runtime.simd;

/** The inner loops that convolutions are made from. */
record ConvLoops(Panel panel, Winograd winograd, ConvRuns runs, Taps taps) {
  /** Returns the fastest ones available in this process. */
  static ConvLoops best() {
    return new ConvLoops(Panel.best(), Winograd.best(), ConvRuns.best(), Taps.best());
  }
}
