package dev.hebb.nn;

/**
 * How a {@linkplain Net#note note} becomes text and back, for file formats that carry texts; found
 * as a service.
 */
public interface NoteFormat {
  /**
   * A note as JSON.
   *
   * @throws dev.hebb.tensor.HebbException if it is nothing that JSON can say
   */
  String write(Object note);

  /**
   * The note that a text tells of.
   *
   * @param key the note's key, which says what kind of thing it is
   * @throws dev.hebb.tensor.HebbException if the text is no such note
   */
  Object read(String key, String json);
}
