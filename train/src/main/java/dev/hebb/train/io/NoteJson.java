package dev.hebb.train.io;

import dev.hebb.nn.NoteFormat;
import dev.hebb.tensor.HebbException;
import dev.hebb.train.data.Preprocessing;
import tools.jackson.core.JacksonException;

/** Makes the notes on a network JSON, and notes of JSON, for files of other formats. */
public final class NoteJson implements NoteFormat {
  /** For the service loader. */
  public NoteJson() {}

  @Override
  public String write(Object note) {
    try {
      return Json.MAPPER.writeValueAsString(note);
    } catch (JacksonException e) {
      throw new HebbException(
          "the note %s cannot be written as JSON: %s".formatted(note, e.getOriginalMessage()), e);
    }
  }

  @Override
  public Object read(String key, String json) {
    Class<?> type =
        switch (key) {
          case Notes.PREPROCESSING -> Preprocessing.class;
          case Notes.PROVENANCE -> Provenance.class;
          default -> Object.class;
        };
    try {
      Object note = Json.MAPPER.readValue(json, type);
      if (note != null) {
        return note;
      }
    } catch (JacksonException e) {
      throw new HebbException(
          "the note \"%s\" is no JSON of this kind: %s".formatted(key, e.getOriginalMessage()), e);
    }
    throw new HebbException("the note \"%s\" is empty".formatted(key));
  }
}
