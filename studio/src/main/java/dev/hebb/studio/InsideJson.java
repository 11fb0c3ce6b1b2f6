package dev.hebb.studio;

import dev.hebb.studio.runs.Entry;
import dev.hebb.studio.runs.RunView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured inside, by layer instead of by moment: as the page draws it. */
final class InsideJson {
  private InsideJson() {}

  /**
   * The layers, each with its records over time.
   *
   * @param max how many moments at most
   */
  static List<Map<String, Object>> layers(RunView run, int max) {
    var kinds = new LinkedHashMap<String, String>();
    Entry.Started started = run.started();
    if (started != null) {
      started.subject().graph().forEach(node -> kinds.put(node.path(), node.kind()));
    }
    var layers = new LinkedHashMap<String, List<Map<String, Object>>>();
    for (Entry.Inside moment : run.inside(max)) {
      for (Entry.Layer layer : moment.layers()) {
        layers
            .computeIfAbsent(layer.path(), _ -> new ArrayList<>())
            .add(record(moment.step(), layer));
      }
    }
    var all = new ArrayList<Map<String, Object>>();
    layers.forEach((path, records) -> {
      var map = new LinkedHashMap<String, Object>();
      map.put("path", path);
      map.put("kind", kinds.getOrDefault(path, ""));
      map.put("records", records);
      all.add(map);
    });
    return all;
  }

  private static Map<String, Object> record(long step, Entry.Layer layer) {
    var map = new LinkedHashMap<String, Object>();
    map.put("step", step);
    map.put("weights", layer.weights());
    map.put("gradients", layer.gradients());
    map.put("activations", layer.activations());
    map.put("updateRatio", layer.ratios().update());
    map.put("dead", layer.ratios().dead());
    map.put("saturated", layer.ratios().saturated());
    map.put("gradientNorm", layer.ratios().gradientNorm());
    return map;
  }
}
