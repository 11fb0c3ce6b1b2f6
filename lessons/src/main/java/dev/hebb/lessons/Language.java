package dev.hebb.lessons;

/** What a lesson is told in. */
public enum Language {
  /** English. */
  EN,
  /** Chinese. */
  ZH
}
