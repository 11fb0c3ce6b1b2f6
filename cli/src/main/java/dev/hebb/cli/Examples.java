package dev.hebb.cli;

import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Shape;
import dev.hebb.train.Model;
import dev.hebb.train.Sheet;
import dev.hebb.train.data.Catalog;
import dev.hebb.train.data.DataException;
import dev.hebb.train.data.Dataset;
import dev.hebb.train.data.ImagePrep;
import dev.hebb.train.data.Images;
import dev.hebb.train.data.Preprocessing;
import dev.hebb.train.data.Splits;
import dev.hebb.train.data.TablePrep;
import dev.hebb.train.data.TextPrep;
import dev.hebb.train.io.Notes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Examples with known answers, prepared as a model wants them.
 *
 * @param data the examples
 * @param what what they are, for messages
 */
record Examples(Dataset data, String what) {

  /**
   * Opens data for a model.
   *
   * @param name as for the train command
   * @throws HebbException if it cannot be read or does not suit the model
   */
  static Examples of(Model model, String name, @Nullable Path folder) {
    Path path = Path.of(name);
    boolean csv = name.toLowerCase(Locale.ROOT).matches(".*\\.[ct]sv");
    return switch (model.preprocessing()) {
      case ImagePrep prep when isClassFolder(path, model) ->
          new Examples(pictures(path, prep, model), "pictures of " + name);
      case TablePrep prep when csv -> sheet(path, prep, model);
      case ImagePrep _, TablePrep _, TextPrep _, Preprocessing.None _ ->
          heldOut(model, name, folder);
    };
  }

  /**
   * A model that says nothing of its inputs and classes, such as most ONNX models, is taken to have
   * been trained on data like these.
   */
  static Model understood(Model model, String name, @Nullable Path folder) {
    if (!(model.preprocessing() instanceof Preprocessing.None) || !model.labels().isEmpty()) {
      return model;
    }
    Splits splits = Catalog.open(name, folder, model.net().seed());
    if (!splits.train().isClassification() || model.net().out().size() != splits.outputs()) {
      return model;
    }
    return Model.of(
        model
            .net()
            .note(Notes.PREPROCESSING, splits.preprocessing())
            .note(Notes.LABELS, splits.labels()));
  }

  /** The test part of data that are prepared as the model's were. */
  private static Examples heldOut(Model model, String name, @Nullable Path folder) {
    Splits splits = Catalog.open(name, folder, model.net().seed());
    if (!splits.shape().sameDims(model.net().in())) {
      throw new HebbException(
          "%s has examples of shape %s, but the model takes %s: it was trained on other data"
              .formatted(name, splits.shape(), model.net().in()));
    }
    if (model.preprocessing() instanceof TablePrep
        && !splits.preprocessing().equals(model.preprocessing())) {
      throw new HebbException(
          "%s is not the table that the model was trained on, or is divided otherwise; save it as CSV to use all its rows"
              .formatted(name));
    }
    if (splits.train().isClassification() && !splits.labels().equals(model.labels())) {
      throw new HebbException(
          "%s has the classes %s, but the model knows %s"
              .formatted(name, splits.labels(), model.labels()));
    }
    Dataset test = splits.test();
    return new Examples(rescaled(test, model.preprocessing()), "held-out examples of " + name);
  }

  /** The same pictures, normalised as the model wants them. */
  static Dataset rescaled(Dataset data, Preprocessing wanted) {
    if (!(data.preprocessing() instanceof ImagePrep has)
        || !(wanted instanceof ImagePrep want)
        || has.mean().equals(want.mean()) && has.std().equals(want.std())) {
      return data;
    }
    int plane = has.height() * has.width();
    float[] all = new float[Math.multiplyExact(data.size(), data.shape().size())];
    int[] labels = new int[data.size()];
    for (int i = 0; i < labels.length; i++) {
      float[] x = data.input(i);
      for (int k = 0; k < x.length; k++) {
        int c = k / plane;
        x[k] = (float) (x[k] * has.std().get(c) + has.mean().get(c));
      }
      float[] encoded = want.encode(x);
      System.arraycopy(encoded, 0, all, i * encoded.length, encoded.length);
      labels[i] = data.label(i);
    }
    return Dataset.ofClasses(data.shape(), all, labels, data.labels()).with(want);
  }

