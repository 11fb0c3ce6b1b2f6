package dev.hebb.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.hebb.onnx.op.TensorData;
import dev.hebb.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * ONNX files, read.
 *
 * <pre>{@code
 * var model = Onnx.load(Path.of("mnist.onnx"));
 * var y = model.run(Map.of("input", x)).get("output");
 * }</pre>
 *
 * <p>Files are mapped into memory; weights are copied once, when they become tensors. What a file
 * claims about sizes is compared with its bytes before anything is allocated.
 *
 * @see <a href="https://onnx.ai/onnx/">ONNX</a>
 */
public final class Onnx {
  /** How deep messages may lie inside each other: graphs in graphs, types of types. */
  private static final int MOST_NESTED = 200;

  private Onnx() {}

  /**
   * Reads a model. Tensors that lie outside of the file are looked for in its folder, and only
   * there.
   *
   * @throws OnnxException if it is not a model, or uses what is not supported: then all of it is
   *     listed
   */
  public static OnnxModel load(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    return model(file.toString(), map(file, 0, -1), new Beside(folder == null ? absolute : folder));
  }

  /** Reads a model from memory. Nobody may change the bytes any more. */
  public static OnnxModel read(ByteBuffer bytes) {
    return model("the model", bytes, TensorData.Files.NONE);
  }

  private static OnnxModel model(String name, ByteBuffer bytes, TensorData.Files files) {
    try {
      ByteString all = UnsafeByteOperations.unsafeWrap(bytes);
      CodedInputStream in = all.newCodedInput();
      in.enableAliasing(true); // weights stay where the file is mapped
      in.setRecursionLimit(MOST_NESTED);
      ModelProto proto = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
      return OnnxModel.of(name, proto, files);
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException(name + " is not an ONNX model: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new OnnxException(name + " cannot be read: " + e, e);
    }
  }

  private static ByteBuffer map(Path file, long offset, long length) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long n = length < 0 ? size - offset : length;
      if (offset < 0 || offset > size || n > size - offset) {
        throw new OnnxException(
            "%s has %d bytes; %d from %d on are not there".formatted(file, size, n, offset));
      }
      if (n > Integer.MAX_VALUE) {
        throw new OnnxException(
            file
                + " is larger than 2 GiB; save its weights as external data, one tensor at a time");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, n);
    } catch (NoSuchFileException e) {
      Path looked = file.toAbsolutePath().getParent();
      throw new OnnxException("%s does not exist (looked in %s)".formatted(file, looked), e);
    } catch (IOException e) {
      throw new OnnxException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Files in a folder, which names cannot lead out of. */
  private record Beside(Path folder) implements TensorData.Files {
    @Override
    public ByteBuffer map(String location, long offset, long length) {
      Path file;
      try {
        file = folder.resolve(location).normalize();
        if (!Path.of(location).isAbsolute() && file.startsWith(folder)) {
          // Links are followed before they are judged, too.
          if (file.toRealPath().startsWith(folder.toRealPath()) && Files.isRegularFile(file)) {
            return Onnx.map(file, offset, length);
          }
        }
      } catch (IOException | java.nio.file.InvalidPathException e) {
        throw new OnnxException("external data \"" + location + "\" cannot be read: " + e, e);
      }
      throw new OnnxException(
          "external data \"" + location + "\" lies outside of the model's folder " + folder);
    }
  }
}
