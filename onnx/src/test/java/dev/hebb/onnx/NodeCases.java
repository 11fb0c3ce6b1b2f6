package dev.hebb.onnx;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** The archive of conformance cases. */
final class NodeCases {
  static final String MISSING = "no folder shared/data above the working directory";

  /** Inputs and expected outputs, as TensorProto. */
  record DataSet(List<byte[]> inputs, List<byte[]> outputs) {}

  /** A case. */
  @SuppressWarnings("ArrayRecordComponent")
  record Case(String name, byte[] model, List<DataSet> sets) {
    @Override
    public String toString() {
      return name;
    }
  }

  private NodeCases() {}

  /** A file or folder below {@code shared/data}, or null where that is missing. */
  static @Nullable Path shared(String path) {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path candidate = p.resolve("shared").resolve("data").resolve(path);
      if (Files.exists(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  static List<Case> all() {
    Path archive = shared("onnx/node-tests.tar.xz");
    if (archive == null) {
      return List.of();
    }
    Map<String, byte[]> files = new TreeMap<>();
    try (var file = new BufferedInputStream(Files.newInputStream(archive));
        var tar = new TarArchiveInputStream(new XZCompressorInputStream(file))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (e.isFile()) {
          files.put(e.getName().replaceFirst("^\\./", ""), tar.readAllBytes());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Case> cases = new ArrayList<>();
    for (String name : files.keySet()) {
      if (name.endsWith("/model.onnx")) {
        String folder = name.substring(0, name.length() - "/model.onnx".length());
        List<DataSet> sets = new ArrayList<>();
        for (int s = 0; files.containsKey(folder + "/test_data_set_" + s + "/output_0.pb"); s++) {
          String prefix = folder + "/test_data_set_" + s + "/";
          sets.add(new DataSet(some(files, prefix + "input_"), some(files, prefix + "output_")));
        }
        cases.add(new Case(folder, files.get(name), sets));
      }
    }
    return cases;
  }

  private static List<byte[]> some(Map<String, byte[]> files, String prefix) {
    List<byte[]> found = new ArrayList<>();
    for (int i = 0; files.containsKey(prefix + i + ".pb"); i++) {
      found.add(files.get(prefix + i + ".pb"));
    }
    return found;
  }
}
