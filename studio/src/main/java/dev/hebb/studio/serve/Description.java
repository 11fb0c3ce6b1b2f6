package dev.hebb.studio.serve;

import dev.hebb.tensor.Shape;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import dev.hebb.train.io.Provenance;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /v1/model} tells.
 *
 * @param name the model's name
 * @param version which version of it is served
 * @param loaded since when
 * @param problem why a newer file is not served, or null
 * @param input what an example is
 * @param output what an answer is
 * @param limits what a request may bring
 * @param provenance where the model comes from, or null where its file does not say
 */
record Description(
    String name,
    String version,
    Instant loaded,
    @Nullable String problem,
    Input input,
    Output output,
    Bounds limits,
    @Nullable Provenance provenance) {

  /**
   * What an example is.
   *
   * @param kind {@code image}, {@code table} or {@code numbers}
   * @param type the element type that the network reads
   * @param shape the shape that it reads
   * @param columns of a table; empty for other kinds
   * @param image how a picture is prepared, or null for other kinds
   * @param accepts the media types that a request may have
   */
  record Input(
      String kind,
      String type,
      List<Integer> shape,
      List<Column> columns,
      @Nullable Image image,
      List<String> accepts) {}

  /**
   * A column of a table.
   *
   * @param kind {@code number} or {@code category}
   * @param mean of a number over the training data; null for a category
   * @param std its standard deviation; null for a category
   * @param required whether a value must be given
   */
  record Column(
      String name,
      String kind,
      List<String> categories,
      @Nullable Double mean,
      @Nullable Double std,
      boolean required) {}

  /** How a picture of any size is brought to the network's. */
  record Image(
      int width, int height, int channels, String style, List<Double> mean, List<Double> std) {}

  /**
   * What an answer is.
   *
   * @param kind {@code classes} or {@code numbers}
   * @param name of what is predicted, or null where it has none
   */
  record Output(String kind, @Nullable String name, List<String> labels, List<Integer> shape) {}

  /** What one request may bring: so many examples, so many bytes. */
  record Bounds(int examples, long bytes) {}

  static Description of(Served model, @Nullable String problem, Limits limits) {
    Signature s = model.signature();
    return new Description(
        model.name(),
        model.version(),
        model.loaded(),
        problem,
        input(s),
        new Output(
            s.isClassifier() ? "classes" : "numbers",
            s.preprocessing() instanceof TablePrep table ? table.target().name() : null,
            s.labels(),
            s.isClassifier() ? List.of(s.labels().size()) : dims(s.out())),
        new Bounds(limits.examples(s), limits.maxBody()),
        model.provenance());
  }

  private static Input input(Signature s) {
    Shape in = s.in();
    String type = in.dtype().toString().toLowerCase(Locale.ROOT);
    return switch (s.preprocessing()) {
      case ImagePrep i ->
          new Input(
              "image",
              type,
              dims(in),
              List.of(),
              new Image(
                  i.width(),
                  i.height(),
                  i.channels(),
                  i.style().name().toLowerCase(Locale.ROOT),
                  i.mean(),
                  i.std()),
              MediaTypes.accepted(s));
      case TablePrep table ->
          new Input(
              "table",
              type,
              dims(in),
              table.columns().stream().map(c -> column(c, table.missing())).toList(),
              null,
              MediaTypes.accepted(s));
      case Preprocessing.None _, TextPrep _ ->
          new Input("numbers", type, dims(in), List.of(), null, MediaTypes.accepted(s));
    };
  }

  private static List<Integer> dims(Shape shape) {
    return Arrays.stream(shape.dims()).boxed().toList();
  }

  private static Column column(TablePrep.Column c, TablePrep.Missing missing) {
    boolean isNumber = c.kind() == TablePrep.Kind.NUMERIC;
    return new Column(
        c.name(),
        isNumber ? "number" : "category",
        c.categories(),
        isNumber ? c.mean() : null,
        isNumber ? c.std() : null,
        missing == TablePrep.Missing.REJECT);
  }
}
