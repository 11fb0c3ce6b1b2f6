package dev.hebb.studio.playground;

/**
 * Something worth seeing, at one click.
 *
 * @param id its name, under which the page has a sentence about it
 * @param speed steps a second that suit it
 * @param settings all that decides what is seen
 */
record Scene(String id, int speed, Settings settings) {}
