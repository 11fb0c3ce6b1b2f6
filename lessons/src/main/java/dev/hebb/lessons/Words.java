package dev.hebb.lessons;

/**
 * The same in both languages.
 *
 * @param en English
 * @param zh Chinese
 */
public record Words(String en, String zh) {
  /** In one of them. */
  public String in(Language language) {
    return switch (language) {
      case EN -> en;
      case ZH -> zh;
    };
  }
}
