package dev.hebb.compile;

import dev.hebb.ir.Graph;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a stack of matrices lies in a buffer, if a matrix product can read it in place.
 *
 * @param base the node that owns the buffer
 * @param offset where the first element lies
 * @param batchStride from one matrix to the next; 0 if all are the same
 * @param transposed whether columns are contiguous instead of rows
 * @param leading from one stored row to the next
 */
record Matrix(int base, int offset, int batchStride, boolean transposed, int leading) {
  /** The stack of the node's last two axes, or null if it must be copied first. */
  static @Nullable Matrix of(List<Graph.Node> nodes, int node) {
    Access x = Access.full(nodes, node);
    if (x == null) {
      return null;
    }
    int rank = x.dims().size();
    int rows = x.dims().get(rank - 2);
    int columns = x.dims().get(rank - 1);
    Access batch =
        new Access(
                x.base(),
                x.offset(),
                x.dims().subList(0, rank - 2),
                x.strides().subList(0, rank - 2))
            .merged();
    if (batch.dims().size() > 1) {
      return null;
    }
    int batchStride = batch.dims().isEmpty() ? 0 : batch.strides().getFirst();
    int down = rows == 1 ? columns : x.strides().get(rank - 2);
    int across = columns == 1 ? (rows == 1 ? 1 : rows) : x.strides().get(rank - 1);
    if (batchStride < 0) {
      return null;
    }
    if (columns == 1 && down == 1) { // a column of neighbours is a stored row of the transpose
      return new Matrix(x.base(), x.offset(), batchStride, true, rows);
    }
    if ((columns == 1 || across == 1) && down >= columns) {
      return new Matrix(x.base(), x.offset(), batchStride, false, down);
    }
    if ((rows == 1 || down == 1) && across >= rows) {
      return new Matrix(x.base(), x.offset(), batchStride, true, across);
    }
    return null;
  }
}
