package dev.hebb.train.data;

import dev.hebb.tensor.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures in folders: each sub-folder is a class, its name the label. Or each sub-folder is a
 * part, {@code train}, {@code test} and perhaps {@code validation} (or {@code val}), with the
 * classes inside. PNG, JPEG, BMP and GIF are read; hidden files are passed over.
 *
 * <pre>{@code
 * var pets = ImageFolder.of(Path.of("pets")).size(64, 64).split(0.8, Seed.of(1));
 * }</pre>
 */
public final class ImageFolder {
  private static final int DEFAULT_SIDE = 64;
  private static final int MAX_KEPT_SIDE = 256;
  private static final int MAX_NAMED = 10;
  private static final Set<String> DEBRIS = Set.of("thumbs.db", "desktop.ini");

  private enum Colour {
    AS_FOUND,
    GREY,
    COLOUR
  }

  private final Path folder;
  private final Images.@Nullable Size size;
  private final Colour colour;

  private ImageFolder(Path folder, Images.@Nullable Size size, Colour colour) {
    this.folder = folder;
    this.size = size;
    this.colour = colour;
  }

  /** The pictures under this folder; nothing is read yet. */
  public static ImageFolder of(Path folder) {
    return new ImageFolder(folder, null, Colour.AS_FOUND);
  }

  /**
   * Brings every picture to this size: scaled to cover it, the overhang cut. Where nothing is said,
   * pictures that all have one size of at most 256 × 256 keep it, and others become 64 × 64.
   */
  public ImageFolder size(int height, int width) {
    return new ImageFolder(folder, new Images.Size(height, width), colour);
  }

  /**
   * Reads one channel. Where nothing is said, it is one if no picture has any colour, else three.
   */
  public ImageFolder grey() {
    return new ImageFolder(folder, size, Colour.GREY);
  }

  /** Reads three channels, red, green and blue. */
  public ImageFolder colour() {
    return new ImageFolder(folder, size, Colour.COLOUR);
  }

  /**
   * Reads all pictures and divides them at random, class by class in proportion. Where the folder
   * is already divided into train and test, that division holds. Means and deviations per channel
   * are those of the training part.
   *
   * @param train the training part's share, above 0 and below 1
   * @param seed decides which pictures go where
   * @throws DataException if there are fewer than two classes or pictures, or some cannot be read;
   *     it names them
   */
  public Splits split(double train, Seed seed) {
    List<Picture> pictures = pictures();
    List<String> labels =
        List.copyOf(new TreeSet<>(pictures.stream().map(Picture::label).toList()));
    if (labels.size() < 2) {
      throw new DataException(
          "%s: there is only one class, '%s'; each class is a sub-folder with its pictures"
              .formatted(folder, labels.getFirst()));
    }
    Raw raw = raw(pictures);
    int[] classes = pictures.stream().mapToInt(p -> labels.indexOf(p.label)).toArray();
    var notes = new ArrayList<String>();
    int[][] parts = parts(pictures, classes, train, seed, notes);
    ImagePrep prep = fit(raw.prep, raw.values, parts[0]).labelled(labels);
    prep.encodeAll(raw.values);
    var all = Dataset.adopt(prep.shape(), raw.values, new Targets.Classes(classes, labels), prep);
    return new Splits(
        String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
        all.subset(parts[0]),
        all.subset(parts[1]),
        all.subset(parts[2]),
        notes);
  }

  /** Where a picture is, and what its folders say of it. */
  private record Picture(Path file, String label, String part) {}

  /** The pictures' values, 0 to 1, and their size. */
  private record Raw(ImagePrep prep, float[] values) {}

  private static int[][] parts(
      List<Picture> pictures, int[] classes, double train, Seed seed, List<String> notes) {
    if (pictures.getFirst().part.isEmpty()) {
      int[][] two = Stratify.split(classes, train, seed);
      return new int[][] {two[0], {}, two[1]};
    }
    notes.add("the folder is divided into train and test already; that division holds");
    int[][] parts = new int[3][];
    var names = List.of("train", "validation", "test");
    for (int p = 0; p < 3; p++) {
      String name = names.get(p);
      parts[p] =
          IntStream.range(0, classes.length)
              .filter(i -> pictures.get(i).part.equals(name))
              .toArray();
      new Draws(seed.split(name)).shuffle(parts[p]);
    }
    if (parts[0].length == 0) {
      throw new DataException("the folder 'train' holds no picture");
    }
    return parts;
  }

  private List<Picture> pictures() {
    var parts = new TreeMap<String, Path>();
    for (Path sub : folders(folder)) {
      String name = sub.getFileName().toString();
      parts.put(name.equals("val") ? "validation" : name, sub);
    }
    boolean divided =
        parts.containsKey("train")
            && parts.containsKey("test")
            && Set.of("train", "validation", "test").containsAll(parts.keySet());
    var pictures = new ArrayList<Picture>();
    var strangers = new ArrayList<Path>();
    if (divided) {
      parts.forEach((name, path) -> collect(path, name, pictures, strangers));
    } else {
      collect(folder, "", pictures, strangers);
    }
    if (!strangers.isEmpty()) {
      throw named("are folders inside a class; put the pictures directly into it", strangers);
    }
    if (pictures.isEmpty()) {
      throw new DataException(
          folder
              + ": there is no picture; put each class's pictures into a sub-folder of its name");
    }
    return pictures;
  }

