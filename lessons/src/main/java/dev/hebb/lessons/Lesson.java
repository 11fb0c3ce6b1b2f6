package dev.hebb.lessons;

import java.util.List;
import java.util.function.Consumer;

/**
 * One walk-through.
 *
 * @param rows the rows of the lecture that it is about, the main one first: {@code L59}
 * @param title what it shows
 * @param story what it tells a page
 */
public record Lesson(List<String> rows, Words title, Consumer<Page> story) {
  /** Copies. */
  public Lesson {
    rows = List.copyOf(rows);
  }

  static Lesson of(String rows, String en, String zh, Consumer<Page> story) {
    return new Lesson(List.of(rows.split(" ")), new Words(en, zh), story);
  }

  /**
   * Computes everything and writes it down.
   *
   * @throws IllegalStateException if a number is not what the lesson says
   */
  public Page tell(Language language) {
    var page = new Page(language);
    page.heading(String.join(", ", rows) + " · " + title.in(language));
    story.accept(page);
    page.gap();
    page.say(
        "✓ marks what was computed with Hebb's tensors and compared with another way to it.",
        "✓ 表示：用 Hebb 张量算出，并与另一种算法比较过。");
    return page;
  }
}
