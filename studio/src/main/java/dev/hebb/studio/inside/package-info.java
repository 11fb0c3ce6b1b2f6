/** What a network looks like from inside while it learns. */
@NullMarked
package dev.hebb.studio.inside;

import org.jspecify.annotations.NullMarked;
