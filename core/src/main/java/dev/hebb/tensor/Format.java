package dev.hebb.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints tensors as NumPy prints arrays. */
final class Format {
  private static final int THRESHOLD = 1000;
  private static final int EDGE = 3;
  private static final int LINE = 88;

  private Format() {}

  static String of(Tensor t) {
    double[] values = t.toDoubles();
    Shape s = t.shape();
    if (s.rank() == 0) {
      return number(values[0], s.dtype());
    }
    if (values.length == 0) {
      return s.rank() == 1 ? "[]" : "[] (empty, shape " + s + ")";
    }
    boolean shorten = values.length > THRESHOLD;
    var shown = new ArrayList<Integer>();
    collect(s.dims(), 0, 0, shorten, shown);
    List<String> cells = cells(shown.stream().mapToDouble(i -> values[i]).toArray(), s.dtype());
    int width = cells.stream().mapToInt(String::length).max().orElse(0);
    var text = new StringBuilder();
    print(text, s.dims(), 0, shorten, cells.stream().map(c -> pad(c, width)).iterator());
    return text.toString();
  }

  /** One number, as short as tells it apart from its neighbours of the same type. */
  static String number(double v, DType type) {
    return switch (type) {
      case BOOL -> v != 0 ? "true" : "false";
      case INT32, INT64 -> Long.toString((long) v);
      case FLOAT32 -> Float.toString((float) v);
      case FLOAT64 -> Double.toString(v);
    };
  }

  private static String pad(String cell, int width) {
    return " ".repeat(width - cell.length()) + cell;
  }

  /** The same number of decimals for all, at most 8, or the exponent form for wide ranges. */
  private static List<String> cells(double[] v, DType type) {
    if (!type.isFloating()) {
      return java.util.Arrays.stream(v).mapToObj(x -> number(x, type)).toList();
    }
    double max = 0;
    double min = Double.POSITIVE_INFINITY;
    for (double x : v) {
      if (Double.isFinite(x) && x != 0) {
        max = Math.max(max, Math.abs(x));
        min = Math.min(min, Math.abs(x));
      }
    }
    boolean exponent = max >= 1e8 || max > 0 && (min < 1e-4 || max / min > 1000 && max >= 1e5);
    int decimals = 0;
    if (!exponent) {
      for (double x : v) {
        decimals = Math.max(decimals, Double.isFinite(x) ? decimals(x, type) : 0);
      }
    }
    var cells = new ArrayList<String>();
    for (double x : v) {
      String cell;
      if (!Double.isFinite(x)) {
        cell = Double.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
      } else if (exponent) {
        cell = String.format(Locale.ROOT, "%.4e", x);
      } else {
        cell = String.format(Locale.ROOT, "%." + Math.max(decimals, 1) + "f", x);
      }
      cells.add(cell);
    }
    return cells;
  }

  private static int decimals(double x, DType type) {
    String plain =
        (type == DType.FLOAT32
                ? new java.math.BigDecimal(Float.toString((float) x))
                : new java.math.BigDecimal(Double.toString(x)))
            .stripTrailingZeros()
            .toPlainString();
    int dot = plain.indexOf('.');
    return dot < 0 ? 0 : Math.min(plain.length() - dot - 1, 8);
  }

  /** The linear indices that will be shown, in order. */
  private static void collect(int[] dims, int d, int at, boolean shorten, List<Integer> out) {
    if (d == dims.length) {
      out.add(at);
      return;
    }
    for (int i = 0; i < dims[d]; i++) {
      if (shorten && dims[d] > 2 * EDGE && i == EDGE) {
        i = dims[d] - EDGE;
      }
      collect(dims, d + 1, at * dims[d] + i, shorten, out);
    }
  }

  private static void print(
      StringBuilder text, int[] dims, int d, boolean shorten, java.util.Iterator<String> cells) {
    boolean last = d == dims.length - 1;
    String gap = last ? " " : "\n".repeat(dims.length - d - 1) + " ".repeat(d + 1);
    text.append('[');
    int column = d + 1;
    for (int i = 0; i < dims[d]; i++) {
      if (i > 0) {
        text.append(gap);
      }
      if (shorten && dims[d] > 2 * EDGE && i == EDGE) {
        text.append("...").append(gap);
        i = dims[d] - EDGE;
      }
      if (last) {
        String cell = cells.next();
        if (column + cell.length() > LINE && i > 0) {
          text.append('\n').append(" ".repeat(d + 1));
          column = d + 1;
        }
        text.append(cell);
        column += cell.length() + 1;
      } else {
        print(text, dims, d + 1, shorten, cells);
      }
    }
    text.append(']');
  }
}
