/** Data sets and their readers, the training loop with its events, and model files. */
module dev.hebb.train {
  requires transitive dev.hebb.nn;
  requires de.siegmar.fastcsv;
  requires io.jhdf;
  requires transitive java.desktop;
  requires org.apache.commons.lang3; // jhdf asks for it, but has no module descriptor to say so
  requires org.slf4j;
  requires tools.jackson.databind;
  requires static org.jspecify;

  exports dev.hebb.train;
  exports dev.hebb.train.data;
  exports dev.hebb.train.io;

  provides dev.hebb.nn.NoteFormat with
      dev.hebb.train.io.NoteJson;
  provides dev.hebb.nn.NetFormat with
      dev.hebb.train.io.HebbFormat;

  // Model files, checkpoints and preprocessing are records that Jackson reads and writes.
  opens dev.hebb.train to
      tools.jackson.databind;
  opens dev.hebb.train.data to
      tools.jackson.databind;
  opens dev.hebb.train.io to
      tools.jackson.databind;
}
