package dev.hebb.compile;

import dev.hebb.ir.Capture;
import dev.hebb.ir.Executable;
import dev.hebb.ir.Graph;
import dev.hebb.runtime.Once;
import dev.hebb.tensor.Device;
import dev.hebb.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where a value is asked for: captures what it needs, compiles it unless that was done before, runs
 * it.
 */
public final class Engine {
  private record Key(Device device, Graph graph) {}

  private static final int PROGRAMS_KEPT = 512;

  /** The least recently used program goes first. */
  private static final Map<Key, Executable> PROGRAMS =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Executable> eldest) {
              return size() > PROGRAMS_KEPT;
            }
          });

  private Engine() {}

  /** A recorded step's program on the current device. */
  public static Executable compile(Graph graph) {
    Forecast.of(graph);
    return Device.current().backend().compile(graph);
  }

  /** Computes the values of these tensors together and keeps them. */
  public static void evaluate(List<Tensor> tensors) {
    List<Tensor> open = tensors.stream().filter(t -> t.valueOrNull() == null).distinct().toList();
    if (open.isEmpty()) {
      return;
    }
    Capture capture = Capture.of(open, Map.of(), List.of());
    var key = new Key(Device.current(), capture.graph());
    Executable program = PROGRAMS.get(key);
    if (program == null) {
      program = key.device.backend().compile(capture.graph());
      PROGRAMS.put(key, program);
    }
    Object[] arrays =
        capture.inputs().stream().map(t -> Objects.requireNonNull(t.valueOrNull())).toArray();
    Object[] results = new Object[open.size()];
    Executable p = program;
    Once.run(() -> System.arraycopy(p.run(arrays), 0, results, 0, results.length));
    for (int i = 0; i < results.length; i++) {
      open.get(i).keep(results[i]);
    }
  }
}
