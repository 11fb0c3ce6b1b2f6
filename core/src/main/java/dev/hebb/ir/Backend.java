package dev.hebb.ir;

/** Makes graphs executable; one for each kind of device. */
public interface Backend {
  /** Compiles a graph. */
  Executable compile(Graph graph);
}
