package dev.hebb.studio.serve;

import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.Model;
import dev.hebb.train.data.TextPrep;
import dev.hebb.train.io.Notes;
import dev.hebb.train.io.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One version of the served model.
 *
 * @param name the file's name without its ending
 * @param version the first twelve hexadecimal digits of the SHA-256 of the file
 * @param signature what goes in and what comes out
 * @param predict rows of the numbers that the network reads, to probabilities or predicted numbers
 * @param provenance where the model comes from, where the file says so
 * @param loaded when it was read
 */
record Served(
    String name,
    String version,
    Signature signature,
    UnaryOperator<float[][]> predict,
    @Nullable Provenance provenance,
    Instant loaded) {
  private static final int VERSION_DIGITS = 12;

  /**
   * Reads a model file.
   *
   * @throws HebbException if it is missing, damaged, changes while it is read, or is a model of a
   *     kind that is not served
   */
  static Served load(Path file) {
    String before = fingerprint(file);
    Net net = Net.load(file);
    if (!fingerprint(file).equals(before)) {
      throw new HebbException(file + " changed while it was read; it is read again when it rests");
    }
    return of(stem(file), before.substring(0, VERSION_DIGITS), net);
  }

  /** A network as it is served. */
  static Served of(String name, String version, Net net) {
    Model model = Model.of(net);
    if (model.preprocessing() instanceof TextPrep) {
      throw new HebbException(
          ("%s continues texts, which 'hebb generate' does; the server answers about pictures, rows"
                  + " of tables and numbers")
              .formatted(name));
    }
    // A class for each pixel, say, is no list of probabilities: such outputs stay numbers.
    boolean named =
        model.isClassifier()
            && (net.out().size() == model.labels().size()
                || net.out().size() == 1 && model.labels().size() == 2);
    List<String> labels = named ? model.labels() : List.of();
    boolean meant = named || Notes.output(net) == Notes.Output.VALUES;
    return new Served(
        name,
        version,
        new Signature(model.preprocessing(), net.in(), net.out(), labels),
        meant ? model::predict : net::predict,
        net.note(Notes.PROVENANCE) instanceof Provenance p ? p : null,
        Instant.now());
  }

  /**
   * Predicts in batches of each of these sizes, so that the first request meets compiled code.
   *
   * @param atMost how long to go on; each size is tried once in any case
   */
  void warm(List<Integer> sizes, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    do {
      for (int size : sizes) {
        var _ = predict.apply(new float[size][signature.in().size()]);
      }
    } while (System.nanoTime() < end);
  }

  private static String stem(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
  }

  private static String fingerprint(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new HebbException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
