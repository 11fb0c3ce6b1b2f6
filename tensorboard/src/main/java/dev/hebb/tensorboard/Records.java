package dev.hebb.tensorboard;

import com.google.protobuf.MessageLite;
import dev.hebb.tensor.HebbException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/**
 * A file of records, each with its length and check sums: eight bytes with the length, four with
 * the sum of these, the record, four with the sum of that; all little-endian. It is only ever
 * appended to, so a reader sees whole records and at most one unfinished one at the end.
 *
 * @param file where it is
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecord</a>
 */
record Records(Path file) {
  private static final AtomicLong CREATED = new AtomicLong();

  static Records create(Path folder) {
    // TensorBoard wants "tfevents" in the name and reads a folder's files in the names' order.
    String name =
        "events.out.tfevents.%010d.%s.%d.%d"
            .formatted(
                System.currentTimeMillis() / 1000,
                host(),
                ProcessHandle.current().pid(),
                CREATED.getAndIncrement());
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      Files.createFile(file);
    } catch (IOException e) {
      throw new HebbException(
          "TensorBoard's events cannot be written to %s (%s): give a folder that may be written to"
              .formatted(folder, e),
          e);
    }
    return new Records(file);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9-]", "-");
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Appends one record. */
  void write(MessageLite message) {
    byte[] record = message.toByteArray();
    var bytes = ByteBuffer.allocate(record.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(record.length);
    bytes.putInt(masked(bytes.array(), Long.BYTES));
    bytes.put(record);
    bytes.putInt(masked(record, record.length));
    try (var channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      bytes.flip();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new HebbException("%s cannot be written any more: %s".formatted(file, e), e);
    }
  }

  /** The CRC-32C turned by 15 bits plus a constant, so that sums of data with sums are sound. */
  private static int masked(byte[] bytes, int count) {
    var crc = new CRC32C();
    crc.update(bytes, 0, count);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }
}
