package dev.hebb.train;

import dev.hebb.nn.Net;
import dev.hebb.tensor.HebbException;
import dev.hebb.tensor.Tensor;
import dev.hebb.train.data.Batch;
import dev.hebb.train.data.Loader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/** What a run must have in common with the run whose checkpoint it goes on from. */
final class Identity {
  private Identity() {}

  static Map<String, String> of(Learning how, Loader train) {
    Net net = how.net();
    var identity = new LinkedHashMap<String, String>();
    identity.put("network", stable(net.layer().toString()));
    identity.put("input", net.in().toString());
    identity.put("seed", Long.toString(net.seed().value()));
    identity.put("loss", how.loss() instanceof Record r ? stable(r.toString()) : how.loss().name());
    identity.put("optimiser", stable(how.optimizer().toString()));
    identity.put("batch size", Integer.toString(train.batchSize()));
    identity.put("training data", train.data().fingerprint());
    identity.put("order of the data", firstBatch(train));
    if (how.accumulate() > 1) {
      identity.put("accumulation", how.accumulate() + " batches");
    }
    if (how.averaging() != null) {
      identity.put("averaging", stable(how.averaging().toString()));
    }
    if (!how.regularizers().isEmpty()) {
      identity.put("regularisation", stable(how.regularizers().toString()));
    }
    return identity;
  }

  /**
   * Says which part differs.
   *
   * @param file the checkpoint, for the message
   */
  static void check(Map<String, String> saved, Map<String, String> now, Path file) {
    var parts = new LinkedHashSet<>(now.keySet());
    parts.addAll(saved.keySet());
    for (String part : parts) {
      String before = saved.getOrDefault(part, "none");
      String wanted = now.getOrDefault(part, "none");
      if (!wanted.equals(before)) {
        throw new HebbException(
            "%s cannot be resumed: its %s is %s, this run's is %s; use the same settings, or begin a new run"
                .formatted(file, part, before, wanted));
      }
    }
  }

  /** Without the addresses of lambdas, which differ from process to process. */
  private static String stable(String text) {
    return text.replaceAll("[\\w.$]*\\$\\$Lambda[\\w./@]*", "function");
  }

  /** The order and augmentation of the examples, told by the first batch, which depends on both. */
  private static String firstBatch(Loader loader) {
    if (loader.size() == 0) {
      return "none";
    }
    Batch batch = loader.batches(0, 0).iterator().next();
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(bytes(batch.x()));
      sha.update(bytes(batch.y()));
      return HexFormat.of().formatHex(sha.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] bytes(Tensor t) {
    float[] values = t.toFloats();
    var bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
