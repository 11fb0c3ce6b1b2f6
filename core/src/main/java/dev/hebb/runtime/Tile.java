package dev.hebb.runtime;

/**
 * The part of a walk that is being computed: {@code length} elements from {@code start} on, and for
 * each place of the fused kernel the array and offset of its first element there.
 */
public final class Tile {
  Object[] at = new Object[0];
  int[] off = new int[0];
  int task;
  int block;
  int column;
  int start;
  int length;
  int firstRow;
  int rows;

  void places(int n) {
    if (at.length < n) {
      at = new Object[n];
      off = new int[n];
    }
  }
}
