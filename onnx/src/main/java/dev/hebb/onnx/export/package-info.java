/**
 * Networks written as ONNX models. The public door is {@link dev.hebb.onnx.export.OnnxExport}.
 *
 * <p>A network is recorded at some batch sizes ({@code BatchGraph}), so that each dimension is known
 * as a function of the batch. {@code Translation} goes over the sealed kinds of nodes, never over
 * layers, and {@code Idiom} finds again what ONNX has one operator for. {@code OnnxGraph} collects
 * nodes and weights, {@code ModelFile} writes them.
 */
@NullMarked
package dev.hebb.onnx.export;

import org.jspecify.annotations.NullMarked;
