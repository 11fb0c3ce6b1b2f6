/**
 * Walk-throughs that a student can check by hand. {@link dev.hebb.lessons.Lessons} lists them; a
 * {@link dev.hebb.lessons.Lesson} tells its story to a {@link dev.hebb.lessons.Page}, in English or
 * Chinese, computes with Hebb's own tensors, and fails if a number is not what it says.
 */
@NullMarked
package dev.hebb.lessons;

import org.jspecify.annotations.NullMarked;
