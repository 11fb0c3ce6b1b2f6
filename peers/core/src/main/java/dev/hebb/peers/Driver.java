package dev.hebb.peers;

import java.io.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.TimeUnit;

/**
 * Runs workloads on peers, a new JVM for each (peer, workload), peers alternating within a
 * workload, several rounds. Usage: Driver [-r rounds] [-s seconds] [-t threads] [-o results.tsv] -p
 * peer,peer -w W0,W1 Peers are defined in peers.conf: name | java home | class path directory |
 * class | JVM flags | environment
 */
public final class Driver {
  record Def(
      String name,
      String java,
      String lib,
      String cls,
      List<String> flags,
      Map<String, String> env) {}

  public static void main(String[] a) throws Exception {
    int rounds = 3, threads = 2;
    double secs = 5;
    List<String> peers = List.of(), ws = Workloads.ALL;
    String out = "results.tsv";
    String conf = "peers.conf";
    for (int i = 0; i + 1 < a.length; i += 2)
      switch (a[i]) {
        case "-r":
          rounds = Integer.parseInt(a[i + 1]);
          break;
        case "-s":
          secs = Double.parseDouble(a[i + 1]);
          break;
        case "-t":
          threads = Integer.parseInt(a[i + 1]);
          break;
        case "-p":
          peers = List.of(a[i + 1].split(","));
          break;
        case "-w":
          ws =
              switch (a[i + 1]) {
                case "products" -> Single.PRODUCTS;
                case "convolutions" -> Single.CONVOLUTIONS;
                default -> List.of(a[i + 1].split(","));
              };
          break;
        case "-o":
          out = a[i + 1];
          break;
        case "-c":
          conf = a[i + 1];
          break;
        default:
          throw new IllegalArgumentException(a[i]);
      }
    Map<String, Def> defs = new LinkedHashMap<>();
    Path folder = Path.of(conf).toAbsolutePath().getParent();
    for (String l : Files.readAllLines(Path.of(conf))) {
      if (l.isBlank() || l.startsWith("#")) continue;
      String[] f = l.split("\\|", -1);
      for (int i = 0; i < f.length; i++) f[i] = f[i].trim();
      List<String> fl = f.length > 4 && !f[4].isEmpty() ? List.of(f[4].split("\\s+")) : List.of();
      Map<String, String> env = new LinkedHashMap<>();
      if (f.length > 5 && !f[5].isEmpty())
        for (String e : f[5].split("\\s+"))
          env.put(e.substring(0, e.indexOf('=')), e.substring(e.indexOf('=') + 1));
      defs.put(f[0], new Def(f[0], f[1], folder.resolve(f[2]).toString(), f[3], fl, env));
    }
    if (peers.isEmpty()) peers = new ArrayList<>(defs.keySet());
    Map<String, Map<String, List<Map<String, String>>>> res = new LinkedHashMap<>();
    for (String w : ws)
      for (int r = 0; r < rounds; r++)
        for (String p : peers) {
          Map<String, String> m = one(defs.get(p), w, threads, secs);
          if (m == null) continue;
          res.computeIfAbsent(w, x -> new LinkedHashMap<>())
              .computeIfAbsent(p, x -> new ArrayList<>())
              .add(m);
          StringBuilder sb = new StringBuilder(p + "\t" + w + "\t" + threads);
          m.forEach((k, v) -> sb.append('\t').append(k).append('=').append(v));
          Files.writeString(
              Path.of(out), sb + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    System.out.println(
        "| workload | peer | thr | median ms | min ms | GFLOP/s (of min) | peak RSS MiB | start to"
            + " first step ms | loss first > last | params |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    res.forEach(
        (w, pm) ->
            pm.forEach(
                (p, l) -> {
                  double med =
                      l.stream().mapToDouble(m -> d(m, "median")).sorted().toArray()[l.size() / 2];
                  double min = l.stream().mapToDouble(m -> d(m, "min")).min().getAsDouble();
                  double first =
                      l.stream().mapToDouble(m -> d(m, "first")).sorted().toArray()[l.size() / 2];
                  double rss = l.stream().mapToDouble(m -> d(m, "rss")).max().getAsDouble();
                  Map<String, String> m0 = l.get(0);
                  long par = Long.parseLong(m0.get("params"));
                  System.out.printf(
                      Locale.ROOT,
                      "| %s | %s | %s | %s | %s | %.1f | %.0f | %.0f | %s > %s | %d%s |%n",
                      w,
                      p,
                      m0.get("threads"),
                      f(med),
                      f(min),
                      Workloads.flops(w) / min / 1e6,
                      rss,
                      first,
                      m0.get("loss0"),
                      m0.get("loss"),
                      par,
                      par == Workloads.params(w) ? "" : " (want " + Workloads.params(w) + ")");
                }));
  }

  static double d(Map<String, String> m, String k) {
    return Double.parseDouble(m.get(k));
  }

  static String f(double ms) {
    return String.format(Locale.ROOT, ms < 0.1 ? "%.5f" : ms < 10 ? "%.3f" : "%.1f", ms);
  }

  static Map<String, String> one(Def d, String w, int threads, double secs) throws Exception {
    List<String> c =
        new ArrayList<>(
            List.of((d.java.equals("-") ? System.getProperty("java.home") : d.java) + "/bin/java"));
    for (String s : d.flags) c.add(s.replace("%T", "" + threads));
    File[] own = new File(d.lib).getParentFile().listFiles((f, n) -> n.endsWith(".jar"));
    StringBuilder cp = new StringBuilder(d.lib + "/*");
    if (own != null) for (File f : own) cp.append(':').append(f);
    c.addAll(
        List.of(
            "-cp",
            cp.toString(),
            "dev.hebb.peers.Worker",
            d.cls,
            w,
            "" + threads,
            "" + secs,
            "" + System.currentTimeMillis()));
    ProcessBuilder pb = new ProcessBuilder(c).redirectErrorStream(true);
    pb.environment().put("OMP_NUM_THREADS", "" + threads);
    d.env.forEach((k, v) -> pb.environment().put(k, v.replace("%T", "" + threads)));
    Process p = pb.start();
    Map<String, String> m = null;
    List<String> tail = new ArrayList<>();
    try (BufferedReader br = new BufferedReader(new InputStreamReader(p.getInputStream()))) {
      for (String l; (l = br.readLine()) != null; ) {
        tail.add(l);
        if (!l.startsWith("RESULT\t")) continue;
        m = new LinkedHashMap<>();
        String[] f = l.split("\t");
        if (f[1].equals("skip")) return null;
        m.put("threads", f[2]);
        for (int i = 3; i < f.length; i++)
          m.put(f[i].substring(0, f[i].indexOf('=')), f[i].substring(f[i].indexOf('=') + 1));
      }
    }
    if (!p.waitFor(10, TimeUnit.SECONDS)) p.destroyForcibly();
    if (m == null) {
      System.err.println(d.name + " " + w + " FAILED");
      tail.stream().limit(25).forEach(x -> System.err.println("   " + x));
    } else
      System.err.println(
          d.name
              + " "
              + w
              + " median "
              + m.get("median")
              + " min "
              + m.get("min")
              + " loss "
              + m.get("loss0")
              + " > "
              + m.get("loss")
              + " rss "
              + m.get("rss"));
    return m;
  }
}
