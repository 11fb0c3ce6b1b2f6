/** A trained model behind a web API. */
@NullMarked
package dev.hebb.studio.serve;

import org.jspecify.annotations.NullMarked;
