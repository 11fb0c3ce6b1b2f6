/** The {@code hebb} command: its subcommands, and what they print. */
@NullMarked
package dev.hebb.cli;

import org.jspecify.annotations.NullMarked;
