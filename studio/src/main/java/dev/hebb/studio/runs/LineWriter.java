package dev.hebb.studio.runs;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes a run's entries. After the first failure it writes nothing more: a log has no gaps. */
public final class LineWriter {
  private final RunLog.Lines lines;
  private boolean failed;

  LineWriter(RunLog.Lines lines) {
    this.lines = lines;
  }

  /**
   * Writes an entry.
   *
   * @throws UncheckedIOException if that fails; later calls do nothing
   */
  public synchronized void write(Entry entry) {
    if (failed) {
      return;
    }
    try {
      lines.write(RunLog.line(entry));
    } catch (IOException e) {
      failed = true;
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
