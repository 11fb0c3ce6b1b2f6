package dev.hebb.runtime.simd;

/**
 * The shape of a batch of matrix products C[b] = op(A[b]) · op(B[b]), where op transposes or does
 * not.
 *
 * <p>All matrices are row-major. op(A[b]) is m × k: element (i, p) lies at {@code b·strideA + i·lda
 * + p}, or at {@code b·strideA + p·lda + i} if A is transposed; likewise B (k × n) and C (m × n,
 * never transposed). A batch stride of 0 uses one matrix for the whole batch (not for C).
 *
 * @param batch the number of products
 * @param m rows of C
 * @param n columns of C
 * @param k terms of each sum; 0 gives zeros
 * @param transA whether A is stored k × m
 * @param transB whether B is stored n × k
 * @param lda distance between stored rows of A
 * @param ldb distance between stored rows of B
 * @param ldc distance between rows of C, at least n
 * @param strideA distance between matrices of A
 * @param strideB distance between matrices of B
 * @param strideC distance between matrices of C
 */
public record GemmShape(
    int batch,
    int m,
    int n,
    int k,
    boolean transA,
    boolean transB,
    int lda,
    int ldb,
    int ldc,
    int strideA,
    int strideB,
    int strideC) {

  /** Checks that sizes are not negative and rows do not overlap. */
  public GemmShape {
    if (batch < 0 || m < 0 || n < 0 || k < 0) {
      throw new IllegalArgumentException(
          "gemm: negative size in batch %d, m %d, n %d, k %d".formatted(batch, m, n, k));
    }
    requireRow("lda", lda, transA ? m : k);
    requireRow("ldb", ldb, transB ? k : n);
    requireRow("ldc", ldc, n);
  }

  private static void requireRow(String name, int distance, int length) {
    if (distance < length) {
      throw new IllegalArgumentException(
          "gemm: %s is %d, but a stored row has %d elements; use at least %d"
              .formatted(name, distance, length, length));
    }
  }

  /** Returns the shape of products of dense matrices that follow each other. */
  public static GemmShape dense(int batch, int m, int n, int k, boolean transA, boolean transB) {
    return new GemmShape(
        batch,
        m,
        n,
        k,
        transA,
        transB,
        transA ? m : k,
        transB ? k : n,
        n,
        Math.multiplyExact(m, k),
        Math.multiplyExact(k, n),
        Math.multiplyExact(m, n));
  }

  /** Returns the shape with other batch strides. */
  public GemmShape strides(int a, int b, int c) {
    return new GemmShape(batch, m, n, k, transA, transB, lda, ldb, ldc, a, b, c);
  }

  /** Returns the shape with other distances between stored rows. */
  public GemmShape leading(int a, int b, int c) {
    return new GemmShape(batch, m, n, k, transA, transB, a, b, c, strideA, strideB, strideC);
  }

  /**
   * Returns the same matrices, read without a transpose where that makes no difference: a dense
   * stored matrix of one column is also one of one row.
   */
  GemmShape simplified() {
    boolean plainA = transA && lda == 1 && m == 1 || transA && k == 1;
    boolean plainB = transB && ldb == 1 && k == 1 || transB && n == 1;
    return new GemmShape(
        batch,
        m,
        n,
        k,
        transA && !plainA,
        transB && !plainB,
        plainA ? (m == 1 ? k : 1) : lda,
        plainB ? (k == 1 ? n : 1) : ldb,
        ldc,
        strideA,
        strideB,
        strideC);
  }

  /** Returns the number of multiply-adds of one product of the batch. */
  long work() {
    return (long) m * n * k;
  }

  /** Returns where element (i, p) of op(A) lies within its matrix. */
  int placeA(int i, int p) {
    return transA ? p * lda + i : i * lda + p;
  }

  /** Returns where element (p, j) of op(B) lies within its matrix. */
  int placeB(int p, int j) {
    return transB ? j * ldb + p : p * ldb + j;
  }

  @Override
  public String toString() {
    return "product "
        + (batch == 1 ? "" : batch + " of ")
        + (m + "×" + n + "×" + k)
        + (transA ? ", A transposed" : "")
        + (transB ? ", B transposed" : "");
  }
}
