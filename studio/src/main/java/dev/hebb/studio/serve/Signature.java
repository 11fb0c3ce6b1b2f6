package dev.hebb.studio.serve;

import dev.hebb.tensor.Shape;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import java.util.List;

/**
 * What goes into a model and what comes out: what a client must know to use it.
 *
 * @param preprocessing how raw input becomes the numbers that the network reads
 * @param in the shape of one example
 * @param out the shape of one answer
 * @param labels the names of the classes; empty where numbers are predicted
 */
record Signature(Preprocessing preprocessing, Shape in, Shape out, List<String> labels) {
  Signature {
    labels = List.copyOf(labels);
  }

  /** Whether the answers are classes with probabilities. */
  boolean isClassifier() {
    return !labels.isEmpty();
  }

  /** How many numbers an answer has. */
  int answers() {
    return isClassifier() ? labels.size() : out.size();
  }

  /** What an example is, in words. */
  String example() {
    return switch (preprocessing) {
      case ImagePrep image ->
          "a picture (%d × %d, %s)"
              .formatted(image.height(), image.width(), image.channels() == 1 ? "grey" : "colour");
      case TablePrep table -> "a row with the columns " + String.join(", ", columns(table));
      case TextPrep text -> "a text of %d different tokens".formatted(text.size());
      case Preprocessing.None _ -> "numbers of shape " + in;
    };
  }

  /**
   * Why clients of the other cannot be served with this one; empty if they can. Means, deviations
   * and the order of columns may differ: they are the model's own affair.
   */
  String difference(Signature other) {
    if (!answersOf(this).equals(answersOf(other))) {
      return "it answers with %s, not with %s".formatted(answersOf(this), answersOf(other));
    }
    boolean same =
        switch (preprocessing) {
          case ImagePrep image ->
              other.preprocessing instanceof ImagePrep that && image.shape().equals(that.shape());
          case TablePrep table ->
              other.preprocessing instanceof TablePrep that && kinds(table).equals(kinds(that));
          case TextPrep text -> text.equals(other.preprocessing);
          case Preprocessing.None _ ->
              other.preprocessing instanceof Preprocessing.None && in.equals(other.in);
        };
    return same ? "" : "it reads %s, not %s".formatted(example(), other.example());
  }

  private static List<String> columns(TablePrep table) {
    return table.columns().stream().map(TablePrep.Column::name).toList();
  }

  private static List<String> kinds(TablePrep table) {
    return table.columns().stream().map(c -> c.name() + " " + c.kind()).sorted().toList();
  }

  private static String answersOf(Signature s) {
    return s.isClassifier() ? "the classes " + s.labels : "numbers of shape " + s.out;
  }
}
