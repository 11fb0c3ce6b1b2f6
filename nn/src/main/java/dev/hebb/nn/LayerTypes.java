package dev.hebb.nn;

import java.util.List;

/**
 * Layers of another module of Hebb, found as a service, so that files may name them as they name
 * Hebb's own.
 */
@FunctionalInterface
public interface LayerTypes {
  /** The layers' classes. */
  List<Class<? extends Layer>> types();
}
