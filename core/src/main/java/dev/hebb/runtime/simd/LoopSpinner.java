package dev.hebb.runtime.simd;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.util.Objects;

/**
 * Makes many copies of one template class, each with its own constant.
 *
 * <p>A loop that calls a function through a field is compiled once for all functions: the call
 * stays a call, and the profiles of all users are mixed. A hidden class made from the template's
 * own bytes holds the function in a {@code static final} field; the compiler sees a constant,
 * inlines it and keeps a profile for this copy alone.
 */
public final class LoopSpinner {
  private LoopSpinner() {}

  /**
   * A new copy of a template.
   *
   * @param template a class with a constructor without parameters, which reads its constant by
   *     {@link #constant}; the template itself is never initialised
   * @param constant what the copy shall find
   * @param type what the copy is used as
   */
  static <T> T spin(Class<? extends T> template, Object constant, Class<T> type) {
    return spin(MethodHandles.lookup(), template, constant, type);
  }

  /** The same for a public template of another package, which passes its own lookup. */
  public static <T> T spin(
      MethodHandles.Lookup own, Class<? extends T> template, Object constant, Class<T> type) {
    String file = template.getName().substring(template.getPackageName().length() + 1) + ".class";
    try (InputStream in = Objects.requireNonNull(template.getResourceAsStream(file), file)) {
      MethodHandles.Lookup copy =
          own.defineHiddenClassWithClassData(in.readAllBytes(), constant, true);
      return type.cast(copy.lookupClass().getDeclaredConstructor().newInstance());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot copy the template " + template.getName(), e);
    }
  }

  /** The constant of the copy that calls this, which passes its own lookup. */
  public static <T> T constant(MethodHandles.Lookup own, Class<T> type) {
    try {
      T constant = MethodHandles.classData(own, ConstantDescs.DEFAULT_NAME, type);
      return Objects.requireNonNull(constant, "a template is used through LoopSpinner.spin only");
    } catch (IllegalAccessException e) {
      throw new LinkageError("cannot read the constant of " + own.lookupClass(), e);
    }
  }
}
