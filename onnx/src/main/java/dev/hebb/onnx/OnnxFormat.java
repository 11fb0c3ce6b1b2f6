package dev.hebb.onnx;

import dev.hebb.nn.Layer;
import dev.hebb.nn.LayerTypes;
import dev.hebb.nn.Net;
import dev.hebb.nn.NetFormat;
import dev.hebb.onnx.export.OnnxExport;
import java.nio.file.Path;
import java.util.List;

/**
 * Files called {@code .onnx} behind {@link Net#load} and {@link Net#save}, and their parts' layer.
 */
public final class OnnxFormat implements NetFormat, LayerTypes {
  /** For the service loader. */
  public OnnxFormat() {}

  @Override
  public boolean handles(Path file) {
    return file.getFileName().toString().endsWith(".onnx");
  }

  @Override
  public void save(Net net, Path file) {
    OnnxExport.of(net).save(file);
  }

  @Override
  public Net load(Path file, List<Class<? extends Layer>> own) {
    return Onnx.load(file).net();
  }

  @Override
  public List<Class<? extends Layer>> types() {
    return List.of(OnnxPart.class);
  }
}
