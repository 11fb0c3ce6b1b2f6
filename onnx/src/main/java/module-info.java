/** ONNX models: read into ordinary networks, and written. */
module dev.hebb.onnx {
  requires transitive dev.hebb.nn;
  requires com.google.protobuf;
  requires static org.jspecify;

  exports dev.hebb.onnx;
  exports dev.hebb.onnx.export;

  uses dev.hebb.nn.NoteFormat;

  // Protocol Buffers look at their messages by reflection.
  opens dev.hebb.onnx.proto to
      com.google.protobuf;
}