  private void collect(Path root, String part, List<Picture> to, List<Path> strangers) {
    for (Path sub : folders(root)) {
      String label = sub.getFileName().toString();
      for (Path file : list(sub)) {
        if (Files.isDirectory(file)) {
          strangers.add(file);
        } else {
          to.add(new Picture(file, label, part));
        }
      }
    }
  }

  private Raw raw(List<Picture> pictures) {
    var bad = new ArrayList<Path>();
    Images.Size target = size == null ? commonSize(pictures, bad) : size;
    int channels = colour == Colour.GREY ? 1 : 3;
    var prep = ImagePrep.of(target.height(), target.width(), channels, ImagePrep.Style.PLAIN);
    int each = prep.shape().size();
    if ((long) pictures.size() * each > Integer.MAX_VALUE - 8) {
      throw new DataException(
          "%s: %d pictures of %d × %d do not fit in memory; choose a smaller size"
              .formatted(folder, pictures.size(), target.height(), target.width()));
    }
    float[] values = new float[pictures.size() * each];
    for (int i = 0; i < pictures.size() && bad.size() <= MAX_NAMED; i++) {
      Path file = pictures.get(i).file;
      try {
        if (!bad.contains(file)) {
          System.arraycopy(prep.encode(Images.read(file)), 0, values, i * each, each);
        }
      } catch (DataException e) {
        bad.add(file);
      }
    }
    if (!bad.isEmpty()) {
      throw named("cannot be read as PNG, JPEG, BMP or GIF; remove them or save them as PNG", bad);
    }
    return colour == Colour.AS_FOUND && isGrey(values, each)
        ? oneChannel(prep, values)
        : new Raw(prep, values);
  }

  /** The size that all pictures have, where it is one and not large. */
  private static Images.Size commonSize(List<Picture> pictures, List<Path> bad) {
    var sizes = new HashSet<Images.Size>();
    for (Picture picture : pictures) {
      try {
        sizes.add(Images.size(picture.file));
      } catch (DataException e) {
        bad.add(picture.file);
      }
    }
    Images.Size first = sizes.isEmpty() ? null : sizes.iterator().next();
    return first != null
            && sizes.size() == 1
            && Math.max(first.height(), first.width()) <= MAX_KEPT_SIDE
        ? first
        : new Images.Size(DEFAULT_SIDE, DEFAULT_SIDE);
  }

  private static boolean isGrey(float[] values, int each) {
    int plane = each / 3;
    for (int start = 0; start < values.length; start += each) {
      for (int i = start; i < start + plane; i++) {
        if (values[i] != values[i + plane] || values[i] != values[i + 2 * plane]) {
          return false;
        }
      }
    }
    return true;
  }

  private static Raw oneChannel(ImagePrep prep, float[] values) {
    int plane = prep.height() * prep.width();
    float[] grey = new float[values.length / 3];
    for (int i = 0; i < grey.length / plane; i++) {
      System.arraycopy(values, 3 * i * plane, grey, i * plane, plane);
    }
    return new Raw(ImagePrep.of(prep.height(), prep.width(), 1, prep.style()), grey);
  }

  /** The means and deviations of each channel over these pictures. */
  private static ImagePrep fit(ImagePrep prep, float[] values, int[] train) {
    int plane = prep.height() * prep.width();
    var means = new ArrayList<Double>();
    var stds = new ArrayList<Double>();
    for (int c = 0; c < prep.channels(); c++) {
      double sum = 0;
      double squares = 0;
      for (int picture : train) {
        int start = (picture * prep.channels() + c) * plane;
        for (int i = start; i < start + plane; i++) {
          sum += values[i];
          squares += (double) values[i] * values[i];
        }
      }
      double n = (double) train.length * plane;
      double mean = sum / n;
      double std = Math.sqrt(Math.max(0, squares / n - mean * mean));
      means.add(mean);
      stds.add(std < 1e-4 ? 1 : std); // all pictures of one colour: nothing to scale
    }
    return prep.normalised(means, stds);
  }

  private DataException named(String what, List<Path> files) {
    var names = files.stream().limit(MAX_NAMED).map(f -> folder.relativize(f).toString()).toList();
    return new DataException(
        "%s: these %s: %s%s"
            .formatted(
                folder, what, String.join(", ", names), files.size() > MAX_NAMED ? ", …" : ""));
  }

  private static List<Path> folders(Path folder) {
    return list(folder).stream().filter(Files::isDirectory).toList();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .filter(f -> !DEBRIS.contains(f.getFileName().toString().toLowerCase(Locale.ROOT)))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DataException(folder + " cannot be read as a folder: " + e.getMessage(), e);
    }
  }
}
