package dev.hebb.train.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads pictures (PNG, JPEG, BMP and GIF, told apart by their content) and writes PNG. */
public final class Images {
  /** The other formats of the JDK are rare, and WBMP has no mark: any bytes may pass for it. */
  private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp", "gif");

  private static final long MAX_FILE_BYTES = 256L << 20;
  private static final long MAX_PIXELS = 200_000_000;

  /**
   * Larger pictures are read with fewer pixels: no network reads so many, and memory is bounded.
   */
  private static final long MAX_DECODED_PIXELS = 8_000_000;

  /** Pixels between the pictures of a grid. */
  private static final int GAP = 2;

  private Images() {}

  /**
   * Reads a picture from a file. One of more than 8 million pixels is read at a fraction of its
   * size.
   *
   * @throws DataException if it is missing, in another format, damaged or larger than 200 million
   *     pixels
   */
  public static BufferedImage read(Path file) {
    return read(Input.of(file, MAX_FILE_BYTES));
  }

  /**
   * Reads a picture from its encoded bytes, for instance an upload.
   *
   * @param bytes the content of a PNG, JPEG, BMP or GIF file
   * @param name what to call it in messages
   * @throws DataException as {@link #read(Path)}
   */
  public static BufferedImage read(byte[] bytes, String name) {
    return read(new Input(name, bytes));
  }

  private static BufferedImage read(Input input) {
    return withReader(
        input,
        (reader, pixels) -> {
          var param = reader.getDefaultReadParam();
          int step = (int) Math.ceil(Math.sqrt((double) pixels / MAX_DECODED_PIXELS));
          param.setSourceSubsampling(Math.max(1, step), Math.max(1, step), 0, 0);
          return reader.read(0, param);
        });
  }

  /**
   * Pictures of one size side by side, from left to right and from top to bottom.
   *
   * @param pictures at least one
   * @param columns how many stand in a row, ≥ 1
   * @param scale how many pixels each side of a pixel gets, ≥ 1
   */
  public static BufferedImage grid(List<BufferedImage> pictures, int columns, int scale) {
    if (pictures.isEmpty() || columns < 1 || scale < 1) {
      throw new DataException(
          "a grid needs at least one picture, column and pixel, not %d, %d and %d"
              .formatted(pictures.size(), columns, scale));
    }
    int width = pictures.getFirst().getWidth() * scale;
    int height = pictures.getFirst().getHeight() * scale;
    int rows = Math.ceilDiv(pictures.size(), columns);
    var all =
        new BufferedImage(
            columns * (width + GAP) + GAP, rows * (height + GAP) + GAP, BufferedImage.TYPE_INT_RGB);
    var g = all.createGraphics();
    for (int i = 0; i < pictures.size(); i++) {
      int x = GAP + i % columns * (width + GAP);
      int y = GAP + i / columns * (height + GAP);
      g.drawImage(pictures.get(i), x, y, width, height, null);
    }
    g.dispose();
    return all;
  }

  /**
   * Writes a picture as PNG.
   *
   * @throws DataException if the file cannot be written
   */
  public static void write(BufferedImage picture, Path file) {
    try {
      if (!ImageIO.write(picture, "png", file.toFile())) {
        throw new IOException("this Java has no PNG writer");
      }
    } catch (IOException | LinkageError | InternalError e) {
      throw new DataException("%s was not written: %s".formatted(file, e), e);
    }
  }

  /** The size that a picture's header states, without decoding it. */
  static Size size(Path file) {
    return withReader(
        Input.of(file, MAX_FILE_BYTES),
        (reader, pixels) -> new Size(reader.getHeight(0), reader.getWidth(0)));
  }

  /** Rows and columns. */
  record Size(int height, int width) {}

  @FunctionalInterface
  private interface Use<T> {
    T apply(ImageReader reader, long pixels) throws IOException;
  }

  private static <T> T withReader(Input input, Use<T> use) {
    try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(input.bytes()))) {
      ImageReader reader = reader(stream, input.name());
      try {
        reader.setInput(stream, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels < 1 || pixels > MAX_PIXELS) {
          throw new DataException(
              "%s: %d × %d pixels; pictures of up to %d million can be read: make it smaller"
                  .formatted(
                      input.name(),
                      reader.getWidth(0),
                      reader.getHeight(0),
                      MAX_PIXELS / 1_000_000));
        }
        return use.apply(reader, pixels);
      } finally {
        reader.dispose();
      }
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // The JDK's decoders answer a damaged file with almost any exception, and may take a length
      // in it at its word.
      String why = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
      throw new DataException(
          "%s: the picture is damaged or of a kind that cannot be read%s; save it again as PNG"
              .formatted(input.name(), why),
          e);
    }
  }

  private static ImageReader reader(ImageInputStream stream, String name) throws IOException {
    for (Iterator<ImageReader> readers = ImageIO.getImageReaders(stream); readers.hasNext(); ) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new DataException(name + ": not a PNG, JPEG, BMP or GIF picture; save it as PNG");
  }
}
