/**
 * The model server: predictions over HTTP, in batches, with a model that can be replaced while it
 * answers.
 */
@NullMarked
package dev.hebb.studio.serve;

import org.jspecify.annotations.NullMarked;
