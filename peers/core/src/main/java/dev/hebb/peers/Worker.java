package dev.hebb.peers;

import java.nio.file.*;
import java.util.*;

/**
 * Runs one workload of one peer in this JVM and prints one RESULT line. Arguments: peer class,
 * workload, threads, seconds, time of the start in ms.
 */
public final class Worker {
  public static void main(String[] a) throws Exception {
    String w = a[1];
    int threads = Integer.parseInt(a[2]);
    double secs = Double.parseDouble(a[3]);
    long started = Long.parseLong(a[4]);
    Peer p = (Peer) Class.forName(a[0]).getDeclaredConstructor().newInstance();
    try (Session s = p.open(w, threads)) {
      if (s == null) {
        System.out.println("RESULT\tskip\t" + w);
        System.out.flush();
        Runtime.getRuntime().halt(0);
      }
      long open = System.currentTimeMillis() - started;
      s.step();
      long first = System.currentTimeMillis() - started;
      float l0 = s.loss();
      // warm up: 35 % of the time, at least 3 steps; find out how many steps make a sample of 1 ms
      // or more
      long t = System.nanoTime(), end = t + (long) (secs * 0.35e9);
      int n = 0;
      do {
        s.step();
        n++;
      } while (System.nanoTime() < end || n < 3);
      double est = (System.nanoTime() - t) / (double) n;
      int k = (int) Math.max(1, Math.ceil(1e6 / est));
      List<Double> v = new ArrayList<>();
      end = System.nanoTime() + (long) (secs * 0.65e9);
      do {
        long t0 = System.nanoTime();
        for (int i = 0; i < k; i++) s.step();
        v.add((System.nanoTime() - t0) / 1e6 / k);
      } while (System.nanoTime() < end || v.size() < 5);
      double[] d = v.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      System.out.println(
          String.join(
              "\t",
              "RESULT",
              w,
              "" + threads,
              "median=" + d[d.length / 2],
              "min=" + d[0],
              "p90=" + d[d.length * 9 / 10],
              "samples=" + d.length,
              "k=" + k,
              "steps=" + (1 + n + k * d.length),
              "params=" + s.params(),
              "loss0=" + l0,
              "loss=" + s.loss(),
              "open=" + open,
              "first=" + first,
              "rss=" + rss(),
              "version=" + p.version()));
      System.out.flush();
    }
    Runtime.getRuntime().halt(0);
  }

  static long rss() throws Exception {
    for (String l : Files.readAllLines(Path.of("/proc/self/status")))
      if (l.startsWith("VmHWM")) return Long.parseLong(l.replaceAll("\\D", "")) / 1024;
    return -1;
  }
}
