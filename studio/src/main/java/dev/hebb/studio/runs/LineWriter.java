package dev.hebb.studio.runs;

import java.io.IOException;

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
   * @throws IOException if that fails; later calls do nothing
   */
  public synchronized void write(Entry entry) throws IOException {
    if (failed) {
      return;
    }
    try {
      lines.write(RunLog.line(entry));
    } catch (IOException e) {
      failed = true;
      throw e;
    }
  }
}
