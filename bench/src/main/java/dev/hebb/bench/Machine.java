package dev.hebb.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What a machine can do at best, measured on the spot: a workload's share of it tells whether there
 * is anything left to gain.
 *
 * @param threads how many threads worked at once
 * @param gigaflops 10⁹ float32 operations a second in fused multiply-adds on registers
 * @param gigabytes 10⁹ bytes a second in a triad a = b + s·c on arrays far larger than the caches
 * @param roundTrip nanoseconds that a number takes from one thread to another and back, in the
 *     middle of many; 0 for one thread. Some 50 where processors share a cache, several hundred
 *     where they do not; on a virtual machine it may change from minute to minute
 */
public record Machine(int threads, double gigaflops, double gigabytes, double roundTrip) {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int ROUNDS = 1 << 21;
  private static final int FUSED = 12;
  private static final int TRIAD = 1 << 24;
  private static final int REPEATS = 40;
  private static final int TRIPS = 100;
  private static final long TRIPS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Measures for a second or two. */
  public static Machine measure(int threads) {
    double flops = best(threads, () -> Machine::multiplyAdds);
    double bytes =
        best(
            threads,
            () -> {
              int n = TRIAD / threads;
              float[] a = new float[n];
              float[] b = new float[n];
              float[] c = new float[n];
              return () -> triad(a, b, c);
            });
    return new Machine(threads, flops, bytes, threads == 1 ? 0 : tripNanos());
  }

  /** Makes the work of one thread. */
  private interface Work {
    DoubleSupplier open();
  }

  /** 10⁹ units a second: the best round, all threads together, which begin at the same time. */
  private static double best(int threads, Work work) {
    double best = 0;
    double[] units = new double[threads];
    var bodies = new DoubleSupplier[threads];
    for (int t = 0; t < threads; t++) {
      bodies[t] = work.open();
    }
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      var ready = new CountDownLatch(threads);
      var done = new CountDownLatch(threads);
      long[] starts = new long[threads];
      long[] ends = new long[threads];
      for (int t = 0; t < threads; t++) {
        int own = t;
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              ready.countDown();
              while (ready.getCount() > 0) {
                Thread.onSpinWait();
              }
              starts[own] = System.nanoTime();
              units[own] = bodies[own].getAsDouble();
              ends[own] = System.nanoTime();
              done.countDown();
            });
      }
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return best;
      }
      long start = Arrays.stream(starts).min().orElseThrow();
      long end = Arrays.stream(ends).max().orElseThrow();
      best = Math.max(best, Arrays.stream(units).sum() / (end - start));
    }
    return best;
  }

  static double tripNanos() {
    var ball = new AtomicInteger();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          for (int x = ball.get(); x >= 0; x = ball.get()) {
            if (x % 2 == 1) {
              ball.set(x + 1);
            } else {
              Thread.onSpinWait();
            }
          }
        });
    var nanos = new ArrayList<Double>();
    long begin = System.nanoTime();
    int x = 0;
    for (long start = begin; start - begin < TRIPS_NANOS; start = System.nanoTime()) {
      for (int i = 0; i < TRIPS; i++) {
        ball.set(x + 1);
        x += 2;
        while (ball.get() != x) {
          Thread.onSpinWait();
        }
      }
      nanos.add((double) (System.nanoTime() - start) / TRIPS);
    }
    ball.set(-1);
    Collections.sort(nanos);
    return nanos.get(nanos.size() / 2);
  }

  /** Twelve independent sums hide the latency of the unit. */
  private static double multiplyAdds() {
    FloatVector x = FloatVector.broadcast(S, 0.5f);
    FloatVector a = x;
    FloatVector b = x;
    FloatVector c = x;
    FloatVector d = x;
    FloatVector e = x;
    FloatVector f = x;
    FloatVector g = x;
    FloatVector h = x;
    FloatVector i = x;
    FloatVector j = x;
    FloatVector k = x;
    FloatVector l = x;
    for (int r = 0; r < ROUNDS; r++) {
      a = x.fma(x, a);
      b = x.fma(x, b);
      c = x.fma(x, c);
      d = x.fma(x, d);
      e = x.fma(x, e);
      f = x.fma(x, f);
      g = x.fma(x, g);
      h = x.fma(x, h);
      i = x.fma(x, i);
      j = x.fma(x, j);
      k = x.fma(x, k);
      l = x.fma(x, l);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.lane(0) < 0 ? Double.NaN : 2.0 * ROUNDS * FUSED * S.length();
  }

  private static double triad(float[] a, float[] b, float[] c) {
    for (int i = 0; i < a.length; i++) {
      a[i] = b[i] + 0.5f * c[i];
    }
    return 3.0 * Float.BYTES * a.length;
  }
}
