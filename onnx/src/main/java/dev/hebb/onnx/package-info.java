/**
 * ONNX models, the exchange format of neural networks: read into ordinary networks, and written.
 */
@NullMarked
package dev.hebb.onnx;

import org.jspecify.annotations.NullMarked;
