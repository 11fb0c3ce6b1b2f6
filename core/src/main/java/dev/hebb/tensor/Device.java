package dev.hebb.tensor;

import dev.hebb.compile.SimdBackend;
import dev.hebb.ir.Backend;
import dev.hebb.ir.Reference;
import java.util.function.Supplier;

/** Where values are computed. */
public enum Device {
  /** The CPU's vector units through compiled, fused programs; the default. */
  SIMD(new SimdBackend()),
  /** One operation after the other in float64, as plainly as can be: the oracle for tests. */
  REFERENCE(new Reference());

  private static final ScopedValue<Device> CURRENT = ScopedValue.newInstance();

  private final Backend backend;

  Device(Backend backend) {
    this.backend = backend;
  }

  /** The device that values asked for here are computed on. */
  public static Device current() {
    return CURRENT.isBound() ? CURRENT.get() : SIMD;
  }

  /** Runs the body with this device; values read and steps recorded in it are computed on it. */
  public <T> T run(Supplier<T> body) {
    return ScopedValue.where(CURRENT, this).call(body::get);
  }

  /** What compiles for this device. */
  public Backend backend() {
    return backend;
  }
}