  // ---- tables

  private static Examples sheet(Path file, TablePrep prep, Model model) {
    Splits known = sameTable(file, prep, model);
    if (known != null) {
      return new Examples(known.test(), "held-out rows of " + file);
    }
    Sheet sheet = Sheet.read(file);
    String target = prep.target().name();
    if (!sheet.header().contains(target)) {
      throw new HebbException(
          "%s has no column '%s', the answers to compare with; use 'hebb predict' for rows without"
              .formatted(file, target));
    }
    int n = sheet.rows().size();
    float[] inputs = new float[Math.multiplyExact(n, prep.width())];
    float[] values = new float[n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      try {
        System.arraycopy(prep.encode(sheet.row(i)), 0, inputs, i * prep.width(), prep.width());
        String truth = sheet.row(i).getOrDefault(target, "");
        if (model.isClassifier()) {
          labels[i] = label(truth, model.labels());
        } else {
          values[i] = Float.parseFloat(truth);
        }
      } catch (DataException | NumberFormatException e) {
        throw new HebbException("%s, row %d: %s".formatted(file, i + 1, e.getMessage()), e);
      }
    }
    Shape shape = prep.shape();
    Dataset data =
        model.isClassifier()
            ? Dataset.ofClasses(shape, inputs, labels, model.labels())
            : Dataset.ofValues(shape, inputs, values, 1);
    return new Examples(data.with(prep), "rows of " + file);
  }

  /** The table divided as for the training, if it is the one that the model was trained on. */
  private static @Nullable Splits sameTable(Path file, TablePrep prep, Model model) {
    var table = dev.hebb.train.data.Table.csv(file);
    if (!table.columns().contains(prep.target().name())) {
      return null;
    }
    try {
      Splits splits = table.target(prep.target().name()).split(0.8, model.net().seed());
      return splits.preprocessing().equals(prep) ? splits : null;
    } catch (DataException e) {
      return null; // too small to be divided, for instance, but good enough to measure with
    }
  }

  private static int label(String text, List<String> labels) {
    int label = labels.indexOf(text);
    if (label < 0) {
      throw new DataException(
          "'%s' is none of the classes that the model knows: %s"
              .formatted(text, String.join(", ", labels)));
    }
    return label;
  }

  // ---- pictures

  private static boolean isClassFolder(Path folder, Model model) {
    return model.labels().stream().anyMatch(l -> isFolder(folder, l));
  }

  private static boolean isFolder(Path folder, String label) {
    return !label.contains("/") && Files.isDirectory(folder.resolve(label));
  }

  private static Dataset pictures(Path folder, ImagePrep prep, Model model) {
    var files = new ArrayList<Path>();
    var labels = new ArrayList<Integer>();
    for (String label : model.labels()) {
      if (!isFolder(folder, label)) {
        continue;
      }
      try (Stream<Path> found = Files.list(folder.resolve(label))) {
        for (Path file : found.filter(Examples::isPicture).sorted().toList()) {
          files.add(file);
          labels.add(model.labels().indexOf(label));
        }
      } catch (IOException e) {
        throw new HebbException("%s cannot be read: %s".formatted(folder, e.getMessage()), e);
      }
    }
    if (files.isEmpty()) {
      throw new HebbException(folder + ": there is no picture in the folders of its classes");
    }
    int each = prep.shape().size();
    float[] inputs = new float[Math.multiplyExact(files.size(), each)];
    for (int i = 0; i < files.size(); i++) {
      System.arraycopy(prep.encode(Images.read(files.get(i))), 0, inputs, i * each, each);
    }
    int[] indices = labels.stream().mapToInt(Integer::intValue).toArray();
    return Dataset.ofClasses(prep.shape(), inputs, indices, model.labels()).with(prep);
  }

  private static boolean isPicture(Path file) {
    return Files.isRegularFile(file) && !file.getFileName().toString().startsWith(".");
  }
}
