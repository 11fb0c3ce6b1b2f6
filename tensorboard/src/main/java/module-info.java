/** Training runs as event files that TensorBoard shows. */
module dev.hebb.tensorboard {
  requires transitive dev.hebb.train;
  requires com.google.protobuf;
  requires static org.jspecify;

  exports dev.hebb.tensorboard;

  // Protocol Buffers look at their messages by reflection.
  opens dev.hebb.tensorboard.proto to
      com.google.protobuf;
}
