package dev.hebb.train.data;

import dev.hebb.tensor.Seed;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The data sets that are known by name, and the way to open these or a user's own. */
public final class Catalog {
  private static final double TRAIN_SHARE = 0.8;

  /** Some lines of a text: what a small network can make use of. */
  private static final int TEXT_WINDOW = 64;

  private Catalog() {}

  /**
   * A data set with a name.
   *
   * @param name what {@link #open} knows it by
   * @param description what it holds
   * @param size how much
   * @param source who made it
   * @param available whether it can be opened on this machine now
   * @param howToGet what to do where it is not available; empty for what ships with Hebb
   */
  public record Entry(
      String name,
      String description,
      String size,
      String source,
      boolean available,
      String howToGet) {}

  /**
   * All named data sets.
   *
   * @param folder where the user keeps data; null for nowhere
   */
  public static List<Entry> entries(@Nullable Path folder) {
    return List.of(
        new Entry(
            "digits",
            "handwritten digits, 28 × 28 grey",
            "9,000 + 1,000 images, 10 classes",
            "the first 10,000 training images of MNIST, built in",
            true,
            ""),
        new Entry(
            "mnist",
            "handwritten digits, 28 × 28 grey, all of MNIST",
            "60,000 + 10,000 images, 10 classes",
            "Y. LeCun, C. Cortes, C. Burges",
            located(folder, "mnist") != null,
            Mnist.HELP),
        new Entry(
            "fashion",
            "garments, 28 × 28 grey, Fashion-MNIST",
            "60,000 + 10,000 images, 10 classes",
            "H. Xiao, K. Rasul, R. Vollgraf (Zalando SE)",
            located(folder, "fashion") != null || IdxImages.isIn(Fashion.PACKAGE),
            Fashion.HELP),
        new Entry(
            "iris",
            "sizes of flowers, the species to be told",
            "150 rows, 4 columns, 3 classes",
            "R. A. Fisher, 1936, built in",
            true,
            ""),
        new Entry(
            "credit",
            "loan applications, good or bad",
            "1,000 rows, 20 columns, 2 classes",
            "Statlog German credit, H. Hofmann, 1994, built in",
            true,
            ""),
        new Entry(
            "names",
            "first names, to invent more, character by character",
            "32,033 names, 27 different characters",
            "A. Karpathy's makemore, built in",
            true,
            ""));
  }

  /**
   * Opens a data set by its name in the catalogue, or a file or folder: {@code FILE.csv} ({@code
   * .tsv}), {@code FILE.arff}, {@code FILE.txt} (character by character), a folder with MNIST's
   * four IDX files, or a folder of pictures. What has no division of its own is divided 80 to 20.
   *
   * @param nameOrPath the name or path
   * @param folder where the user keeps data: it, or its sub-folder {@code mnist} or {@code
   *     fashion}, has the IDX files of that name; null for nowhere. Files in the folder itself are
   *     fashion's if its name says "fashion", else MNIST's
   * @param seed decides the division
   * @throws DataException if there is no such data set, or it cannot be read
   */
  public static Splits open(String nameOrPath, @Nullable Path folder, Seed seed) {
    return switch (nameOrPath) {
      case "digits" -> Digits.load();
      case "mnist" -> Mnist.load(wanted(folder, "mnist", Path.of("mnist")));
      case "fashion" -> Fashion.load(wanted(folder, "fashion", Fashion.PACKAGE));
      case "iris" -> Iris.load(seed);
      case "credit" -> Credit.load(seed);
      case "names" -> Names.load(seed);
      default -> path(nameOrPath, seed);
    };
  }

  private static Splits path(String text, Seed seed) {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      throw unknown(text);
    }
    if (Files.isDirectory(path)) {
      if (!IdxImages.isIn(path)) {
        return ImageFolder.of(path).split(TRAIN_SHARE, seed);
      }
      return isFashion(path) ? Fashion.load(path) : Mnist.load(path);
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".arff")) {
      return Table.arff(path).split(TRAIN_SHARE, seed);
    }
    if (lower.endsWith(".csv") || lower.endsWith(".tsv")) {
      return Table.csv(path).split(TRAIN_SHARE, seed);
    }
    if (lower.endsWith(".txt")) {
      return Text.characters(path).windows(TEXT_WINDOW, TEXT_WINDOW / 2);
    }
    throw unknown(text);
  }

  private static DataException unknown(String text) {
    var names = entries(null).stream().map(Entry::name).toList();
    return new DataException(
        "'%s' is no data set, folder, .csv, .arff or .txt file.%s"
            .formatted(Numbers.shortened(text), Suggest.among(names, text)));
  }

  /** The folder to read, or to name as the one where the files are missing. */
  private static Path wanted(@Nullable Path folder, String name, Path fallback) {
    Path found = located(folder, name);
    return found != null ? found : folder != null ? folder : fallback;
  }

  private static @Nullable Path located(@Nullable Path folder, String name) {
    if (folder == null) {
      return null;
    }
    // Both sets consist of files with the same names: only the folder's name tells them apart.
    boolean itself = isFashion(folder) == name.equals("fashion") && IdxImages.isIn(folder);
    Path inside = folder.resolve(name);
    return IdxImages.isIn(inside) ? inside : itself ? folder : null;
  }

  private static boolean isFashion(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name != null && name.toString().toLowerCase(Locale.ROOT).contains("fashion");
  }
}
