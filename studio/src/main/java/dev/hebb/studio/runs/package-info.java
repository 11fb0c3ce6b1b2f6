/** Training runs on the disk: a folder for each, and in it a log that only grows. */
@NullMarked
package dev.hebb.studio.runs;

import org.jspecify.annotations.NullMarked;
