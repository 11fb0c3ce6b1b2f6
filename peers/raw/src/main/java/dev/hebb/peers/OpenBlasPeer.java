package dev.hebb.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.*;

import org.bytedeco.javacpp.FloatPointer;

/** OpenBLAS's product of matrices. */
public final class OpenBlasPeer implements Peer {
  @Override
  public String version() {
    return "OpenBLAS 0.3.31";
  }

  @Override
  public Session open(String w, int threads) {
    if (!Single.isOne(w) || !(Single.of(w) instanceof Single.Product p)) {
      return null;
    }
    blas_set_num_threads(threads);
    var a = new FloatPointer(Single.random((long) p.m() * p.k()));
    var b = new FloatPointer(Single.random((long) p.k() * p.n()));
    var c = new FloatPointer((long) p.m() * p.n());
    int transA = p.transA() ? CblasTrans : CblasNoTrans;
    int transB = p.transB() ? CblasTrans : CblasNoTrans;
    int lda = p.transA() ? p.m() : p.k();
    int ldb = p.transB() ? p.k() : p.n();
    return Single.session(
        () ->
            cblas_sgemm(
                CblasRowMajor, transA, transB, p.m(), p.n(), p.k(), 1f, a, lda, b, ldb, 0f, c, p.n()),
        () -> c.get(0));
  }
}
