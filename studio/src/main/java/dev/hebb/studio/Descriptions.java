package dev.hebb.studio;

import dev.hebb.nn.Layer;
import dev.hebb.nn.Net;
import dev.hebb.nn.Summary;
import dev.hebb.nn.layer.Activated;
import dev.hebb.nn.layer.Named;
import dev.hebb.studio.runs.Entry;
import dev.hebb.train.TrainEvent;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import dev.hebb.train.io.Notes;
import dev.hebb.train.io.Provenance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run's first entry says about it. */
final class Descriptions {
  private Descriptions() {}

  static Entry.Started of(
      TrainEvent.RunStarted started, @Nullable String name, @Nullable String link) {
    Net net = started.session().net();
    Provenance from = started.provenance();
    String data = started.session().train().data().toString();
    var subject =
        new Entry.Subject(
            name == null ? data : name,
            data,
            net.summary().parameters(),
            graph(net),
            Notes.labels(net),
            input(net));
    var goals = new LinkedHashMap<String, String>();
    started
        .values()
        .forEach((value, goal) -> goals.put(value, goal.name().toLowerCase(Locale.ROOT)));
    var plan =
        new Entry.Plan(started.epochs(), started.steps(), goals, from.settings(), provenance(from));
    return new Entry.Started(Instant.now().toString(), owner(link), plan, subject);
  }

  private static Map<String, String> provenance(Provenance from) {
    var map = new LinkedHashMap<String, String>();
    map.put("hebb", from.hebb());
    map.put("java", from.java());
    map.put("system", from.system());
    map.put("seed", Long.toString(from.seed()));
    map.put("data", from.data());
    return map;
  }

  private static Entry.Owner owner(@Nullable String link) {
    ProcessHandle self = ProcessHandle.current();
    return new Entry.Owner(self.pid(), Entry.Owner.began(self), link);
  }

  private static List<Entry.Node> graph(Net net) {
    List<Net.Part> parts = net.parts();
    List<Summary.Row> rows = net.summary().rows();
    var nodes = new ArrayList<Entry.Node>();
    for (int i = 0; i < parts.size(); i++) {
      Net.Part part = parts.get(i);
      nodes.add(
          new Entry.Node(
              part.path(),
              kind(part.layer()),
              rows.get(i).layer(),
              part.in().dims(),
              part.out().dims(),
              rows.get(i).level(),
              rows.get(i).parameters(),
              part.flops()));
    }
    return nodes;
  }

  private static String kind(Layer layer) {
    return switch (layer) {
      case Named named -> kind(named.layer());
      case Activated activated -> kind(activated.layer());
      default -> layer.getClass().getSimpleName();
    };
  }

  private static Entry.Input input(Net net) {
    return switch (Notes.preprocessing(net)) {
      case ImagePrep image ->
          new Entry.Input("image", image.width(), image.height(), image.channels(), List.of());
      case TablePrep table -> new Entry.Input("table", 0, 0, 0, fields(table));
      case TextPrep _ -> new Entry.Input("text", 0, 0, 0, List.of());
      case Preprocessing.None _ -> new Entry.Input("numbers", 0, 0, 0, List.of());
    };
  }

  /** The columns, each with a usual value. */
  private static List<Entry.Field> fields(TablePrep table) {
    return table.columns().stream()
        .map(column ->
            column.kind() == TablePrep.Kind.NUMERIC
                ? new Entry.Field(column.name(), null, "%.4g".formatted(column.mean()))
                : new Entry.Field(
                    column.name(), column.categories(), column.categories().getFirst()))
        .toList();
  }
}
