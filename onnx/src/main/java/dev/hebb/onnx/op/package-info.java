/** The operators of ONNX, each as an expression of tensors, and how a graph of them is walked. */
@NullMarked
package dev.hebb.onnx.op;

import org.jspecify.annotations.NullMarked;
