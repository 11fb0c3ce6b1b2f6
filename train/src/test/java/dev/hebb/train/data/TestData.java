package dev.hebb.train.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hebb.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where tests find the real files that lie beside the project, on machines that have them. */
final class TestData {
  private TestData() {}

  /** A file or folder below {@code shared/data}; skips the test where that is missing. */
  static Path shared(String path) {
    Path data = null;
    for (Path p = Path.of("").toAbsolutePath(); p != null && data == null; p = p.getParent()) {
      Path candidate = p.resolve("shared").resolve("data");
      data = Files.isDirectory(candidate) ? candidate : null;
    }
    assumeTrue(data != null, "no folder shared/data above the working directory");
    Path file = data.resolve(path);
    assumeTrue(Files.exists(file), () -> file + " is missing");
    return file;
  }

  /** A data set of n examples [1] with the values 0 … n−1 and alternating classes. */
  static Dataset counting(int n) {
    float[] x = new float[n];
    int[] y = new int[n];
    for (int i = 0; i < n; i++) {
      x[i] = i;
      y[i] = i % 2;
    }
    return Dataset.ofClasses(Shape.of(1), x, y, List.of("even", "odd"));
  }
}
