/** The web server: who may ask, what is served, and the stream of what happens. */
@NullMarked
package dev.hebb.studio.web;

import org.jspecify.annotations.NullMarked;
