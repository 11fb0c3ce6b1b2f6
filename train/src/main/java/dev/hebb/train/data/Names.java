package dev.hebb.train.data;

import dev.hebb.tensor.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * 32,033 first names that ship with Hebb, for models that invent more (A. Karpathy's makemore). See
 * {@code PROVENANCE.md} beside the file.
 */
public final class Names {
  /** Longer than nearly all names, so that a window holds some of them whole. */
  private static final int WINDOW = 32;

  private Names() {}

  /** The names in random order, one a line, as windows of 32 characters. */
  public static Splits load() {
    return load(Seed.of(0));
  }

  /** The same; the seed decides the order, and so which names are in the test part. */
  public static Splits load(Seed seed) {
    return text(seed).windows(WINDOW, WINDOW / 2);
  }

  /** The names in random order, one a line, each with a newline in front and behind. */
  public static Text text(Seed seed) {
    List<String> names = list();
    Collections.shuffle(names, new Random(seed.value()));
    return Text.characters("names", "\n" + String.join("\n", names) + "\n");
  }

  /** The names themselves, the most frequent first. */
  public static List<String> list() {
    return new ArrayList<>(Input.resource("names.txt.gz").unpacked().text().lines().toList());
  }
}
